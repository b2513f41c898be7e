import { readFileSync } from 'node:fs';

/** What `nobody` has on nearly every system that has no entry for it. */
const NOBODY = { uid: 65_534, gid: 65_534 };

/** Elasticsearch refuses to run as root: who runs it instead, as options of `spawn`. None needed by anybody else. */
export function unprivilegedUser() {
  if (process.getuid?.() !== 0) return {};
  try {
    const entry = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
    return entry === null ? NOBODY : { uid: Number(entry[1]), gid: Number(entry[2]) };
  } catch {
    return NOBODY;
  }
}
