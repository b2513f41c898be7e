import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryCatalogStore } from '../../test/support/memory-catalog-store.js';
import { SteppedProcess } from '../../test/support/stepped-process.js';
import { RECORD_REFERENCES } from './blob-parts.js';
import { LEGACY, type BlobRecord } from './blob-record.js';
import { BlobReferences, type BytesSource } from './blob-references.js';
import { BlobStore } from './blob-store.js';

const BYTES = 'the bytes of an attachment';
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const [MESSAGE, OTHER] = ['a'.repeat(32), 'b'.repeat(32)];

let directory: string;
let store: BlobStore;
let catalog: MemoryCatalogStore;
let references: BlobReferences;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-references-'));
  writeFileSync(join(directory, 'file'), BYTES);
  store = new BlobStore(join(directory, 'blobs'));
  catalog = new MemoryCatalogStore();
  references = new BlobReferences(catalog, store);
});
afterEach(() => rmSync(directory, { recursive: true }));

const source: BytesSource = () => open(join(directory, 'file'));
const nothing: BytesSource = async () => null;
const add = async (message = MESSAGE, from = references): Promise<string> => (await from.add(SHA256, message, source))!;
const release = (...tokens: string[]): ReturnType<BlobReferences['release']> =>
  references.release(tokens.map((token) => ({ sha256: SHA256, token })));
const record = async (): Promise<BlobRecord | undefined> => (await catalog.get<BlobRecord>('blob', SHA256))?.value;
const files = (): string[] => readdirSync(join(directory, 'blobs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.length > 60);
const pathOf = (generation: string): string => join(SHA256.slice(0, 2), `${SHA256}.${generation}`);

/** Another process, which may be stopped between any two calls. */
function stepped(work: (references: BlobReferences) => Promise<unknown>): SteppedProcess {
  return new SteppedProcess((share) => work(new BlobReferences(share(catalog), share(store))));
}

jest.setTimeout(60_000);

describe('BlobReferences', () => {
  it('names bytes before they are stored, and keeps them once', async () => {
    const process = stepped((own) => own.add(SHA256, MESSAGE, source));
    await process.goUntil(() => files().length > 0);
    expect(await record()).toMatchObject({ state: 'filling', references: [expect.stringContaining(MESSAGE)] });
    await process.finish();
    const second = await add(OTHER);
    const { generation, ...rest } = (await record())!;
    expect(rest).toEqual({ state: 'live', references: [expect.stringContaining(MESSAGE), second], trash: [], isSplit: false });
    expect(files()).toEqual([pathOf(generation!)]);
    expect(Buffer.concat(await store.read({ sha256: SHA256, generation: generation! }).toArray()).toString()).toBe(BYTES);
  });

  it('lets bytes live as long as one of those that share them', async () => {
    const [held, expired] = [await add(MESSAGE), await add(OTHER)];
    expect(await release(expired)).toEqual({ removed: 0, shared: 1 });
    expect(await release(expired)).toEqual({ removed: 0, shared: 1 });
    expect(files()).toHaveLength(1);
    expect(await release(held)).toEqual({ removed: 1, shared: 0 });
    expect(files()).toEqual([]);
    expect(await record()).toEqual({ generation: null, state: 'empty', references: [], trash: [], isSplit: false });
    expect(await release(held)).toEqual({ removed: 1, shared: 0 });
  });

  it('stores what comes again anew: a late delete hits the dead path only', async () => {
    const token = await add();
    const { generation } = (await record())!;
    const late = stepped((own) => own.release([{ sha256: SHA256, token }]));
    await late.goUntil(async () => (await record())!.state === 'empty');
    expect(files()).toEqual([pathOf(generation!)]);
    await add(OTHER);
    expect((await record())!.trash).toEqual([generation]);
    await late.finish();
    const now = (await record())!;
    expect(now).toMatchObject({ state: 'live', trash: [] });
    expect(now.generation).not.toBe(generation);
    expect(files()).toEqual([pathOf(now.generation!)]);
  });

  it('keeps bytes for whoever comes at any step of a release', async () => {
    for (let steps = 0, isOver = false; !isOver; steps += 1) {
      const token = await add();
      const releasing = stepped((own) => own.release([{ sha256: SHA256, token }]));
      await releasing.go(steps);
      isOver = releasing.hasEnded;
      const late = await add(OTHER);
      await releasing.finish();
      const { generation, references: kept } = (await record())!;
      expect({ steps, kept, files: files() }).toEqual({ steps, kept: [late], files: [pathOf(generation!)] });
      await release(late);
    }
  });

  it('deletes what it has stored too late itself', async () => {
    const late = stepped((own) => own.add(SHA256, MESSAGE, source));
    await late.goUntil(async () => (await record())?.state === 'filling');
    await release(...(await record())!.references);
    await late.finish();
    expect([await record(), files()]).toMatchObject([{ state: 'empty', references: [] }, []]);
  });

  it('takes no reference to what cannot be read, or is not what it was', async () => {
    expect(await references.add(SHA256, MESSAGE, nothing)).toBeNull();
    expect(await record()).toMatchObject({ state: 'empty', references: [] });
    writeFileSync(join(directory, 'file'), 'changed meanwhile');
    expect(await references.add(SHA256, MESSAGE, source)).toBeNull();
    expect([await record(), files()]).toMatchObject([{ state: 'empty', references: [] }, []]);
    expect(readdirSync(join(directory, 'blobs', 'incoming'))).toEqual([]);
  });

  it('stores bytes again that somebody deleted from the disk', async () => {
    await add();
    const { generation } = (await record())!;
    await store.remove({ sha256: SHA256, generation: generation! });
    await add(OTHER);
    expect(files()).toEqual([pathOf(generation!)]);
  });

  it('keeps the bytes of earlier versions for messages without a token', async () => {
    const file = await open(join(directory, 'file'));
    await store.put({ sha256: SHA256, generation: '1' }, file);
    await file.close();
    const token = (await references.add(SHA256, MESSAGE, nothing))!;
    expect(await record()).toMatchObject({ generation: '1', state: 'live', references: [LEGACY, token] });
    await release(token);
    expect(files()).toEqual([pathOf('1')]);
    await release(LEGACY);
    expect(files()).toEqual([]);
  });

  it('gives no token twice, however many processes ask', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => add(MESSAGE, new BlobReferences(catalog, store))));
    expect(new Set(tokens).size).toBe(20);
    expect([...(await record())!.references].sort()).toEqual([...tokens].sort());
    await Promise.all(tokens.map((token) => new BlobReferences(catalog, store).release([{ sha256: SHA256, token }])));
    expect([await record(), files()]).toMatchObject([{ state: 'empty', trash: [] }, []]);
  });
});

describe('references past those of one record', () => {
  let first: string[];

  beforeEach(async () => {
    await add();
    const { version, value } = (await catalog.get<BlobRecord>('blob', SHA256))!;
    first = Array.from({ length: RECORD_REFERENCES }, (_, index) => `${MESSAGE}-${index}`);
    await catalog.replace<BlobRecord>('blob', SHA256, version, { ...value, references: first });
  });

  const others = (): Promise<string[]> => Promise.all(Array.from({ length: 30 }, () => add(OTHER)));

  it('stand in parts, and keep the bytes', async () => {
    const further = await others();
    expect(await record()).toMatchObject({ isSplit: true, references: first });
    await release(...first);
    expect(await record()).toMatchObject({ state: 'live', references: [] });
    await release(...further.slice(1));
    expect(files()).toHaveLength(1);
    expect(await release(further[0]!)).toEqual({ removed: 1, shared: 0 });
    expect([await record(), files()]).toMatchObject([{ state: 'empty', isSplit: false }, []]);
    await add();
    expect(await record()).toMatchObject({ state: 'live', isSplit: false });
  });

  it('come to the record where a part was closed, and keep the bytes', async () => {
    const further = await others();
    await release(...first, ...further.slice(1));
    const ending = stepped((own) => own.release([{ sha256: SHA256, token: further[0]! }]));
    const closed = async (): Promise<number> =>
      (await catalog.list<{ isClosed?: boolean }>('blob', { first: 1_000 })).filter(({ value }) => value.isClosed).length;
    await ending.goUntil(async () => (await closed()) === 256);
    const late = await add(OTHER);
    expect((await record())!.references).toEqual([late]);
    await ending.finish();
    expect([await record(), files()]).toMatchObject([{ state: 'live', references: [late] }, [expect.any(String)]]);
    expect(await release(late)).toEqual({ removed: 1, shared: 0 });
    expect(files()).toEqual([]);
  });
});
