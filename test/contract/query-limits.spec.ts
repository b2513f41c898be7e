import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { foldMessage } from '../../src/analysis/index-text.js';
import type { Message } from '../../src/domain/message.js';
import type { FilterNode, TextNode } from '../../src/query/ast.js';
import { checkQuery } from '../../src/query/check-query.js';
import { fieldValues } from '../../src/query/field-values.js';
import { matches } from '../../src/query/matches.js';
import { QUERY_LIMITS } from '../../src/query/query-limits.js';
import { makeMessage } from '../support/make-message.js';
import { and, flag, literal, near, not, or, range, terms } from '../support/query-nodes.js';
import { Random } from '../support/random.js';
import { ArchiveUnderTest, nativeIds } from './archive-under-test.js';
import { onEveryEngine } from './engines.js';

const WORDS = ['付款', '合同', '账户', '发票', 'invoice', '13800138000', '明天', '👍🏻', 'a b'];
/** What some tokenizer takes for white space, drops, or stumbles over; Java's white space and JavaScript's differ. */
// prettier-ignore
const TROUBLE = [
  ...[9, 10, 11, 12, 13, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x205f, 0x3000],
  ...[0, 1, 0x7f, 0x85, 0xa0, 0xad, 0x180e, 0x200b, 0x2007, 0x202f, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0xe000, 0xe020, 0xe080, 0xe083, 0xf8ff, 0x1f44d, 0x20000, 0xf0000, 0x10ffff],
].map((codePoint) => String.fromCodePoint(codePoint));
const LONGEST = QUERY_LIMITS.literalCodePoints;

function makeMessages(random: Random): Message[] {
  const plain = Array.from({ length: 400 }, (_, index) =>
    makeMessage(`m${index}`, {
      text: Array.from({ length: 1 + random.below(4) }, () => random.pick(WORDS) + String.fromCodePoint(0x4e00 + random.below(12_000))).join(random.pick(['', ' ', '，'])),
      senderName: random.chance(0.2) ? random.pick(WORDS) : null,
      sentAt: random.chance(0.1) ? null : Date.UTC(2026, 0, 1) + random.below(1_000_000),
      custodianIds: [random.pick(['li', 'wang'])],
      recall: random.chance(0.2) ? { at: null, by: null } : null,
    }),
  );
  const long = Array.from({ length: LONGEST }, () => String.fromCodePoint(0x4e00 + random.below(20_000))).join('');
  return [
    ...plain,
    ...TROUBLE.map((character, index) => makeMessage(`t${index}`, { text: `甲${character}乙` })),
    makeMessage('half', { text: '甲\ud83d乙\udc4d' }),
    makeMessage('long', { text: `始${long}终` }),
    makeMessage('long latin', { text: 'abcdefghij'.repeat(LONGEST / 10) }),
  ];
}

/** Queries as large and as odd as they may be; the other opinion is `query/matches.ts`. */
onEveryEngine('limits of queries on $name', (kind) => {
  const messages = makeMessages(new Random(11));
  const subjects = messages.map((message) => ({ message, values: fieldValues(message), folded: foldMessage(message) }));
  let archive: ArchiveUnderTest;
  beforeAll(async () => {
    archive = await ArchiveUnderTest.create(kind, messages);
  });
  afterAll(() => archive.remove());

  async function expectExact(text: TextNode | null, filter: FilterNode = { kind: 'all' }): Promise<string[]> {
    checkQuery({ text, filter });
    const expected = subjects.filter((subject) => matches({ text, filter }, subject)).map(({ message }) => message.nativeId);
    for (const order of ['newest', 'oldest'] as const) {
      const found = await archive.search({ text, filter, order, deadline: 120_000 });
      expect(nativeIds(found.hits).sort()).toEqual([...expected].sort());
      expect([found.total, found.hasNext]).toEqual([expected.length, false]);
    }
    return expected;
  }

  it('no code point is lost, split off or taken for another', async () => {
    for (const character of [...TROUBLE, '\ud83d', '\udc4d']) {
      await expectExact(literal(`甲${character}乙`));
      await expectExact(literal(`${character}乙`));
    }
  }, 120_000);

  it('texts of ten thousand code points', async () => {
    const long = messages.find(({ nativeId }) => nativeId === 'long')!.text;
    const latin = 'abcdefghij'.repeat(LONGEST / 10);
    expect(await expectExact(literal(long.slice(1, -1)))).toEqual(['long']);
    expect(await expectExact(literal(`${long.slice(1, -2)}错`))).toEqual([]);
    expect(await expectExact(literal(latin))).toEqual(['long latin']);
    expect(await expectExact(literal(`${latin.slice(0, -1)}x`))).toEqual([]);
  });

  it('a list of ten thousand texts, asked for, denied and within another condition', async () => {
    const texts = Array.from({ length: QUERY_LIMITS.textLeaves - 1 }, (_, index) =>
      literal(`${WORDS[index % WORDS.length]!}${String.fromCodePoint(0x4e00 + index)}`),
    );
    expect((await expectExact(or(...texts))).length).toBeGreaterThan(100);
    await expectExact(not(or(...texts)), terms('custodianId', 'li'));
    await expectExact(and(literal('付款'), not(or(...texts.slice(0, 3_000)))));
    await expectExact(and(...texts.slice(0, 2_000).map((text) => not(text))));
    expect(await expectExact(and(...texts))).toEqual([]);
  }, 120_000);

  it('a list of pairs', async () => {
    const pairs = Array.from({ length: 300 }, (_, index) => near(WORDS[index % WORDS.length]!, WORDS[(index + 1 + (index % 4)) % WORDS.length]!, index % 7));
    expect((await expectExact(or(...pairs))).length).toBeGreaterThan(10);
    await expectExact(and<TextNode>(not(pairs[0]!), or<TextNode>(pairs[1]!, not(pairs[2]!))), terms('custodianId', 'li'));
  }, 120_000);

  it('conditions as deep as they may be', async () => {
    let text: TextNode = literal('付款');
    let filter: FilterNode = flag('isRecalled', true);
    for (let depth = 1; depth < QUERY_LIMITS.depth; depth += 1) {
      const word = literal(WORDS[depth % WORDS.length]!);
      text = depth % 3 === 0 ? not(text) : depth % 3 === 1 ? or(text, and(word, literal('合'))) : and(text, not(and(word, literal('明'))));
      filter = depth % 3 === 0 ? not(filter) : depth % 3 === 1 ? or(filter, terms('custodianId', 'li')) : and(filter, range('sentAt', null, null));
    }
    await expectExact(null, filter);
    const within = { text: and(literal('款'), text), filter };
    expect(() => checkQuery(within)).toThrow();
    if (text.kind !== 'not' && text.kind !== 'and' && text.kind !== 'or') throw new Error('the text is not nested');
    await expectExact(text.kind === 'not' ? text.node : text.nodes[0]!, filter);
  });

  it('lists of ten thousand values, and ten thousand conditions', async () => {
    const ids = messages.slice(0, 50).map(({ id }) => id);
    const others = Array.from({ length: QUERY_LIMITS.termValues - ids.length }, (_, index) => index.toString(16).padStart(32, '0'));
    expect(await expectExact(null, terms('id', ...ids, ...others))).toHaveLength(50);
    expect(await expectExact(null, and(not(terms('id', ...others)), terms('id', ...ids)))).toHaveLength(50);
    const instants = Array.from({ length: QUERY_LIMITS.filterNodes - 1 }, (_, index) => Date.UTC(2026, 0, 1) + index * 37);
    await expectExact(null, or(...instants.map((instant) => range('sentAt', instant, instant + 5))));
    await expectExact(literal('付款'), and(...instants.slice(0, 4_000).map((instant) => not(range('sentAt', instant, instant + 5)))));
  }, 120_000);

  it('bounds that no date has', async () => {
    const bounds = [null, -Number.MAX_VALUE, -1e17, -0.5, 0, Number.MIN_VALUE, Date.UTC(2026, 0, 1) + 0.25, 2 ** 31 - 0.5, 1e17, Number.MAX_VALUE];
    for (const from of bounds) {
      for (const to of bounds) {
        if (from !== null && to !== null && from > to) continue;
        await expectExact(null, range('sentAt', from, to));
        await expectExact(null, range('recallDelaySeconds', from, to));
      }
    }
  });

  it('values that no index holds', async () => {
    await expectExact(null, terms('senderId', '\ud83d', '\ufffd', '', '\0'));
    await expectExact(null, or(terms('senderId', '长'.repeat(20_000)), terms('custodianId', 'li')));
  });
});
