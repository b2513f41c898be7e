import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream, mkdirSync, type ReadStream } from 'node:fs';
import { mkdir, open, opendir, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;
const CHUNK = 256 * 1024;
const DAY = 86_400_000;
const FOLDER = /^[0-9a-f]{2}$/;
const FILE = /^([0-9a-f]{64})\.([0-9a-f]+)$/;

/** What a hash was made of. */
export interface HashedBytes {
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** Where bytes are: their hash, and the generation that their record (`blob-record.ts`) names. */
export interface BlobPlace {
  readonly sha256: string;
  readonly generation: string;
}

/** Attachment bytes by their SHA-256 and generation. Readable by the owner only; complete or absent, never half. */
export class BlobStore {
  private readonly incoming: string;

  constructor(private readonly directory: string) {
    this.incoming = join(directory, 'incoming');
    mkdirSync(this.incoming, { recursive: true, mode: DIRECTORY_MODE });
  }

  /** Stores a copy of an open file's bytes, from its beginning. False when they are not of this hash: then nothing was stored. */
  async put(place: BlobPlace, file: FileHandle): Promise<boolean> {
    const temporary = join(this.incoming, randomUUID());
    try {
      // Hashed again while copying: somebody may be writing to the file.
      const { sha256 } = await copyTo(temporary, file);
      if (sha256 !== place.sha256) return false;
      await this.keep(temporary, place);
      return true;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async has(place: BlobPlace): Promise<boolean> {
    return stat(this.pathOf(place)).then(
      () => true,
      () => false,
    );
  }

  /** The bytes. The stream fails when there are none. */
  read(place: BlobPlace): ReadStream {
    return createReadStream(this.pathOf(place));
  }

  /** Hash and size of what is there; null when nothing is, or it cannot be read. */
  async hash(place: BlobPlace): Promise<HashedBytes | null> {
    let file: FileHandle | null = null;
    try {
      file = await open(this.pathOf(place), constants.O_RDONLY);
      return await hashOf(file);
    } catch {
      return null;
    } finally {
      await file?.close();
    }
  }

  /** Deletes bytes for good; no error when they are gone already. */
  async remove(place: BlobPlace): Promise<void> {
    const path = this.pathOf(place);
    await rm(path, { force: true });
    await syncDirectory(dirname(path)).catch(ignoreAbsent);
  }

  /** Every place that has bytes, folder by folder. */
  async *places(): AsyncGenerator<BlobPlace> {
    for (const folder of (await readdir(this.directory)).filter((name) => FOLDER.test(name)).sort()) {
      for await (const { name } of await opendir(join(this.directory, folder))) {
        const [, sha256, generation] = FILE.exec(name) ?? [];
        if (sha256 !== undefined && generation !== undefined) yield { sha256, generation };
      }
    }
  }

  /** Removes what imports that were killed have left half copied. */
  async sweep(now: number): Promise<void> {
    for (const name of await readdir(this.incoming)) {
      const path = join(this.incoming, name);
      const modified = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => now,
      );
      if (modified < now - DAY) await rm(path, { force: true });
    }
  }

  private async keep(temporary: string, place: BlobPlace): Promise<void> {
    const path = this.pathOf(place);
    await mkdir(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  }

  private pathOf({ sha256, generation }: BlobPlace): string {
    return join(this.directory, sha256.slice(0, 2), `${sha256}.${generation}`);
  }
}

/** Of an open file's bytes, from its beginning. */
export async function hashOf(file: FileHandle): Promise<HashedBytes> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of chunksOf(file)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { sha256: hash.digest('hex'), size };
}

async function copyTo(path: string, file: FileHandle): Promise<HashedBytes> {
  const hash = createHash('sha256');
  let size = 0;
  const copy = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, FILE_MODE);
  try {
    for await (const chunk of chunksOf(file)) {
      hash.update(chunk);
      size += chunk.length;
      await copy.writeFile(chunk);
    }
    await copy.sync();
  } finally {
    await copy.close();
  }
  return { sha256: hash.digest('hex'), size };
}

async function* chunksOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let position = 0; ;) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Without this a power failure may forget a new name, or bring an old one back. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function ignoreAbsent(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
