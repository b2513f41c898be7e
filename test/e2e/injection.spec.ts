import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fold } from '../../src/analysis/fold.js';
import { parseSearchText } from '../../src/analysis/parse-search-text.js';
import { HoldfastError } from '../../src/errors/errors.js';
import { EVERYTHING, type FilterNode, type TextNode } from '../../src/query/ast.js';
import { checkQuery } from '../../src/query/check-query.js';
import { FIELD_NAMES, fieldDefinition } from '../../src/query/fields.js';
import { ArchiveUnderTest, nativeIds, request, SCOPE } from '../contract/archive-under-test.js';
import { onEveryEngine } from '../contract/engines.js';
import { HOSTILE_TEXTS } from '../support/hostile-texts.js';
import { makeAttachment, makeMessage } from '../support/make-message.js';
import { MemorySearchEngine } from '../support/memory-search-engine.js';
import { and, literal, near, not, or } from '../support/query-nodes.js';
import { Random } from '../support/random.js';

const wrappings: readonly [string, (text: string) => string][] = [
  ['as it is', (text) => text],
  ['in quotes', (text) => `"${text}"`],
  ['in quotes, escaped', (text) => `"${text.replace(/[\\"\uff02]/g, '\\$&')}"`],
  ['in curly quotes', (text) => `\u201c${text}\u201d`],
  ['negated', (text) => `-${text} a`],
  ['as a word', (text) => `=${text}`],
  ['as digits', (text) => `#${text}`],
  ['in one field', (text) => `body:${text}`],
  ['in a pair', (text) => `"${text.replace(/[\\"\uff02]/g, '\\$&')}" NEAR/3 a`],
  ['in brackets', (text) => `(${text} OR b) AND a`],
];

onEveryEngine('nothing a user types leaves its place, on $name', (kind) => {
  const messages = [
    ...HOSTILE_TEXTS.map((text, index) =>
      makeMessage(`t${index}`, { text: `x${text}y a`, senderId: text, custodianIds: [text], sources: [text] }),
    ),
    ...HOSTILE_TEXTS.map((text, index) =>
      makeMessage(`n${index}`, { text: 'b', conversationId: text, attachments: [makeAttachment(text)] }),
    ),
    makeMessage('plain', { text: 'a b' }),
  ];
  const truth = MemorySearchEngine.of(messages);
  let archive: ArchiveUnderTest;
  beforeAll(async () => {
    archive = await ArchiveUnderTest.create(kind, messages);
  });
  afterAll(async () => {
    const whole = await archive.search({ first: 0 });
    expect(whole.total).toBe(messages.length);
    await archive.remove();
  });

  /** The ids that a search finds, or the code of the error it ends with. */
  async function outcome(
    engine: typeof truth | ArchiveUnderTest['engine'],
    text: TextNode | null,
    filter: FilterNode = EVERYTHING,
  ): Promise<readonly string[] | string> {
    const { hits, total } = await engine.search(SCOPE, request({ text, filter }));
    expect(total).toBe(hits.length);
    return nativeIds(hits);
  }

  it.each(wrappings)('%s: the exact answer, or an error that says what is wrong', async (_name, wrap) => {
    const answered: string[] = [];
    for (const text of HOSTILE_TEXTS) {
      const search = wrap(text);
      let node: TextNode | null;
      try {
        node = parseSearchText(search);
        checkQuery({ text: node, filter: EVERYTHING });
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        expect([search, error.code]).toEqual([search, expect.stringMatching(/^QUERY_(SYNTAX|EMPTY_TERM)$/)]);
        expect(error.facts['position']).toEqual(expect.any(Number));
        continue;
      }
      expect([search, await outcome(archive.engine, node)]).toEqual([search, await outcome(truth, node)]);
      answered.push(search);
    }
    expect(answered.length).toBeGreaterThan(0);
  });

  it('finds every text by itself, quoted and escaped', async () => {
    for (const [index, text] of HOSTILE_TEXTS.entries()) {
      if (fold(text) === '') continue;
      const found = await outcome(archive.engine, parseSearchText(`"${text.replace(/[\\"\uff02]/g, '\\$&')}"`));
      expect([text, found]).toEqual([text, expect.arrayContaining([`t${index}`, `n${index}`])]);
    }
  });

  it('takes filter values as they are', async () => {
    const fields = FIELD_NAMES.filter((name) => fieldDefinition(name).kind === 'keyword');
    for (const value of HOSTILE_TEXTS) {
      for (const field of fields) {
        const filter: FilterNode = { kind: 'terms', field, values: [value] };
        expect([field, value, await outcome(archive.engine, null, filter)]).toEqual([field, value, await outcome(truth, null, filter)]);
      }
      expect(await archive.engine.get(SCOPE, [value])).toEqual([null]);
    }
  });
});

/** Ten thousand characters, no stretch of which comes twice soon. */
function longText(length: number): string {
  const random = new Random(8);
  return random.times(length, () => String.fromCodePoint(0x4e00 + random.below(3_000))).join('');
}

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'no error';
  } catch (error) {
    return error instanceof HoldfastError ? error.code : String(error);
  }
}

onEveryEngine('large queries on $name', (kind) => {
  const long = longText(12_000);
  const random = new Random(4);
  const letters = Array.from('甲乙丙丁戊 ab12');
  const words = (count: number): string => random.times(count, () => random.pick(letters)).join('');
  const messages = [
    makeMessage('long', { text: long }),
    makeMessage('almost', { text: `${long.slice(0, 5_000)}异${long.slice(5_001)}` }),
    ...Array.from({ length: 300 }, (_, index) =>
      makeMessage(`m${index}`, { text: words(10), attachments: index % 9 === 0 ? [makeAttachment(words(4))] : [] }),
    ),
  ];
  const truth = MemorySearchEngine.of(messages);
  let archive: ArchiveUnderTest;
  beforeAll(async () => {
    archive = await ArchiveUnderTest.create(kind, messages);
  });
  afterAll(() => archive.remove());

  const find = async (text: TextNode): Promise<readonly string[]> => {
    checkQuery({ text, filter: EVERYTHING });
    return nativeIds((await archive.search({ text })).hits);
  };
  const expectTruth = async (text: TextNode): Promise<number> => {
    const expected = nativeIds((await truth.search(SCOPE, request({ text }))).hits);
    expect(await find(text)).toEqual(expected);
    return expected.length;
  };
  const lit = (count: number): TextNode => literal(words(count).trim() || '甲');

  it.each([95, 96, 97, 98, 1_000, 3_334, 9_999, 10_000])('a literal of %i characters', async (length) => {
    const from = 4_990 - Math.floor(length / 2);
    const piece = long.slice(Math.max(0, from), Math.max(0, from) + length);
    expect(await find(literal(piece))).toEqual(['long'].concat(piece.includes(long.charAt(5_000)) && length > 20 ? [] : ['almost']));
    expect(await find(literal(piece.slice(0, -1) + (piece.endsWith('一') ? '丁' : '一')))).toEqual([]);
    expect(await find(literal(`${piece.slice(0, length / 2)}${piece.slice(length / 2 + 1)}`))).toEqual([]);
  });

  it('a literal beyond the limit is an error', async () => {
    expect(await codeOf(() => find(literal(long.slice(0, 10_001))))).toBe('QUERY_TOO_LARGE');
    expect(await codeOf(() => parseSearchText('a'.repeat(100_001)))).toBe('QUERY_TOO_LARGE');
  });

  it.each([47, 48, 49, 96, 97, 99, 100, 1_000, 10_000])('a list of %i alternatives', async (count) => {
    const hits = await expectTruth(or(...Array.from({ length: count }, () => lit(4))));
    expect(hits).toBeGreaterThan(0);
  });

  it.each([49, 1_000])('%i conditions that must all hold', async (count) => {
    await expectTruth(and(...Array.from({ length: count }, (_, index) => (index % 2 === 0 ? or(lit(1), lit(1)) : not(lit(4))))));
    await expectTruth(and(...Array.from({ length: count }, () => not(lit(4)))));
  });

  it('a typed list of a thousand terms', async () => {
    const typed = Array.from({ length: 1_000 }, () => `"${words(3).trim() || '甲'}"`).join(' OR ');
    expect(await expectTruth(parseSearchText(typed)!)).toBeGreaterThan(0);
  });

  it('a list beyond the limit is an error', async () => {
    expect(await codeOf(() => find(or(...Array.from({ length: 10_001 }, () => lit(3)))))).toBe('QUERY_TOO_LARGE');
    expect(await codeOf(() => parseSearchText('a '.repeat(10_001)))).toBe('QUERY_TOO_LARGE');
  });

  it.each<[string, (inner: TextNode) => TextNode]>([
    ['and', (inner) => and(lit(1), inner)],
    ['and, the nest first', (inner) => and(inner, lit(1))],
    ['or', (inner) => or(lit(2), inner)],
    ['or, the nest first', (inner) => or(inner, lit(2))],
    ['not', (inner) => not(inner)],
    ['or and and', (inner) => or(lit(3), and(lit(1), inner))],
    ['and not', (inner) => and(lit(1), not(inner))],
    ['and not, the nest first', (inner) => and(not(inner), lit(1))],
    ['or not', (inner) => or(lit(3), not(inner))],
    ['wide and not', (inner) => and(lit(1), or(lit(2), lit(2)), not(inner), not(lit(3)))],
    ['with pairs', (inner) => or(near('甲', '乙', 2), and(lit(1), not(inner)))],
  ])('nested as deep as allowed: %s', async (_name, wrap) => {
    let node = lit(1);
    const depthOf = (text: TextNode): number =>
      'nodes' in text ? 1 + Math.max(...text.nodes.map(depthOf)) : 'node' in text ? 1 + depthOf(text.node) : 1;
    for (;;) {
      const next = wrap(node);
      if (depthOf(next) > 60) break;
      node = next;
    }
    expect(depthOf(node)).toBeGreaterThan(57);
    await expectTruth(node);
  });

  it('sixty brackets, typed', async () => {
    const typed = `${'('.repeat(60)}甲${' OR b)'.repeat(30)}${' 乙)'.repeat(30)}`;
    await expectTruth(parseSearchText(typed)!);
    const negated = `${'-(a '.repeat(60)}甲${')'.repeat(60)}`;
    const code = await codeOf(async () => expectTruth(parseSearchText(negated)!));
    expect(['no error', 'QUERY_TOO_DEEP']).toContain(code);
  });

  it('nested deeper than allowed is an error', async () => {
    let node = lit(1);
    for (let level = 0; level < 200; level += 1) node = not(node);
    expect(await codeOf(() => find(node))).toBe('QUERY_TOO_DEEP');
    expect(await codeOf(() => parseSearchText(`${'('.repeat(5_000)}a${')'.repeat(5_000)}`))).toBe('QUERY_TOO_DEEP');
  });

  it('a filter of ten thousand values', async () => {
    const values = Array.from({ length: 9_999 }, (_, index) => `nobody-${index}`);
    const filter: FilterNode = { kind: 'terms', field: 'senderId', values: [...values, 'sender'] };
    checkQuery({ text: null, filter });
    expect((await archive.search({ filter, first: 0 })).total).toBe(messages.length);
    const ids: FilterNode = {
      kind: 'terms',
      field: 'id',
      values: [...values.slice(1).map((_, index) => index.toString(16).padStart(32, '0')), messages[0]!.id],
    };
    expect(nativeIds((await archive.search({ filter: ids })).hits)).toEqual(['long']);
  });
});
