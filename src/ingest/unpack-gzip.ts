import { createGunzip } from 'node:zlib';

/** Packed bytes handed over at a time: they may unpack to a thousand times as many, all held until they are taken. */
const PIECE = 16 * 1024;

/** Thrown after everything that could be unpacked has been yielded. */
export class GzipDamage extends Error {
  override readonly name = 'GzipDamage';
}

/** Unpacks gzip, also of several members. Of damaged data it yields all that comes before the damage, then throws GzipDamage. */
export async function* unpackGzip(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unpacking = new Unpacking();
  for await (const chunk of packed) {
    for (let start = 0; start < chunk.length; start += PIECE) {
      await unpacking.write(chunk.subarray(start, start + PIECE));
      yield* unpacking.take();
    }
  }
  await unpacking.finish();
  yield* unpacking.take();
  unpacking.requireWhole();
}

class Unpacking {
  private readonly gunzip = createGunzip({ chunkSize: 256 * 1024 });
  private unpacked: Uint8Array[] = [];
  private damage: GzipDamage | null = null;
  private readonly ended: Promise<void>;

  constructor() {
    this.gunzip.on('data', (chunk: Buffer) => void this.unpacked.push(chunk));
    this.ended = new Promise((resolve) => {
      this.gunzip.once('end', resolve);
      // A stream that fails throws away what it holds; here everything it made is already taken.
      this.gunzip.once('error', (error: NodeJS.ErrnoException) => {
        this.damage = new GzipDamage(error.code === 'Z_BUF_ERROR' ? 'the packed data ends early' : 'the packed data is damaged', {
          cause: error,
        });
        resolve();
      });
    });
  }

  async write(piece: Uint8Array): Promise<void> {
    if (this.damage !== null) return;
    const written = new Promise<void>((resolve) => this.gunzip.write(piece, () => resolve()));
    // Damage ends the stream without an answer to the write.
    await Promise.race([written, this.ended]);
  }

  async finish(): Promise<void> {
    if (this.damage === null) this.gunzip.end();
    await this.ended;
  }

  take(): Uint8Array[] {
    const taken = this.unpacked;
    this.unpacked = [];
    return taken;
  }

  requireWhole(): void {
    if (this.damage !== null) throw this.damage;
  }
}
