import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { TextNode } from '../../src/query/ast.js';
import { NO_AGGREGATION } from '../../src/query/aggregation.js';
import { ArchiveUnderTest, SCOPE } from '../contract/archive-under-test.js';
import { onEveryEngine } from '../contract/engines.js';
import { makeChat } from '../support/chat-messages.js';
import { and, literal, near, not, or, precedes } from '../support/query-nodes.js';
import { Random } from '../support/random.js';

const STORED = 60_000;
const TICKS_A_SECOND = 100;

/** Seconds of processor time the children of this process have used so far, those that ended included in none. */
function childSeconds(): Map<number, number> {
  const task = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8');
  const found = new Map<number, number>();
  for (const pid of task
    .split(' ')
    .filter((text) => text !== '')
    .map(Number)) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      found.set(pid, (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND);
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Conditions that an index does not answer by itself: each has to look at the text of most messages, again and again. */
const SLOW: readonly [string, TextNode][] = [
  ['pairs the wrong way round', or(...Array.from({ length: 40 }, (_, distance) => precedes('了吗', '付款', distance)))],
  [
    'pairs of frequent characters',
    or(...Array.from({ length: 40 }, (_, distance) => and(near('付', '吗', distance), near('，', '。', distance)))),
  ],
  ['negations of pairs', and(...Array.from({ length: 40 }, (_, distance) => not(near('吗', '付', distance))))],
  ['thousands of literals', or(...Array.from({ length: 9_000 }, (_, index) => literal(`付款${index}没有`)), not(near('付', '款', 1)))],
];

onEveryEngine('searches that take too long on $name', (kind) => {
  let archive: ArchiveUnderTest;
  beforeAll(async () => {
    archive = await ArchiveUnderTest.create(kind, [], { searchProcesses: 2 });
    const messages = makeChat(new Random(1), STORED);
    for (let start = 0; start < STORED; start += 5_000) await archive.store(messages.slice(start, start + 5_000));
  }, 180_000);
  afterAll(() => archive.remove());

  it('end at the deadline with an error; then a plain search answers within a second and no core stays busy', async () => {
    await archive.search({ text: literal('合同'), first: 20 });
    const deadline = 150;
    const begun = performance.now();
    const ends = await Promise.allSettled(SLOW.map(([, text]) => archive.search({ text, first: 20, deadline })));
    expect(performance.now() - begun).toBeLessThan(deadline + 1_000);
    expect(ends.map((end) => (end.status === 'rejected' ? (end.reason as { code?: string }).code : 'answered'))).toEqual(
      SLOW.map(() => 'QUERY_TIMEOUT'),
    );

    const plain = performance.now();
    const answer = await archive.search({
      text: literal('合同'),
      first: 20,
      aggregations: { ...NO_AGGREGATION, facets: [{ field: 'senderId', first: 5 }] },
    });
    expect(performance.now() - plain).toBeLessThan(1_000);
    expect(answer.hits).toHaveLength(20);

    await sleep(500);
    const before = childSeconds();
    await sleep(1_500);
    const after = childSeconds();
    const busy = [...after].map(([pid, seconds]) => seconds - (before.get(pid) ?? 0));
    expect(Math.max(0, ...busy)).toBeLessThan(0.15);
  }, 60_000);

  it('one after the other, each working until it is stopped, leave the engine as quick as before', async () => {
    for (const [, text] of SLOW) {
      await expect(archive.search({ text, first: 20, deadline: 250 })).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' });
      const plain = performance.now();
      expect((await archive.search({ text: literal('付款'), first: 20 })).hits).toHaveLength(20);
      expect(performance.now() - plain).toBeLessThan(1_000);
    }
  }, 60_000);

  it('a term report that takes too long ends the same way', async () => {
    const texts = SLOW.map(([, text]) => text);
    await expect(archive.engine.countTerms(SCOPE, texts, { kind: 'all' }, 100)).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' });
    expect((await archive.search({ text: literal('合同'), first: 1 })).hits).toHaveLength(1);
  }, 60_000);
});
