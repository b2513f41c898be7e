import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream, mkdirSync, type ReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;
const CHUNK = 256 * 1024;
/** Bytes are never stored twice at one path: after a destruction the next copy will be another generation. */
const FIRST_GENERATION = 1;
const DAY = 86_400_000;

export interface StoredBlob {
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** Attachment bytes by their SHA-256, each kept once. Readable by the owner only; complete or absent, never half. */
export class BlobStore {
  private readonly incoming: string;

  constructor(private readonly directory: string) {
    this.incoming = join(directory, 'incoming');
    mkdirSync(this.incoming, { recursive: true, mode: DIRECTORY_MODE });
  }

  /** Stores a copy of an open file's bytes, from its beginning. */
  async put(file: FileHandle): Promise<StoredBlob> {
    const known = await hashOf(file);
    if (await this.has(known.sha256)) return known;
    const temporary = join(this.incoming, randomUUID());
    try {
      // Hashed again while copying: somebody may be writing to the file.
      const copied = await copyTo(temporary, file);
      await this.keep(temporary, copied.sha256);
      return copied;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async has(sha256: string): Promise<boolean> {
    return stat(this.pathOf(sha256)).then(
      () => true,
      () => false,
    );
  }

  /** The bytes. The stream fails when there are none. */
  read(sha256: string): ReadStream {
    return createReadStream(this.pathOf(sha256));
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

  private async keep(temporary: string, sha256: string): Promise<void> {
    const path = this.pathOf(sha256);
    await mkdir(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  }

  private pathOf(sha256: string): string {
    return join(this.directory, sha256.slice(0, 2), `${sha256}.${FIRST_GENERATION}`);
  }
}

async function hashOf(file: FileHandle): Promise<StoredBlob> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of chunksOf(file)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { sha256: hash.digest('hex'), size };
}

async function copyTo(path: string, file: FileHandle): Promise<StoredBlob> {
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

/** Without this a power failure may forget the new name, although the bytes are safe. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
