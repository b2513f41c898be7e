import type { VersionToken } from '../search-engine.js';

/** Where one state of a document stands: no other document of the physical index has its sequence number and primary term. */
export interface DocumentPlace {
  /** The physical index. */
  readonly index: string;
  readonly sequence: number;
  readonly term: number;
}

/** The version of a stored message. Names the physical index: numbers begin again in a new one. */
export function formatVersion({ index, sequence, term }: DocumentPlace): VersionToken {
  return `${index}:${sequence}:${term}`;
}

/** The parts of a token, or null when it is not one of this engine. */
export function parseVersion(token: VersionToken): DocumentPlace | null {
  const parts = /^([^:]+):(\d{1,15}):(\d{1,15})$/.exec(token);
  return parts === null ? null : { index: parts[1]!, sequence: Number(parts[2]), term: Number(parts[3]) };
}
