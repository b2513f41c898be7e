import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { HoldfastError } from '../errors/errors.js';
import { isInside } from './is-inside.js';

/** Public keys by their id. */
export type PublicKeys = ReadonlyMap<string, KeyObject>;

const PEM = /-----BEGIN (PRIVATE|PUBLIC) KEY-----[^-]+-----END \1 KEY-----/g;
const ID_DIGITS = 32;

/**
 * Signs checkpoints (Ed25519). Its file has the private key in use and, after a rotation, the public keys of the earlier ones, as PEM:
 * what they signed can still be checked, and nobody can sign with them any more.
 */
export class SigningKey {
  /** All that it can check, its own first. */
  readonly publicKeys: PublicKeys;
  readonly id: string;

  private constructor(
    private readonly key: KeyObject,
    earlier: readonly KeyObject[],
  ) {
    const own = createPublicKey(key);
    this.id = keyId(own);
    this.publicKeys = new Map([own, ...earlier].map((each) => [keyId(each), each]));
  }

  /** A new key, in memory; `previous` is the one whose place it takes. */
  static generate(previous: SigningKey | null): SigningKey {
    return new SigningKey(generateKeyPairSync('ed25519').privateKey, [...(previous?.publicKeys.values() ?? [])]);
  }

  /** The key in a file outside the data directory. Throws AUDIT_KEY_INVALID. */
  static open(file: string, dataDir: string): SigningKey {
    requireOutside(file, dataDir);
    const blocks = pemBlocks(read(file));
    const [first, ...earlier] = blocks;
    if (first?.type !== 'PRIVATE' || earlier.some(({ type }) => type !== 'PUBLIC'))
      throw invalid('The file does not begin with a private key.');
    return new SigningKey(
      ed25519(() => createPrivateKey(first.pem)),
      earlier.map(({ pem }) => ed25519(() => createPublicKey(pem))),
    );
  }

  /** Throws AUDIT_KEY_INVALID where a key cannot be made: there is one, or it would lie in the data directory. */
  static requireNone(file: string, dataDir: string): void {
    requireOutside(file, dataDir);
    if (existsSync(file)) throw existing();
  }

  /** Writes the key for its owner alone; `replaces` is whether there must be one, or none. Throws AUDIT_KEY_INVALID. */
  save(file: string, dataDir: string, replaces: boolean): void {
    requireOutside(file, dataDir);
    const draft = `${file}.${randomBytes(6).toString('hex')}`;
    const [, ...earlier] = this.publicKeys.values();
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      const text = this.key.export({ type: 'pkcs8', format: 'pem' }).toString() + toPem(earlier);
      writeFileSync(draft, text, { flag: 'wx', mode: 0o600, flush: true });
      if (replaces) renameSync(draft, file);
      else linkSync(draft, file);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? existing() : invalid('The file cannot be written.', error);
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** Ed25519 over the text's UTF-8, hex. */
  sign(text: string): string {
    return sign(null, Buffer.from(text), this.key).toString('hex');
  }

  /** The public keys as PEM, its own first: what a verifier needs. */
  publicPem(): string {
    return toPem([...this.publicKeys.values()]);
  }
}

/** The public keys in a PEM text. Throws AUDIT_KEY_INVALID where there is none, or something else. */
export function readPublicKeys(text: string): PublicKeys {
  const blocks = pemBlocks(text);
  if (blocks.length === 0 || blocks.some(({ type }) => type !== 'PUBLIC')) throw invalid('Not public keys as PEM.');
  const keys = blocks.map(({ pem }) => ed25519(() => createPublicKey(pem)));
  return new Map(keys.map((key) => [keyId(key), key]));
}

/** Refuses a file in the data directory: whoever can change the archive could sign, or remove, what proves the change. */
function requireOutside(file: string, dataDir: string): void {
  if (file === '') throw invalid('Set HOLDFAST_AUDIT_SIGNING_KEY_FILE.');
  if (isInside(file, dataDir)) throw invalid('Keep it outside the data directory.');
}

function pemBlocks(text: string): { readonly type: string; readonly pem: string }[] {
  return [...text.matchAll(PEM)].map(([pem, type]) => ({ pem, type: type! }));
}

function toPem(keys: readonly KeyObject[]): string {
  return keys.map((key) => key.export({ type: 'spki', format: 'pem' }).toString()).join('');
}

function keyId(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, ID_DIGITS);
}

function ed25519(read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (error) {
    throw invalid('It cannot be read as PEM.', error);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw invalid('It is no Ed25519 key.');
  return key;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    throw invalid('The file cannot be read. Make one: holdfast audit key', error);
  }
}

function existing(): HoldfastError {
  return invalid('There is one already. To sign with another one: holdfast audit key --rotate');
}

function invalid(detail: string, cause?: unknown): HoldfastError {
  return new HoldfastError('AUDIT_KEY_INVALID', detail, {}, { cause });
}
