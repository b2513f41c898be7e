import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Message } from '../../src/domain/message.js';
import { EVERYTHING, type TextNode } from '../../src/query/ast.js';
import { ViewerScope } from '../../src/query/viewer-scope.js';
import { makeAttachment, makeMessage } from '../support/make-message.js';
import { and, digits, literal, near, not, or, range, terms, word } from '../support/query-nodes.js';
import { Random } from '../support/random.js';
import { ArchiveUnderTest, SCOPE } from './archive-under-test.js';
import { onEveryEngine } from './engines.js';

const few = [
  makeMessage('1', { text: '付款 合同', custodianIds: ['li', 'wang'] }),
  makeMessage('2', { text: '付款', custodianIds: ['li'] }),
  makeMessage('3', { text: '合同 138-0013', custodianIds: [] }),
  makeMessage('4', { text: 'the art party', sentAt: null, custodianIds: ['wang'], attachments: [makeAttachment('付款.pdf')] }),
  makeMessage('5', { text: '无关' }),
];

onEveryEngine('term counts on $name', (kind) => {
  let archive: ArchiveUnderTest;
  beforeAll(async () => {
    archive = await ArchiveUnderTest.create(kind, few);
  });
  afterAll(() => archive.remove());

  const count = (texts: TextNode[], filter = EVERYTHING) => archive.engine.countTerms(SCOPE, texts, filter, 20_000);

  it('counts hits, hits of no other term, and hits of each custodian', async () => {
    expect(await count([literal('付款'), literal('合同'), literal('没有')])).toEqual([
      { hits: 3, uniqueHits: 2, hitsByCustodian: { li: 2, wang: 2 } },
      { hits: 2, uniqueHits: 1, hitsByCustodian: { li: 1, wang: 1 } },
      { hits: 0, uniqueHits: 0, hitsByCustodian: {} },
    ]);
  });

  it('counts every kind of condition', async () => {
    const texts = [
      word('art'),
      near('付款', '合同', 1),
      digits('13800'),
      literal('付款', ['name']),
      not(literal('付款')),
      and(literal('付款'), literal('合同')),
      or(literal('无关'), word('party')),
      literal('款'),
      word('par'),
    ];
    expect((await count(texts)).map((line) => line.hits)).toEqual([1, 1, 1, 1, 2, 1, 2, 3, 0]);
  });

  it('a term that stands twice hits nothing alone', async () => {
    expect((await count([literal('无关'), literal('无关')])).map((line) => line.uniqueHits)).toEqual([0, 0]);
    expect((await count([literal('无关')])).map((line) => line.uniqueHits)).toEqual([1]);
  });

  it('counts within the filter and the scope', async () => {
    expect(await count([literal('付款'), literal('合同')], terms('custodianId', 'li'))).toEqual([
      { hits: 2, uniqueHits: 1, hitsByCustodian: { li: 2, wang: 1 } },
      { hits: 1, uniqueHits: 0, hitsByCustodian: { li: 1, wang: 1 } },
    ]);
    expect((await count([literal('付款')], not(range('sentAt', null, null))))[0]!.hits).toBe(1);
    const scope = ViewerScope.only('wang', terms('custodianId', 'wang'));
    expect((await archive.engine.countTerms(scope, [literal('付款')], EVERYTHING, 5_000))[0]).toEqual({
      hits: 2,
      uniqueHits: 2,
      hitsByCustodian: { li: 1, wang: 2 },
    });
  });

  it('counts nothing for no terms', async () => {
    expect(await count([])).toEqual([]);
  });

  it('knows how many messages have a literal', async () => {
    const statistics = await archive.engine.literalStatistics(SCOPE, ['付款', '合同', '没有', 'art', '款'].map(key), 5_000);
    expect(statistics.documentCount).toBe(5);
    expect(statistics.documentCounts).toEqual([2, 2, 0, 1, 2]);
    expect(statistics.meanLength).toBeCloseTo((5 + 2 + 11 + 13 + 2) / 5, 9);
    expect(statistics.watermark).toBe((await archive.engine.health()).watermark);
  });
});

function key(text: string): string {
  const node = literal(text);
  return node.kind === 'literal' ? node.key : '';
}

function custodianCounts(found: readonly Message[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const id of found.flatMap((message) => message.custodianIds)) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
}

/** Long lists may be counted another way than short ones: both must count alike. */
onEveryEngine('long term lists on $name', (kind) => {
  const random = new Random(11);
  const characters = Array.from('甲乙丙丁戊己 ab1');
  const text = (longest: number): string => random.times(random.between(1, longest), () => random.pick(characters)).join('');
  const messages: Message[] = Array.from({ length: 400 }, (_, index) =>
    makeMessage(`m${index}`, {
      text: text(12),
      custodianIds: [...new Set([random.pick(['li', 'wang']), random.pick(['li', 'zhao'])])].sort(),
      attachments: random.chance(0.2) ? [makeAttachment(text(6))] : [],
    }),
  );
  let archive: ArchiveUnderTest;
  beforeAll(async () => {
    archive = await ArchiveUnderTest.create(kind, messages);
  });
  afterAll(() => archive.remove());

  it.each([1, 30, 99, 100, 101, 400])('%i literals', async (size) => {
    const sources = random.times(size, () => text(random.pick([1, 2, 3, 5]))).map((source) => (source.trim() === '' ? '甲 乙' : source));
    const squeeze = (raw: string): string => raw.replace(/ +/g, ' ');
    const hit = sources.map((source) =>
      messages.filter((message) =>
        [message.text, ...message.attachments.map((attachment) => attachment.name)].some((raw) => squeeze(raw).includes(squeeze(source))),
      ),
    );
    const times = new Map<Message, number>();
    for (const message of hit.flat()) times.set(message, (times.get(message) ?? 0) + 1);
    const expected = hit.map((found) => ({
      hits: found.length,
      uniqueHits: found.filter((message) => times.get(message) === 1).length,
      hitsByCustodian: custodianCounts(found),
    }));
    const counted = await archive.engine.countTerms(
      SCOPE,
      sources.map((source) => literal(source)),
      EVERYTHING,
      30_000,
    );
    expect(counted).toEqual(expected);
  });

  it('a long list of mixed conditions and its pieces count alike', async () => {
    const make = [
      () => literal(`甲${text(2)}`),
      () => word(random.pick(['a', 'b', 'ab', 'a1', 'ba', '1'])),
      () => near('甲', random.pick(characters.slice(1, 6)), random.below(4)),
      () => and(literal(random.pick(['甲', '乙'])), not(literal(random.pick(['丙', '丁a'])))),
      () => literal(random.pick(['戊', '己']), ['name']),
    ];
    const nodes: TextNode[] = random.times(150, () => random.pick(make)());
    const whole = await archive.engine.countTerms(SCOPE, nodes, EVERYTHING, 30_000);
    const alone: number[] = [];
    for (const node of nodes) alone.push((await archive.search({ text: node, first: 0 })).total!);
    expect(whole.map((line) => line.hits)).toEqual(alone);
  });

  it('an alternative of a thousand literals', async () => {
    const sources = random.times(1_000, () => `${text(4)}甲`);
    const squeezed = sources.map((source) => source.replace(/ +/g, ' '));
    const expected = messages.filter((message) =>
      [message.text, ...message.attachments.map((attachment) => attachment.name)].some((raw) =>
        squeezed.some((source) => raw.replace(/ +/g, ' ').includes(source)),
      ),
    );
    const result = await archive.search({ text: or(...sources.map((source) => literal(source))) });
    expect(new Set(result.hits.map((hit) => hit.message.id))).toEqual(new Set(expected.map((message) => message.id)));
    expect(result.total).toBe(expected.length);
  });
});
