import { expect, it } from '@jest/globals';
import { parseSearchText } from '../../src/analysis/parse-search-text.js';
import type { TextNode } from '../../src/query/ast.js';
import { ArchiveUnderTest } from '../contract/archive-under-test.js';
import { onEveryEngine } from '../contract/engines.js';
import { Random } from '../support/random.js';
import { scaled } from '../support/scale.js';
import { possibleKey } from './equality.js';
import { makeArchive, type ArchiveOfTexts } from './archive-of-texts.js';
import { drawDoubtful, drawPresent } from './draw-query.js';
import { Oracle } from './oracle.js';

const CHECKS = scaled(20_000);
const DOCUMENTS = 200;
/** Small, so that even a short run sees many alphabets. */
const CHECKS_AN_ARCHIVE = 250;
const SEED = Number(process.env['HOLDFAST_TEST_SEED'] ?? 20_260_301);

/** As a user types a literal: in quotes, with quotes and backslashes escaped; a plain word now and then without. */
function typed(literal: string, random: Random): string {
  if (random.chance(0.2) && /^[\p{L}\p{N}]+$/u.test(literal) && !/^(?:and|or|not)$/i.test(literal.normalize('NFKC'))) return literal;
  const escaped = literal.replace(/[\\"\uff02\u201c\u201d]/g, '\\$&');
  const [open, close] = random.pick([
    ['"', '"'],
    ['"', '"'],
    ['\u201c', '\u201d'],
    ['\uff02', '\uff02'],
  ] as const);
  return open + escaped + close;
}

function visible(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}${/[\p{L}\p{N}\p{S}]/u.test(character) ? character : ''}`,
  );
}

class Checker {
  checks = 0;
  withHits = 0;
  exact = 0;
  refused = 0;
  private readonly oracle: Oracle;

  constructor(
    private readonly texts: ArchiveOfTexts,
    private readonly archive: ArchiveUnderTest,
    private readonly random: Random,
  ) {
    this.oracle = new Oracle(texts.items.map((item) => item.document));
  }

  async check(isPresent: boolean): Promise<void> {
    const documents = this.texts.items.map((item) => item.document);
    const { asked, meant } = isPresent ? drawPresent(this.random, documents) : drawDoubtful(this.random, documents, this.texts.alphabet);
    const search = typed(asked, this.random);
    if (possibleKey(asked) === '') {
      expect(() => parseSearchText(search)).toThrow(expect.objectContaining({ code: 'QUERY_EMPTY_TERM' }));
      this.refused += 1;
      return;
    }
    const { hits, total } = await this.archive.search({ text: parse(search), first: DOCUMENTS + 1 });
    const found = new Set(hits.map((hit) => hit.message.id));
    const { must, may } = this.oracle.answer(asked, meant);
    const missed = [...must].filter((id) => !found.has(id));
    const extra = [...found].filter((id) => !may.has(id));
    if (missed.length > 0 || extra.length > 0) throw new Error(this.describeDifference(asked, meant, missed, extra));
    expect([total, hits.length]).toEqual([found.size, found.size]);
    if (isPresent) expect(must.size).toBeGreaterThan(0);
    this.checks += 1;
    this.withHits += found.size > 0 ? 1 : 0;
    this.exact += must.size === may.size ? 1 : 0;
  }

  private describeDifference(asked: string, meant: string, missed: readonly string[], extra: readonly string[]): string {
    const textsOf = (id: string): string =>
      this.texts.items
        .find((item) => item.document.id === id)!
        .document.texts.map(visible)
        .join(' | ')
        .slice(0, 2_000);
    return [
      `seed ${SEED}: searched ${visible(asked)} (written ${visible(meant)})`,
      ...missed.slice(0, 3).map((id) => `missed: ${textsOf(id)}`),
      ...extra.slice(0, 3).map((id) => `extra: ${textsOf(id)}`),
    ].join('\n');
  }
}

function parse(search: string): TextNode {
  const node = parseSearchText(search);
  if (node === null) throw new Error(`no condition in ${visible(search)}`);
  return node;
}

onEveryEngine('no miss, no extra on $name', (kind) => {
  it(`${CHECKS} literals over adversarial texts`, async () => {
    const sum = { checks: 0, withHits: 0, exact: 0, refused: 0, archives: 0 };
    while (sum.checks < CHECKS) {
      const random = new Random(SEED + sum.archives);
      const texts = makeArchive(random, DOCUMENTS);
      const archive = await ArchiveUnderTest.create(
        kind,
        texts.items.map((item) => item.message),
      );
      try {
        const checker = new Checker(texts, archive, random);
        const wanted = Math.min(CHECKS_AN_ARCHIVE, CHECKS - sum.checks);
        for (let turn = 0; checker.checks < wanted; turn += 1) await checker.check(turn % 2 === 0);
        sum.checks += checker.checks;
        sum.withHits += checker.withHits;
        sum.exact += checker.exact;
        sum.refused += checker.refused;
        sum.archives += 1;
      } finally {
        await archive.remove();
      }
    }
    const share = (part: number): string => `${((100 * part) / sum.checks).toFixed(1)} %`;
    console.log(
      `no-miss on ${kind.name}, seed ${SEED}: ${sum.checks} checks over ${sum.archives} archives of ${DOCUMENTS} messages, ` +
        `${share(sum.withHits)} with hits, ${share(sum.exact)} decided to the last message, ${sum.refused} empty terms refused`,
    );
    expect(sum.withHits * 2).toBeGreaterThanOrEqual(sum.checks);
    expect(sum.exact / sum.checks).toBeGreaterThan(0.95);
  }, 1_800_000);
});
