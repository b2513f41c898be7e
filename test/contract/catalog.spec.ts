import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ArchiveUnderTest } from './archive-under-test.js';
import { onEveryEngine } from './engines.js';

interface Note {
  readonly n: number;
  readonly text?: string;
}

onEveryEngine('catalog on $name', (kind) => {
  let archive: ArchiveUnderTest;
  beforeEach(async () => {
    archive = await ArchiveUnderTest.create(kind);
  });
  afterEach(() => archive.remove());

  it('creates a record once', async () => {
    const created = await archive.catalog.create<Note>('import-run', 'a', { n: 1, text: '"甲"\0' });
    expect(created).toMatchObject({ kind: 'import-run', id: 'a', value: { n: 1, text: '"甲"\0' } });
    expect(await archive.catalog.create<Note>('import-run', 'a', { n: 2 })).toBeNull();
    expect(await archive.catalog.get('import-run', 'a')).toEqual(created);
    expect(await archive.catalog.get('audit-block', 'a')).toBeNull();
    expect(await archive.catalog.create<Note>('audit-block', 'a', { n: 3 })).not.toBeNull();
  });

  it('replaces a record only at the version that was read', async () => {
    const first = await archive.catalog.create<Note>('import-run', 'a', { n: 1 });
    const second = await archive.catalog.replace<Note>('import-run', 'a', first!.version, { n: 2 });
    expect(second!.value).toEqual({ n: 2 });
    expect(await archive.catalog.replace<Note>('import-run', 'a', first!.version, { n: 3 })).toBeNull();
    expect(await archive.catalog.replace<Note>('import-run', 'b', first!.version, { n: 3 })).toBeNull();
    expect((await archive.catalog.get<Note>('import-run', 'a'))!.value).toEqual({ n: 2 });
    const third = await archive.catalog.replace<Note>('import-run', 'a', second!.version, { n: 1 });
    expect(new Set([first!.version, second!.version, third!.version]).size).toBe(3);
  });

  it('lets exactly one of many writers win', async () => {
    const first = await archive.catalog.create<Note>('import-run', 'a', { n: 0 });
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, n) => archive.catalog.replace<Note>('import-run', 'a', first!.version, { n })),
    );
    expect(results.filter((result) => result !== null)).toHaveLength(1);
    const created = await Promise.all(Array.from({ length: 8 }, (_, n) => archive.catalog.create<Note>('audit-block', '00000001', { n })));
    expect(created.filter((result) => result !== null)).toHaveLength(1);
  });

  it('lists by id, in pages, in both directions', async () => {
    for (const id of ['10', '2', '1', '100', 'b', 'B']) await archive.catalog.create<Note>('import-run', id, { n: Number(id) });
    await archive.catalog.create<Note>('audit-block', '11', { n: 0 });
    const ids = async (page: Parameters<typeof archive.catalog.list>[1]): Promise<string> =>
      (await archive.catalog.list('import-run', page)).map((record) => record.id).join(' ');
    expect(await ids({ first: 10 })).toBe('1 10 100 2 B b');
    expect(await ids({ first: 2 })).toBe('1 10');
    expect(await ids({ first: 2, after: '10' })).toBe('100 2');
    expect(await ids({ first: 10, after: '11' })).toBe('2 B b');
    expect(await ids({ first: 3, order: 'down' })).toBe('b B 2');
    expect(await ids({ first: 10, after: '2', order: 'down' })).toBe('100 10 1');
    expect(await ids({ first: 10, after: 'b' })).toBe('');
  });

  it('keeps everything over a restart', async () => {
    const first = await archive.catalog.create<Note>('import-run', 'a', { n: 1 });
    await archive.reopen();
    expect(await archive.catalog.get('import-run', 'a')).toEqual(first);
    expect(await archive.catalog.replace<Note>('import-run', 'a', first!.version, { n: 2 })).not.toBeNull();
  });
});
