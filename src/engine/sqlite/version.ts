import type { VersionToken } from '../search-engine.js';

/** A version: the store's incarnation (new after every restore) and the change number, a counter for the whole store. */
export function formatVersion(incarnation: string, change: number): VersionToken {
  return `${incarnation}:${change}`;
}

/** The parts of a token, or null when it is not one of this engine. */
export function parseVersion(token: VersionToken): { readonly incarnation: string; readonly change: number } | null {
  const parts = /^([0-9a-f]+):(\d+)$/.exec(token);
  return parts === null ? null : { incarnation: parts[1]!, change: Number(parts[2]) };
}
