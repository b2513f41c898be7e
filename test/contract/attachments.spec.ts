import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { BlobRecord } from '../../src/blobs/blob-record.js';
import type { IndexEraser } from '../../src/engine/index-eraser.js';
import { SharedAttachment } from '../blobs/shared-attachment.js';
import { SteppedProcess } from '../support/stepped-process.js';
import { ArchiveUnderTest } from './archive-under-test.js';
import { onEveryEngine } from './engines.js';

const FILE = 'contract.pdf';

jest.setTimeout(120_000);

onEveryEngine('attachment bytes on $name', (kind) => {
  let archive: ArchiveUnderTest;
  let eraser: IndexEraser;
  let shared: SharedAttachment;

  beforeEach(async () => {
    archive = await ArchiveUnderTest.create(kind);
    eraser = await kind.openEraser(archive.directory);
    const { writer, catalog, directory } = archive;
    shared = new SharedAttachment({ writer, catalog, eraser, directory });
    shared.file(FILE, 'the same bytes');
  });
  afterEach(async () => {
    await eraser.close();
    await archive.remove();
  });

  /** What is wrong, once writes are seen by everybody. */
  async function problems(): Promise<readonly string[]> {
    await archive.writer.refresh();
    return [...(await shared.lost()), ...(await shared.leftOver())];
  }

  it('live exactly as long as a message refers to them', async () => {
    await shared.import('held', [FILE]);
    await shared.import('expired', [FILE]);
    await shared.destroy('expired');
    const [before] = shared.files();
    expect([shared.files(), await problems()]).toEqual([[before], []]);
    await shared.destroy('held');
    expect([shared.files(), await problems()]).toEqual([[], []]);
    await shared.import('again', [FILE]);
    expect([shared.files(), await problems()]).toEqual([[expect.not.stringContaining(before!)], []]);
  });

  it('count every one of many that come and go at once', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `m${index}`);
    await Promise.all(ids.map((id) => shared.import(id, [FILE])));
    const [record] = await archive.catalog.list<BlobRecord>('blob', { first: 2 });
    expect([record!.value.references.length, await problems()]).toEqual([12, []]);
    await Promise.all([...ids.slice(6).map((id) => shared.destroy(id)), ...ids.slice(0, 3).map((id) => shared.import(`${id} more`, [FILE]))]);
    expect([shared.files().length, await problems()]).toEqual([1, []]);
    await Promise.all(ids.slice(0, 6).map((id) => shared.destroy(id)));
    await Promise.all(ids.slice(0, 3).map((id) => shared.destroy(`${id} more`)));
    expect([shared.files(), await problems()]).toEqual([[], []]);
  });

  it('are swept when no message came to refer to them', async () => {
    await shared.import('a', [FILE]);
    shared.file('b.pdf', 'other bytes');
    const killed = new SteppedProcess((share) => shared.import('b', ['b.pdf'], share));
    await killed.goUntil(() => shared.files().length === 2);
    expect(shared.files()).toHaveLength(2);
    expect(await shared.sweep()).toMatchObject({ orphans: 1 });
    expect([shared.files().length, await problems()]).toEqual([1, []]);
    expect(await shared.import('b', ['b.pdf'])).toBe('new');
    expect([shared.files().length, await problems()]).toEqual([2, []]);
  });
});
