import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobStore } from './blob-store.js';

let directory: string;
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'holdfast-blobs-'))));
afterAll(() => rmSync(directory, { recursive: true }));

async function put(blobs: BlobStore, bytes: Uint8Array): ReturnType<BlobStore['put']> {
  const path = join(directory, 'file');
  writeFileSync(path, bytes);
  const file = await open(path);
  try {
    return await blobs.put(file);
  } finally {
    await file.close();
  }
}

describe('BlobStore', () => {
  it('keeps bytes once, by their hash, for the owner only', async () => {
    const root = join(directory, 'store');
    const blobs = new BlobStore(root);
    const bytes = Buffer.alloc(700_000, '字');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(await blobs.has(sha256)).toBe(false);
    expect(await put(blobs, bytes)).toEqual({ sha256, size: 700_000 });
    expect(await put(blobs, bytes)).toEqual({ sha256, size: 700_000 });
    expect(await put(blobs, new Uint8Array())).toMatchObject({ size: 0 });
    expect(await blobs.has(sha256)).toBe(true);
    expect(Buffer.concat(await blobs.read(sha256).toArray())).toEqual(bytes);
    const modes = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => {
      const stat = statSync(join(root, name));
      return [stat.isDirectory(), (stat.mode & 0o777).toString(8)];
    });
    expect(modes.sort()).toEqual([
      [false, '600'],
      [false, '600'],
      [true, '700'],
      [true, '700'],
      [true, '700'],
    ]);
  });

  it('sweeps old halves away, and leaves what another import is copying', async () => {
    const root = join(directory, 'swept');
    const blobs = new BlobStore(root);
    const now = Date.now();
    for (const name of ['old', 'fresh']) writeFileSync(join(root, 'incoming', name), 'half');
    utimesSync(join(root, 'incoming', 'old'), new Date(now - 2 * 86_400_000), new Date(now - 2 * 86_400_000));
    await blobs.sweep(now);
    expect(readdirSync(join(root, 'incoming'))).toEqual(['fresh']);
  });
});
