import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FOLD_VERSION } from '../../src/analysis/fold.js';
import type { Message } from '../../src/domain/message.js';
import { ElasticsearchIndexWriter } from '../../src/engine/elasticsearch/elasticsearch-index-writer.js';
import { ElasticsearchSearchEngine } from '../../src/engine/elasticsearch/elasticsearch-search-engine.js';
import { HISTOGRAM_INTERVALS, NO_AGGREGATION, type AggregationRequest } from '../../src/query/aggregation.js';
import { EVERYTHING } from '../../src/query/ast.js';
import type { FieldName } from '../../src/query/fields.js';
import { request, SCOPE } from '../contract/archive-under-test.js';
import { describeWithElasticsearch } from '../support/elasticsearch/describe-with-elasticsearch.js';
import { sharedElasticsearch } from '../support/elasticsearch/shared-elasticsearch.js';
import { makeMessage } from '../support/make-message.js';
import { MemorySearchEngine } from '../support/memory-search-engine.js';
import { prepare } from '../support/prepare.js';
import { and, digits, literal, near, not, or, terms, word } from '../support/query-nodes.js';
import { Random } from '../support/random.js';
import { scaled } from '../support/scale.js';
import { MessagesUnderTest } from './messages-under-test.js';

const shared = await sharedElasticsearch();

/** Steady clocks; changes at one, at midnight, by half an hour, for a month in the year; a day left out; fractions of an hour and, long ago, of a minute. */
const ZONES = [
  'UTC', 'Asia/Macau', 'Asia/Shanghai', 'America/New_York', 'America/Sao_Paulo', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Casablanca',
  'Pacific/Apia', 'Asia/Kathmandu',
];
const VALUE_FIELDS: readonly FieldName[] = [
  'senderId', 'custodianId', 'participantId', 'conversationId', 'kind', 'isRecalled', 'hasAttachments', 'warning', 'dateState', 'source',
];
/** Below and above U+E000 and in the planes beyond: UTF-16 puts them in another order than code points. */
const NAMES = ['a', 'b', '王', '\u{d7ff}', '\u{e000}', '\u{ffee}', '\u{1f600}', '\u{1f601}b'];
const CHARACTERS = Array.from('甲乙丙丁戊己 ab1');
const LATEST = Date.UTC(2033, 0);
const EARLIEST = Date.UTC(1940, 0);

function makeMessages(random: Random, count: number): Message[] {
  const text = (): string => random.times(random.between(1, 12), () => random.pick(CHARACTERS)).join('');
  return Array.from({ length: count }, (_, index) => {
    const sentAt = random.chance(0.1) ? null : random.chance(0.3) ? random.between(EARLIEST, LATEST) : Date.UTC(2025, 9, 30) + random.below(4_000) * 1_800_000;
    return makeMessage(`m${index}`, {
      sentAt,
      text: text(),
      senderId: random.chance(0.1) ? null : random.pick(NAMES),
      custodianIds: [...new Set(random.times(random.below(3), () => random.pick(NAMES)))].sort(),
      conversationId: random.pick(NAMES),
      recall: random.chance(0.2) ? { at: sentAt === null ? null : sentAt + random.below(100_000), by: null } : null,
    });
  });
}

/** Counts of several shards are put together from pieces: what one shard answers right, several may not. */
describeWithElasticsearch(shared, 'counting on Elasticsearch', () => {
  describe.each([1, 3])('with %i shards', (shards) => {
    const random = new Random(17 + shards);
    const messages = makeMessages(random, 1_500);
    const memory = MemorySearchEngine.of(messages);
    let archive: MessagesUnderTest;
    let engine: ElasticsearchSearchEngine;
    beforeAll(async () => {
      archive = new MessagesUnderTest(shared, { shards });
      const writer = await ElasticsearchIndexWriter.open(archive.settings, FOLD_VERSION);
      await writer.put(messages.map((message) => ({ prepared: prepare(message), expected: null })));
      await writer.refresh();
      await writer.close();
      engine = await ElasticsearchSearchEngine.open(archive.settings, FOLD_VERSION);
    }, 120_000);
    afterAll(async () => {
      await engine.close();
      await archive.remove();
    });

    it('gives the aggregations that a walk over every message gives', async () => {
      for (let round = 0; round < scaled(40); round += 1) {
        const timeZones = random.times(2, () => random.pick(ZONES));
        const aggregations: AggregationRequest = {
          facets: random.times(4, () => ({ field: random.pick(VALUE_FIELDS), first: random.pick([0, 1, 3, 100, 20_000]) })),
          histograms: timeZones.flatMap((timeZone) => HISTOGRAM_INTERVALS.map((interval) => ({ interval, timeZone }))),
          distinct: [...VALUE_FIELDS, 'id', 'sentAt', 'recallDelaySeconds'],
          stats: [{ field: 'recallDelaySeconds' }],
          dayCounts: timeZones.map((timeZone) => ({ field: random.pick(['senderId', 'custodianId', 'conversationId'] as const), timeZone })),
        };
        const text = random.pick([null, literal('甲'), not(literal('乙')), near('甲', '乙', 2)]);
        const asked = request({ text, first: 0, aggregations });
        expect((await engine.search(SCOPE, asked)).aggregations).toEqual((await memory.search(SCOPE, asked)).aggregations);
      }
    }, 900_000);

    it('asks again when there are more values than one answer lists', async () => {
      // Ten thousand values are listed at once, by all fields together.
      const distinct: FieldName[] = ['sentAt', 'recallDelaySeconds', ...VALUE_FIELDS];
      const { aggregations } = await engine.search(SCOPE, request({ first: 0, aggregations: { ...NO_AGGREGATION, distinct } }));
      const times = new Set(messages.flatMap(({ sentAt }) => (sentAt === null ? [] : [sentAt])));
      expect(times.size).toBeGreaterThan(10_000 / distinct.length);
      expect(aggregations.distinct.sentAt).toBe(times.size);
    });

    /** Up to some 250 literals fit one request; more are put together from several. */
    it.each([1, 60, 400])('counts %i terms of every kind', async (size) => {
      const text = (longest: number): string => random.times(random.between(1, longest), () => random.pick(CHARACTERS.slice(0, 6))).join('');
      const make = [
        () => literal(text(3)), () => literal(text(2), ['body']), () => word(random.pick(['a', 'ab', 'b1'])), () => near('甲', random.pick(['乙', '丙']), 1),
        () => and(literal('甲'), not(literal(text(1)))), () => or(literal(text(2)), literal(text(3))), () => digits('1'),
      ];
      const nodes = random.times(size, () => random.pick(random.chance(0.9) ? make.slice(0, 2) : make)());
      for (const filter of [EVERYTHING, terms('custodianId', 'a', '王')]) {
        expect(await engine.countTerms(SCOPE, nodes, filter, 60_000)).toEqual(await memory.countTerms(SCOPE, nodes, filter));
      }
    }, 120_000);
  });
});
