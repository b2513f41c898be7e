import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import type { BlobRecord } from '../../src/blobs/blob-record.js';
import { verifyBlobs, type BlobsReport } from '../../src/blobs/verify-blobs.js';
import type { StoredMessage } from '../../src/domain/message.js';
import { MemoryCatalogStore } from '../support/memory-catalog-store.js';
import { MemoryIndexWriter } from '../support/memory-index-writer.js';
import { prepare } from '../support/prepare.js';
import { SteppedProcess } from '../support/stepped-process.js';
import { memoryEraser } from './memory-eraser.js';
import { SharedAttachment } from './shared-attachment.js';

const BYTES = 'bytes that two messages share';
const SHA256 = createHash('sha256').update(BYTES).digest('hex');

let directory: string;
let writer: MemoryIndexWriter;
let catalog: MemoryCatalogStore;
let archive: SharedAttachment;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-sweep-'));
  writer = new MemoryIndexWriter();
  catalog = new MemoryCatalogStore();
  archive = new SharedAttachment({ writer, eraser: memoryEraser(writer), catalog, directory });
  archive.file('a.pdf', BYTES);
});
afterEach(() => rmSync(directory, { recursive: true }));

const record = async (): Promise<BlobRecord> => (await catalog.get<BlobRecord>('blob', SHA256))!.value;
const stored = (nativeId: string): StoredMessage | undefined => writer.all().find(({ message }) => message.nativeId === nativeId);
const importing = (nativeId: string): SteppedProcess => new SteppedProcess((share) => archive.import(nativeId, ['a.pdf'], share));

async function verify(): Promise<BlobsReport> {
  const steps = verifyBlobs({ writer, catalog, store: archive.store });
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

/** What an earlier version left: bytes of its one generation, and a message that names them without a token. */
async function storeAsEarlier(nativeId: string): Promise<void> {
  await archive.import(nativeId, ['a.pdf']);
  const { generation } = await record();
  const { message, raws } = stored(nativeId)!;
  await archive.store.remove({ sha256: SHA256, generation: generation! });
  catalog.replaceAll('blob', []);
  const file = await open(join(directory, 'media', 'a.pdf'));
  await archive.store.put({ sha256: SHA256, generation: '1' }, file);
  await file.close();
  const attachments = message.attachments.map((attachment) => ({ ...attachment, token: null }));
  const { version } = writer.messages.get(message.id)!;
  await writer.put([{ prepared: prepare({ ...message, attachments }, raws), expected: version }]);
}

jest.setTimeout(60_000);

describe('sweepBlobs', () => {
  it('takes away what an import that was killed has left, and nothing else', async () => {
    await archive.import('a', ['a.pdf']);
    const killed = importing('b');
    await killed.goUntil(async () => (await record()).references.length === 2);
    expect(await archive.sweep()).toEqual({ adopted: 0, orphans: 1, files: 0 });
    expect((await record()).references).toEqual([stored('a')!.message.attachments[0]!.token]);
    expect(await archive.lost()).toEqual([]);
    expect(await archive.sweep()).toEqual({ adopted: 0, orphans: 0, files: 0 });
  });

  it('touches the message before: a stalled import takes another token', async () => {
    const stalled = importing('a');
    await stalled.goUntil(async () => (await catalog.get<BlobRecord>('blob', SHA256))?.value.state === 'live');
    const [first] = (await record()).references;
    await archive.sweep();
    expect([await record(), archive.files()]).toMatchObject([{ state: 'empty' }, []]);
    await stalled.finish();
    expect(stored('a')!.message.attachments[0]!.token).not.toBe(first);
    expect([await archive.lost(), await archive.leftOver()]).toEqual([[], []]);
  });

  it('finds files that no record names, and leaves those that one does', async () => {
    await archive.import('a', ['a.pdf']);
    const [name] = archive.files();
    writeFileSync(join(archive.blobDirectory, SHA256.slice(0, 2), `${SHA256}.dead`), BYTES);
    expect(await archive.sweep()).toEqual({ adopted: 0, orphans: 0, files: 1 });
    expect(archive.files()).toEqual([name]);
  });

  it('finishes what was begun to be deleted', async () => {
    await archive.import('a', ['a.pdf']);
    const killed = new SteppedProcess((share) => archive.destroy('a', share));
    await killed.goUntil(async () => (await record()).state === 'empty');
    expect(archive.files()).toHaveLength(1);
    await archive.sweep();
    expect([await record(), archive.files()]).toMatchObject([{ state: 'empty', trash: [] }, []]);
  });

  it('gives messages of earlier versions references of their own', async () => {
    await storeAsEarlier('a');
    await archive.import('b', ['a.pdf']);
    expect((await record()).references).toEqual(['legacy', stored('b')!.message.attachments[0]!.token]);
    await archive.destroy('b');
    expect(archive.files()).toHaveLength(1);
    expect(await archive.sweep()).toEqual({ adopted: 1, orphans: 0, files: 0 });
    expect((await record()).references).toEqual([stored('a')!.message.attachments[0]!.token]);
    expect(await archive.lost()).toEqual([]);
    await archive.destroy('a');
    expect([await record(), archive.files()]).toMatchObject([{ state: 'empty' }, []]);
  });

  it('keeps the bytes of earlier versions even where nobody has asked for them since', async () => {
    await storeAsEarlier('a');
    expect(await archive.sweep()).toEqual({ adopted: 1, orphans: 0, files: 0 });
    expect([await archive.lost(), archive.files()]).toEqual([[], [`${SHA256}.1`]]);
  });

  it('deletes nothing where the catalog was lost, or another archive counts', async () => {
    await archive.import('a', ['a.pdf']);
    const records = await catalog.list('blob', { first: 10 });
    catalog.replaceAll('blob', []);
    await expect(archive.sweep()).rejects.toMatchObject({ code: 'INDEX_CORRUPT' });
    expect(archive.files()).toHaveLength(1);
    catalog.replaceAll('blob', records.map(({ id, value }) => [id, value]));
    archive.requireCurrent = async () => Promise.reject(new Error('moved'));
    await expect(archive.sweep()).rejects.toThrow('moved');
    expect(archive.files()).toHaveLength(1);
  });
});

describe('verifyBlobs', () => {
  it('reads everything again', async () => {
    await archive.import('a', ['a.pdf']);
    await archive.import('b', ['a.pdf']);
    archive.file('b.pdf', 'other bytes');
    await archive.import('c', ['a.pdf', 'b.pdf']);
    expect(await verify()).toEqual({ messages: 3, files: 2, bytes: BYTES.length + 11, problems: [] });
  });

  it('names what is damaged, missing, and about to be lost', async () => {
    await archive.import('a', ['a.pdf']);
    const [path] = archive.files().map((name) => join(archive.blobDirectory, SHA256.slice(0, 2), name));
    writeFileSync(path!, 'changed on the disk');
    expect((await verify()).problems).toEqual([{ id: SHA256, problem: 'its bytes are not what was stored' }]);
    rmSync(path!);
    expect((await verify()).problems).toEqual([{ id: archive.idOf('a'), problem: 'the bytes of its attachment are not there' }]);
    catalog.replaceAll('blob', []);
    expect((await verify()).problems).toEqual([{ id: archive.idOf('a'), problem: 'the record of its attachment does not know of it' }]);
  });

  it('knows the bytes of earlier versions', async () => {
    await storeAsEarlier('a');
    expect(await verify()).toMatchObject({ files: 1, problems: [] });
  });
});

describe('an import that meets the message', () => {
  it('keeps the reference that is listed, and gives its own back', async () => {
    await archive.import('a', ['a.pdf']);
    const [token] = (await record()).references;
    expect(await archive.import('a', ['a.pdf'])).toBe('duplicate');
    expect(await archive.import('a', ['a.pdf'], undefined, 'another text')).toBe('conflict');
    expect(stored('a')!.message.attachments[0]!.token).toBe(token);
    expect((await record()).references).toEqual([token]);
  });

  it('adds the bytes that were missing, with a reference of its own', async () => {
    rmSync(join(directory, 'media', 'a.pdf'));
    await archive.import('a', ['a.pdf']);
    expect(stored('a')!.message.attachments[0]).toMatchObject({ state: 'missing', token: null });
    archive.file('a.pdf', BYTES);
    expect(await archive.import('a', ['a.pdf'])).toBe('merged');
    expect((await record()).references).toEqual([stored('a')!.message.attachments[0]!.token]);
    expect([await archive.lost(), await archive.leftOver()]).toEqual([[], []]);
  });

  it('keeps both where records give other bytes for one attachment', async () => {
    await archive.import('a', ['a.pdf']);
    archive.file('a.pdf', 'other bytes under the same name');
    await archive.import('a', ['a.pdf']);
    const [attachment] = stored('a')!.message.attachments;
    expect([attachment!.sha256, ...attachment!.otherBytes!.map(({ sha256 }) => sha256)]).toContain(SHA256);
    expect(archive.files()).toHaveLength(2);
    expect([await archive.lost(), await archive.leftOver()]).toEqual([[], []]);
    await archive.destroy('a');
    expect([archive.files(), await archive.leftOver()]).toEqual([[], []]);
  });

  it('gives its reference back where the message was destroyed', async () => {
    await archive.import('a', ['a.pdf']);
    await archive.destroy('a');
    expect(await archive.import('a', ['a.pdf'])).toBe('disposed');
    expect([await record(), archive.files()]).toMatchObject([{ state: 'empty', references: [], trash: [] }, []]);
  });

  it('stores no bytes for what the archive has, and takes no reference', async () => {
    await archive.import('a', ['a.pdf']);
    const before = await catalog.get('blob', SHA256);
    expect(await archive.import('a', ['a.pdf'], undefined, '', true)).toBe('known');
    expect(await catalog.get('blob', SHA256)).toEqual(before);
  });
});
