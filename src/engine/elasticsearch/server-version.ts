import { HoldfastError } from '../../errors/errors.js';

const OLDEST_MAJOR = 8;
const OLDEST_MINOR = 15;
const NEWEST_MAJOR = 9;

/** Refuses a cluster with a node whose version, as `8.19.2`, Holdfast does not work with: 8.15 to 9.x it does. Throws ENGINE_UNSUPPORTED. */
export function requireSupportedVersions(versions: readonly string[]): void {
  const refused = [...new Set(versions)].filter((version) => !isSupported(version));
  if (versions.length > 0 && refused.length === 0) return;
  const found = refused.length === 0 ? 'tells no version' : `is Elasticsearch ${refused.join(', ')}`;
  throw new HoldfastError('ENGINE_UNSUPPORTED', `A node ${found}; Holdfast needs 8.15 or later, or 9.x.`, { versions: refused });
}

function isSupported(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  if (major === OLDEST_MAJOR) return minor! >= OLDEST_MINOR;
  return major! > OLDEST_MAJOR && major! <= NEWEST_MAJOR;
}
