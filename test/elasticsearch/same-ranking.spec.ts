import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fold } from '../../src/analysis/fold.js';
import { literalsQuestion, type RankQuestion } from '../../src/query/rank.js';
import { ArchiveUnderTest } from '../contract/archive-under-test.js';
import { ELASTICSEARCH, onElasticsearch, SQLITE } from '../contract/engines.js';
import { makeChat } from '../support/chat-messages.js';
import { literal, not, or, terms } from '../support/query-nodes.js';
import { Random } from '../support/random.js';

const TERMS = ['合同', '發票', '私人账户', '付款', '价', 'ok', '👍🏻', '没有这个'];
const MESSAGES = 2_500;

/** Half of the terms are parts of longer ones, as those of a question in Chinese are. */
function questionOf(keys: readonly string[], random: Random): RankQuestion {
  const { terms: whole, weights } = literalsQuestion(keys.map(fold));
  return { weights: weights.map(() => random.between(1, 10) / 10), terms: whole.map((term) => ({ ...term, isInner: random.chance(0.3) })) };
}

onElasticsearch('relevance on SQLite and on Elasticsearch', () => {
  const random = new Random(29);
  let archives: ArchiveUnderTest[];
  beforeAll(async () => {
    const messages = makeChat(random, MESSAGES);
    archives = [await ArchiveUnderTest.create(SQLITE, messages), await ArchiveUnderTest.create(ELASTICSEARCH, messages)];
  }, 120_000);
  afterAll(() => Promise.all(archives.map((archive) => archive.remove())));

  // More hits than are scored, so that the choice of candidates counts, with many equals and undated ones among them; and fewer.
  it.each([
    ['everything', {}],
    ['any of the terms', { text: or(...TERMS.map((term) => literal(term))) }],
    ['what lacks one', { text: not(literal('合同')) }],
    ['few hits', { text: literal('合同'), filter: terms('conversationId', 'conversation-1', 'conversation-2') }],
  ])('is the same order with the same scores: %s', async (_name, parts) => {
    for (const keys of [TERMS, TERMS.slice(0, 3), ['付款'], ['没有这个']]) {
      const asked = { ...parts, question: questionOf(keys, random), order: 'relevance' as const };
      const [embedded, cluster] = await Promise.all(archives.map((archive) => archive.walk(asked, 900)));
      const rows = (hits: typeof embedded): unknown => hits!.map(({ message, score }) => [message.nativeId, score]);
      expect(rows(cluster)).toEqual(rows(embedded));
    }
  }, 120_000);
});
