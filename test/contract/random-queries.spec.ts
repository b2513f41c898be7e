import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Message } from '../../src/domain/message.js';
import type { SearchRequest } from '../../src/engine/search-engine.js';
import { HISTOGRAM_INTERVALS, type AggregationRequest } from '../../src/query/aggregation.js';
import { FIELD_NAMES, fieldDefinition, type FieldName } from '../../src/query/fields.js';
import { MemorySearchEngine } from '../support/memory-search-engine.js';
import { scaled } from '../support/scale.js';
import { arbitraryMessage } from './arbitrary-message.js';
import { arbitraryQuery, arbitraryText } from './arbitrary-query.js';
import { ArchiveUnderTest, nativeIds, request, SCOPE } from './archive-under-test.js';
import { onEveryEngine } from './engines.js';

const SEED = Number(process.env['HOLDFAST_TEST_SEED'] ?? 42);
const MESSAGES = 150;
const ARCHIVES = Math.max(2, scaled(40));
const QUERIES_AN_ARCHIVE = 150;

const COUNTED = FIELD_NAMES.filter(
  (name) => fieldDefinition(name).isAggregatable && ['keyword', 'boolean'].includes(fieldDefinition(name).kind),
);
const NUMBERS: FieldName[] = FIELD_NAMES.filter((name) => ['date', 'number'].includes(fieldDefinition(name).kind));
const FOLLOWED = ['senderId', 'participantId', 'custodianId', 'conversationId', 'source'] as const;
const ZONES = ['UTC', 'Asia/Shanghai', 'America/New_York', 'Europe/Lisbon', 'Asia/Kathmandu', 'America/Sao_Paulo', 'Pacific/Auckland'];

const arbitraryAggregations: fc.Arbitrary<AggregationRequest> = fc.record({
  facets: fc.uniqueArray(fc.record({ field: fc.constantFrom(...COUNTED), first: fc.constantFrom(0, 1, 3, 100) }), {
    maxLength: 3,
    selector: ({ field }) => field,
  }),
  histograms: fc.array(fc.record({ interval: fc.constantFrom(...HISTOGRAM_INTERVALS), timeZone: fc.constantFrom(...ZONES) }), {
    maxLength: 2,
  }),
  distinct: fc.uniqueArray(fc.constantFrom(...COUNTED, ...NUMBERS), { maxLength: 2 }),
  stats: fc.uniqueArray(fc.record({ field: fc.constantFrom(...NUMBERS) }), { maxLength: 1, selector: ({ field }) => field }),
  dayCounts: fc.array(fc.record({ field: fc.constantFrom(...FOLLOWED), timeZone: fc.constantFrom(...ZONES) }), { maxLength: 1 }),
});

function drawMessages(seed: number): Message[] {
  return fc.sample(arbitraryMessage, { seed, numRuns: MESSAGES }).map((make, index) => make(index));
}

/** The other opinion: a walk over every message with `query/matches.ts` and plain loops. */
onEveryEngine('random queries on $name', (kind) => {
  describe.each(Array.from({ length: ARCHIVES }, (_, index) => SEED + index))('archive %i', (seed) => {
    const messages = drawMessages(seed);
    const expected = MemorySearchEngine.of(messages);
    let archive: ArchiveUnderTest;
    beforeAll(async () => {
      archive = await ArchiveUnderTest.create(kind, messages);
    });
    afterAll(() => archive.remove());

    it('ids, order, totals, facets, bars, distinct counts, statistics, days and completeness', async () => {
      const ask = fc.record({
        query: arbitraryQuery(messages),
        order: fc.constantFrom('newest', 'oldest'),
        aggregations: arbitraryAggregations,
      });
      await fc.assert(
        fc.asyncProperty(ask, async ({ query, order, aggregations }) => {
          const asked: SearchRequest = { ...request({ ...query, order, aggregations, wantsCompleteness: true }) };
          const [answer, truth] = await Promise.all([archive.engine.search(SCOPE, asked), expected.search(SCOPE, asked)]);
          expect(nativeIds(answer.hits)).toEqual(nativeIds(truth.hits));
          expect([answer.total, answer.hasNext]).toEqual([truth.total, truth.hasNext]);
          expect(answer.aggregations).toEqual(truth.aggregations);
          expect(answer.completeness!.unsearchedAttachments).toEqual(truth.completeness!.unsearchedAttachments);
        }),
        { seed, numRuns: QUERIES_AN_ARCHIVE },
      );
    }, 120_000);

    it('pages', async () => {
      const ask = fc.record({
        query: arbitraryQuery(messages),
        order: fc.constantFrom('newest', 'oldest'),
        size: fc.constantFrom(1, 7, 50),
      });
      await fc.assert(
        fc.asyncProperty(ask, async ({ query, order, size }) => {
          const parts = { ...query, order };
          const truth = await expected.search(SCOPE, request(parts));
          expect(nativeIds(await archive.walk(parts, size))).toEqual(nativeIds(truth.hits));
        }),
        { seed, numRuns: 10 },
      );
    });

    it('term lists', async () => {
      const ask = fc.record({
        texts: fc.array(arbitraryText(messages), { maxLength: 130, size: 'max' }),
        filter: arbitraryQuery(messages).map((query) => query.filter),
      });
      await fc.assert(
        fc.asyncProperty(ask, async ({ texts, filter }) => {
          expect(await archive.engine.countTerms(SCOPE, texts, filter, 30_000)).toEqual(await expected.countTerms(SCOPE, texts, filter));
        }),
        { seed, numRuns: 5 },
      );
    });
  });
});
