import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobStore, type BlobPlace } from './blob-store.js';

let directory: string;
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'holdfast-blobs-'))));
afterAll(() => rmSync(directory, { recursive: true }));

async function put(blobs: BlobStore, place: BlobPlace, bytes: Uint8Array): Promise<boolean> {
  const path = join(directory, 'file');
  writeFileSync(path, bytes);
  const file = await open(path);
  try {
    return await blobs.put(place, file);
  } finally {
    await file.close();
  }
}

function placeOf(bytes: Uint8Array, generation = 'abc'): BlobPlace {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), generation };
}

describe('BlobStore', () => {
  it('keeps bytes by their hash and generation, for the owner only', async () => {
    const root = join(directory, 'store');
    const blobs = new BlobStore(root);
    const bytes = Buffer.alloc(700_000, '字');
    const place = placeOf(bytes);
    expect(await blobs.has(place)).toBe(false);
    expect(await put(blobs, place, bytes)).toBe(true);
    expect(await put(blobs, place, bytes)).toBe(true);
    expect(await put(blobs, place, Buffer.from('others'))).toBe(false);
    expect(await put(blobs, placeOf(new Uint8Array()), new Uint8Array())).toBe(true);
    expect(await blobs.has(place)).toBe(true);
    expect(await blobs.has({ ...place, generation: 'abd' })).toBe(false);
    expect(Buffer.concat(await blobs.read(place).toArray())).toEqual(bytes);
    expect(await blobs.hash(place)).toEqual({ sha256: place.sha256, size: 700_000 });
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

  it('tells every place, and deletes one of them', async () => {
    const blobs = new BlobStore(join(directory, 'places'));
    const places = ['a', 'b'].flatMap((text) => ['1', '2f'].map((generation) => placeOf(Buffer.from(text), generation)));
    for (const [index, place] of places.entries()) await put(blobs, place, Buffer.from(index < 2 ? 'a' : 'b'));
    const names = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const place of blobs.places()) found.push(Object.values(place).join('.'));
      return found.sort();
    };
    expect(await names()).toEqual(places.map((place) => Object.values(place).join('.')).sort());
    await blobs.remove(places[0]!);
    await blobs.remove(places[0]!);
    await blobs.remove(placeOf(Buffer.from('never stored')));
    expect(await names()).toEqual(places.slice(1).map((place) => Object.values(place).join('.')).sort());
    expect(await blobs.hash(places[0]!)).toBeNull();
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
