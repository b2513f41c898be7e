import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { HoldfastError } from '../errors/errors.js';
import type { FileHead } from '../importers/archive-importer.js';
import type { ImportedFile } from './import-run.js';
import { GzipDamage, unpackGzip } from './unpack-gzip.js';

const CHUNK = 256 * 1024;
const HEAD = 64 * 1024;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** An archive file being read once, from its beginning: unpacked for the importer, hashed as it stands on disk. */
export class ArchiveFile {
  private readonly hash: Hash = createHash('sha256');
  private bytesRead = 0;
  private damage: string | null = null;
  private hasReachedEnd = false;

  private constructor(
    readonly path: string,
    /** What reports call it. */
    readonly name: string,
    /** Bytes on disk when it was opened. */
    readonly size: number,
    private readonly isPacked: boolean,
  ) {}

  /** Looks whether there is a plain file. Throws IMPORT_FILE_UNREADABLE. */
  static async open(path: string, name: string): Promise<ArchiveFile> {
    const handle = await openForReading(path, name);
    try {
      const magic = Buffer.alloc(GZIP_MAGIC.length);
      await handle.read(magic, 0, magic.length, 0);
      return new ArchiveFile(path, name, (await handle.stat()).size, magic.equals(GZIP_MAGIC));
    } finally {
      await handle.close();
    }
  }

  /** Its beginning, for finding out the format. */
  async head(): Promise<FileHead> {
    const packed = chunksOf(this.path, this.name, HEAD);
    const pieces: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const piece of this.isPacked ? unpackGzip(packed) : packed) {
        pieces.push(piece);
        length += piece.length;
        if (length >= HEAD) break;
      }
    } catch (error) {
      // The first part of a longer packed file always ends early.
      if (!(error instanceof GzipDamage)) throw error;
    }
    return { name: this.name, bytes: Buffer.concat(pieces).subarray(0, HEAD) };
  }

  /** The unpacked bytes. Damage to the packed data or the disk ends them early: see `problem`. */
  async *read(): AsyncGenerator<Uint8Array> {
    const packed = this.readPacked();
    try {
      if (this.isPacked) yield* unpackGzip(packed);
      else yield* packed;
    } catch (error) {
      if (error instanceof GzipDamage) this.damage = error.message;
      else if (isDiskError(error)) this.damage = `reading fails (${error.code})`;
      else throw error;
    }
  }

  /** Bytes read so far, as they stand on disk. */
  get progress(): number {
    return this.bytesRead;
  }

  /** What ended the file early; null when it was read whole. */
  get problem(): string | null {
    return this.damage;
  }

  /** SHA-256 of the file on disk; null while it was not read to its end. */
  get sha256(): string | null {
    return this.hasReachedEnd ? this.prefix().sha256 : null;
  }

  /** How much was read so far, and its hash. */
  prefix(): NonNullable<ImportedFile['prefix']> {
    return { bytes: this.bytesRead, sha256: this.hash.copy().digest('hex') };
  }

  /** Whether the file begins with what was read of it before. */
  async beginsWith(prefix: NonNullable<ImportedFile['prefix']>): Promise<boolean> {
    if (this.size < prefix.bytes) return false;
    const hash = createHash('sha256');
    for await (const chunk of chunksOf(this.path, this.name, prefix.bytes)) hash.update(chunk);
    return hash.digest('hex') === prefix.sha256;
  }

  private async *readPacked(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunksOf(this.path, this.name, Infinity)) {
      this.hash.update(chunk);
      this.bytesRead += chunk.length;
      yield chunk;
    }
    this.hasReachedEnd = true;
  }
}

async function* chunksOf(path: string, name: string, limit: number): AsyncGenerator<Uint8Array> {
  const handle = await openForReading(path, name);
  try {
    for (let offset = 0; offset < limit;) {
      // A new buffer each time: records cut from it may still be on their way.
      const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK, limit - offset));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return;
      offset += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function openForReading(path: string, name: string): Promise<FileHandle> {
  let handle: FileHandle | null = null;
  try {
    // Without blocking: a pipe in the place of a file would wait for its writer for ever.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (error) {
    await handle?.close();
    throw new HoldfastError('IMPORT_FILE_UNREADABLE', `${name}: ${codeOf(error)}`, { file: name }, { cause: error });
  }
  throw new HoldfastError('IMPORT_FILE_UNREADABLE', `${name} is not a plain file.`, { file: name });
}

function isDiskError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    typeof (error as NodeJS.ErrnoException).code === 'string' &&
    (error as NodeJS.ErrnoException).syscall !== undefined
  );
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
