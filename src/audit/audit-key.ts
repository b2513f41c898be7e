import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../errors/errors.js';

const KEY_FILE = 'audit.key';
const KEY_BYTES = 32;

/** Makes keyed hashes of search texts: equal texts can be recognized, but not guessed without the key. */
export class AuditKey {
  constructor(private readonly key: Buffer) {}

  /** HMAC-SHA-256, hex. */
  hash(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('hex');
  }
}

/** The key of a data directory, made at the first call (file mode 0600). Throws AUDIT_UNAVAILABLE when the file is no key. */
export function openAuditKey(dataDir: string): AuditKey {
  const file = join(dataDir, KEY_FILE);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) makeKey(file);
  const key = readKey(file);
  if (key.length !== KEY_BYTES) throw unavailable(new Error('wrong length'));
  return new AuditKey(key);
}

/** Complete from the first moment: another process may open it at any time, or make it too, and then the first one stays. */
function makeKey(file: string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, randomBytes(KEY_BYTES), { flag: 'wx', mode: 0o600, flush: true });
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unavailable(error);
  } finally {
    rmSync(draft, { force: true });
  }
}

function readKey(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw unavailable(error);
  }
}

function unavailable(cause: unknown): HoldfastError {
  return new HoldfastError('AUDIT_UNAVAILABLE', `The key file ${KEY_FILE} in the data directory cannot be used.`, {}, { cause });
}
