import { verify } from 'node:crypto';
import { canonicalJson, type AuditBlock } from './audit-block.js';
import type { AuditFault } from './audit-fault.js';
import type { PublicKeys, SigningKey } from './signing-key.js';

/** What the audit was at a time: its first events, all of them, and nothing else. */
export interface Checkpoint {
  /** Which audit: `originOf`. */
  readonly origin: string;
  /** Events. */
  readonly treeSize: number;
  /** RFC 6962 root over their leaves (`leafOf`), hex. */
  readonly root: string;
  /** ISO 8601 UTC. */
  readonly time: string;
}

export interface SignedCheckpoint extends Checkpoint {
  readonly keyId: string;
  /** Ed25519 over `signedText`, hex. */
  readonly signature: string;
}

const SHAPE: Readonly<Record<keyof SignedCheckpoint, RegExp>> = {
  origin: /^holdfast:[0-9a-f]{64}$/,
  treeSize: /^[1-9]\d{0,14}$/,
  root: /^[0-9a-f]{64}$/,
  time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  keyId: /^[0-9a-f]{32}$/,
  signature: /^[0-9a-f]{128}$/,
};

/** The name of an audit: the hash of its first block, which no other has. */
export function originOf(firstBlock: Pick<AuditBlock, 'hash'>): string {
  return `holdfast:${firstBlock.hash}`;
}

/** Signs what the audit is. */
export function signCheckpoint(checkpoint: Checkpoint, key: SigningKey): SignedCheckpoint {
  const named = { ...checkpoint, keyId: key.id };
  return { ...named, signature: key.sign(signedText(named)) };
}

/** What is wrong with its signature; null if it is right. */
export function signatureFault({ signature, ...named }: SignedCheckpoint, keys: PublicKeys): AuditFault | null {
  const key = keys.get(named.keyId);
  if (key === undefined) return 'key_unknown';
  return verify(null, Buffer.from(signedText(named)), key, Buffer.from(signature, 'hex')) ? null : 'signature_wrong';
}

/** One line, without its end. */
export function writeCheckpoint(checkpoint: SignedCheckpoint): string {
  return canonicalJson(checkpoint);
}

/** The checkpoint of a line exactly as `writeCheckpoint` gives it; null if it is none. */
export function readCheckpoint(line: string): SignedCheckpoint | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isCheckpoint(value) || canonicalJson(value) !== line) return null;
  return value;
}

function isCheckpoint(value: unknown): value is SignedCheckpoint {
  if (typeof value !== 'object' || value === null) return false;
  const members = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(SHAPE) as (keyof SignedCheckpoint)[];
  return (
    Object.keys(members).length === names.length &&
    names.every((name) => typeof members[name] === (name === 'treeSize' ? 'number' : 'string') && SHAPE[name].test(String(members[name])))
  );
}

/** The first line keeps the signature from meaning anything else. */
function signedText(checkpoint: Omit<SignedCheckpoint, 'signature'>): string {
  return `holdfast audit checkpoint 1\n${canonicalJson(checkpoint)}`;
}
