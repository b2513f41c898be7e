import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fold } from '../../src/analysis/fold.js';
import { compareNewestFirst } from '../../src/domain/compare-messages.js';
import type { Message } from '../../src/domain/message.js';
import type { SearchHit } from '../../src/engine/search-engine.js';
import type { PageKey } from '../../src/query/page.js';
import { literalsQuestion } from '../../src/query/rank.js';
import { makeChat } from '../support/chat-messages.js';
import { literal, or, terms } from '../support/query-nodes.js';
import { Random } from '../support/random.js';
import { ArchiveUnderTest, nativeIds } from './archive-under-test.js';
import { onEveryEngine } from './engines.js';

const TERMS = ['合同', '發票', '私人账户'];
const ASKED = {
  text: or(...TERMS.map((term) => literal(term))),
  question: literalsQuestion(TERMS.map(fold)),
  order: 'relevance' as const,
};

/** What the scores are is for the unit tests; here, that ranking neither loses nor repeats a hit. */
onEveryEngine('relevance on $name', (kind) => {
  const random = new Random(13);
  const messages: Message[] = makeChat(random, 5_000);
  let archive: ArchiveUnderTest;
  beforeAll(async () => {
    archive = await ArchiveUnderTest.create(kind, messages);
  });
  afterAll(() => archive.remove());

  const isHit = (message: Message): boolean => /合同|发票|私人账户/.test(message.text);

  function expectRanked(hits: readonly SearchHit[]): void {
    const firstUnscored = hits.findIndex((hit) => hit.score === null);
    const scored = firstUnscored < 0 ? hits : hits.slice(0, firstUnscored);
    const rest = firstUnscored < 0 ? [] : hits.slice(firstUnscored);
    expect(scored.length).toBeGreaterThan(0);
    expect(rest.every((hit) => hit.score === null)).toBe(true);
    const isInOrder = (left: SearchHit, right: SearchHit): boolean =>
      (left.score ?? 0) > (right.score ?? 0) || (left.score === right.score && compareNewestFirst(left.message, right.message) < 0);
    for (const list of [scored, rest]) expect(list.findIndex((hit, index) => index > 0 && !isInOrder(list[index - 1]!, hit))).toBe(-1);
  }

  it('the walk over the pages has every hit once, best first, whatever the size of a page', async () => {
    const expected = messages.filter(isHit).map((message) => message.nativeId);
    const walks = [await archive.walk(ASKED, 1_000), await archive.walk(ASKED, 333)];
    for (const hits of walks) {
      expect(nativeIds(hits).sort()).toEqual([...expected].sort());
      expectRanked(hits);
    }
    expect(nativeIds(walks[1]!)).toEqual(nativeIds(walks[0]!));
    expect((await archive.search({ ...ASKED, first: 0 })).total).toBe(expected.length);
  });

  it('a filter narrows the list and keeps its order', async () => {
    const whole = nativeIds(await archive.walk(ASKED, 1_000));
    const filter = terms('conversationId', 'conversation-1', 'conversation-2');
    const some = await archive.walk({ ...ASKED, filter }, 50);
    expect(nativeIds(some).sort()).toEqual(
      messages
        .filter((message) => isHit(message) && /-[12]$/.test(message.conversationId))
        .map((message) => message.nativeId)
        .sort(),
    );
    expectRanked(some);
    expect(whole).toEqual(expect.arrayContaining(nativeIds(some)));
  });

  it('a list that was begun goes on as it was, through imports and a restart', async () => {
    const before = nativeIds(await archive.walk(ASKED, 1_000));
    const seen: string[] = [];
    let after: PageKey | null = null;
    for (let page = 0; ; page += 1) {
      const answer = await archive.search({ ...ASKED, first: 300, after });
      seen.push(...nativeIds(answer.hits));
      if (!answer.hasNext) break;
      after = answer.hits.at(-1)!.key;
      await archive.store(makeChat(random, 50, `later-${page}`));
      if (page === 1) await archive.reopen();
    }
    expect(seen).toEqual(before);
  });

  it('a message that changes while the list is read stays in it', async () => {
    const own = await ArchiveUnderTest.create(kind, messages.slice(0, 1_500));
    const first = await own.search({ ...ASKED, first: 100 });
    const all = nativeIds(await own.walk(ASKED, 1_000));
    const changed = messages.slice(0, 1_500).filter((message) => isHit(message)).slice(-40);
    for (const message of changed) await own.replace({ ...message, custodianIds: ['someone'] });
    const seen = nativeIds(first.hits);
    for (let after = first.hits.at(-1)!.key; ;) {
      const page = await own.search({ ...ASKED, first: 100, after });
      seen.push(...nativeIds(page.hits));
      if (!page.hasNext) break;
      after = page.hits.at(-1)!.key;
    }
    await own.remove();
    expect(seen).toEqual(all);
  });

  it('without terms to rank by, or without hits, there is still an answer', async () => {
    const none = await archive.search({ ...ASKED, text: literal('没有这个'), question: literalsQuestion([fold('没有这个')]) });
    expect([none.total, none.hits.length, none.hasNext]).toEqual([0, 0, false]);
    const plain = await archive.search({ order: 'relevance', first: 5 });
    expect(plain.hits).toHaveLength(5);
  });
});
