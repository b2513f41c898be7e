import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ArchiveFile } from './archive-file.js';

const TEXT = Buffer.from(Array.from({ length: 20_000 }, (_, index) => `line ${index} ${Math.imul(index, 2_654_435_761)}\n`).join(''));

let directory: string;
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'holdfast-file-'))));
afterAll(() => rmSync(directory, { recursive: true }));

async function readAll(bytes: Uint8Array): Promise<{ file: ArchiveFile; read: Buffer }> {
  const path = join(directory, 'archive');
  writeFileSync(path, bytes);
  const file = await ArchiveFile.open(path, 'archive');
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.read()) chunks.push(chunk);
  return { file, read: Buffer.concat(chunks) };
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('ArchiveFile', () => {
  it.each([
    ['plain', TEXT],
    ['gzip', gzipSync(TEXT)],
    ['gzip of several members', Buffer.concat([gzipSync(TEXT.subarray(0, 50_000)), gzipSync(TEXT.subarray(50_000))])],
  ])('reads a %s file whole and hashes it as it stands', async (_name, bytes) => {
    const { file, read } = await readAll(bytes);
    expect(read.equals(TEXT)).toBe(true);
    expect(file).toMatchObject({ problem: null, sha256: sha256(bytes), progress: bytes.length, size: bytes.length });
    expect((await file.head()).bytes).toEqual(TEXT.subarray(0, 65_536));
  });

  it('keeps what comes before the cut in a gzip that ends early', async () => {
    const packed = gzipSync(TEXT);
    for (const share of [0.1, 0.5, 0.999]) {
      const bytes = packed.subarray(0, Math.floor(packed.length * share));
      const { file, read } = await readAll(bytes);
      expect(TEXT.subarray(0, read.length).equals(read)).toBe(true);
      expect(read.length).toBeGreaterThan(TEXT.length * (share - 0.08));
      expect(file).toMatchObject({ problem: 'the packed data ends early', sha256: sha256(bytes) });
    }
  });

  it('keeps what comes before the damage in a broken gzip', async () => {
    const packed = gzipSync(TEXT, { level: 1 });
    packed.fill(0xff, packed.length >> 1, (packed.length >> 1) + 64);
    const { file, read } = await readAll(packed);
    // Damaged bytes may unpack to nonsense for a while before it shows.
    const whole = Math.floor(TEXT.length * 0.4);
    expect(read.subarray(0, whole).equals(TEXT.subarray(0, whole))).toBe(true);
    expect(file).toMatchObject({ problem: 'the packed data is damaged', sha256: sha256(packed) });
  });

  it('knows the file again by the part that was read', async () => {
    const { file } = await readAll(TEXT);
    const prefix = { bytes: 100_000, sha256: sha256(TEXT.subarray(0, 100_000)) };
    expect(file.prefix()).toEqual({ bytes: TEXT.length, sha256: sha256(TEXT) });
    expect(await file.beginsWith(prefix)).toBe(true);
    expect(await file.beginsWith({ ...prefix, bytes: 99_999 })).toBe(false);
    expect(await file.beginsWith({ ...prefix, bytes: 1e9 })).toBe(false);
  });

  it('refuses what is no plain file, without waiting for it', async () => {
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const path of [pipe, directory, join(directory, 'nothing')]) {
      await expect(ArchiveFile.open(path, 'name')).rejects.toMatchObject({ code: 'IMPORT_FILE_UNREADABLE', facts: { file: 'name' } });
    }
  });
});
