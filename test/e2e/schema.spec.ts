import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { lexicographicSortSchema, printSchema, type GraphQLNamedType, type GraphQLSchema } from 'graphql';
import { MemoryCatalogStore } from '../support/memory-catalog-store.js';
import { MemorySearchEngine } from '../support/memory-search-engine.js';
import { RunningApp } from '../support/start-app.js';

const FILE = fileURLToPath(new URL('../../src/schema.graphql', import.meta.url));
const HEADING = '# Generated from the classes in src/. To write it again: HOLDFAST_TEST_WRITE_SCHEMA=1 npm test -- test/e2e/schema\n\n';

let app: RunningApp;
let schema: GraphQLSchema;
beforeAll(async () => {
  app = await RunningApp.start({ engine: new MemorySearchEngine(), catalog: new MemoryCatalogStore() });
  schema = app.get(GraphQLSchemaHost).schema;
});
afterAll(() => app.stop());

it('is the committed schema', () => {
  const printed = `${HEADING}${printSchema(lexicographicSortSchema(schema))}\n`;
  if (process.env['HOLDFAST_TEST_WRITE_SCHEMA'] === '1') writeFileSync(FILE, printed);
  expect(readFileSync(FILE, 'utf8')).toBe(printed);
});

it('keeps the names that clients rely on', () => {
  const fieldsOf = (type: string): string[] =>
    Object.keys((schema.getType(type) as GraphQLNamedType & { getFields(): object }).getFields());
  expect(fieldsOf('Query').sort()).toEqual([
    'auditCheckpoint',
    'auditConsistency',
    'auditLog',
    'auditProof',
    'captureGaps',
    'clockStatus',
    'conversation',
    'conversations',
    'disposition',
    'dispositionRuns',
    'dispositions',
    'erasureRequests',
    'explain',
    'health',
    'hold',
    'holdPreview',
    'holds',
    'importProblems',
    'importRun',
    'importRuns',
    'matter',
    'matters',
    'message',
    'messageContext',
    'messageHolds',
    'participants',
    'people',
    'recallTimeline',
    'retentionExplain',
    'retentionPolicies',
    'retentionSimulate',
    'search',
    'termReport',
  ]);
  expect(fieldsOf('Mutation').sort()).toEqual([
    'acknowledgeClock',
    'approveDisposition',
    'approveHoldRelease',
    'closeMatter',
    'completeHolds',
    'importArchive',
    'openMatter',
    'placeHold',
    'proposeDisposition',
    'recallHoldRelease',
    'recordRetentionEvent',
    'rejectDisposition',
    'releaseHold',
    'removeDestroyed',
    'requestErasure',
    'retireRetentionPolicy',
    'runDisposition',
    'setRetentionPolicy',
    'widenHold',
    'withdrawErasure',
  ]);
  expect(fieldsOf('ImportArchiveInput')).toEqual(['path', 'source', 'identitySpace', 'format', 'mediaPath']);
  expect(fieldsOf('ImportArchiveResult')).toEqual(['importRunId']);
  expect(fieldsOf('ImportProblem')).toEqual(['file', 'line', 'reason', 'detail', 'length', 'sha256', 'bytes', 'text', 'isCut']);
  expect(fieldsOf('ImportRunProgress')).toEqual(['bytesDone', 'bytesTotal', 'recordsPerSecond']);
  expect(fieldsOf('SearchInput')).toEqual(['text', 'match', 'textFields', 'filter', 'sort', 'first', 'after']);
  expect(fieldsOf('FilterInput')).toEqual([
    'ids',
    'sources',
    'platforms',
    'conversationIds',
    'conversationKinds',
    'custodianIds',
    'participantIds',
    'senderIds',
    'kinds',
    'sentFrom',
    'sentTo',
    'dateStates',
    'isRecalled',
    'recalledWithinSeconds',
    'isOrphanRecall',
    'isEdited',
    'hasAttachments',
    'attachmentStates',
    'importRunIds',
    'warnings',
    'identitySpaces',
    'and',
    'or',
    'not',
  ]);
  expect(fieldsOf('SearchResult').sort()).toEqual(['completeness', 'edges', 'facets', 'histogram', 'pageInfo', 'terms', 'totalCount']);
  expect(fieldsOf('SearchEdge')).toEqual(['cursor', 'message', 'highlights', 'score', 'place']);
  expect(fieldsOf('ConversationDetails').sort()).toEqual([
    'firstSentAt',
    'id',
    'identitySpace',
    'kind',
    'lastSentAt',
    'messageCount',
    'messages',
    'name',
    'participants',
  ]);
  expect(fieldsOf('ConversationMessageEdge')).toEqual(['cursor', 'ordinal', 'isOrphanRecall', 'gapBefore', 'message']);
  expect(fieldsOf('ConversationMessageConnection')).toEqual(['totalCount', 'aroundOrdinal', 'edges', 'pageInfo']);
  expect(fieldsOf('MessageContext')).toEqual(['conversationId', 'messageCount', 'before', 'edge', 'after']);
  expect(fieldsOf('ConversationParticipant')).toEqual([
    'id',
    'names',
    'messageCount',
    'sentCount',
    'firstSentAt',
    'lastSentAt',
    'evidence',
  ]);
  expect(fieldsOf('Highlight')).toEqual(['field', 'attachmentId', 'snippet', 'spans']);
  expect(fieldsOf('Facet')).toEqual(['field', 'buckets', 'otherCount', 'missingCount']);
  expect(fieldsOf('FacetBucket')).toEqual(['value', 'label', 'count']);
  expect(fieldsOf('HistogramBar')).toEqual(['start', 'count']);
  expect(fieldsOf('RecallTimeline')).toEqual(['totalCount', 'summary', 'edges', 'pageInfo']);
  expect(fieldsOf('RecalledMessage')).toEqual([
    'message',
    'recalledAt',
    'recalledBy',
    'delaySeconds',
    'isOrphan',
    'toldBy',
    'answeredBy',
    'isAnsweredElsewhere',
  ]);
  expect(fieldsOf('CaptureGaps')).toEqual(['sequences', 'sendersConsidered', 'sendersLeftOut', 'silences']);
  expect(fieldsOf('SourceSequence')).toEqual(['source', 'first', 'last', 'missingCount', 'gapCount', 'gaps', 'recordsRejected']);
  expect(fieldsOf('SequenceGap')).toEqual(['first', 'last', 'count', 'fileBefore', 'fileBehind']);
  expect(fieldsOf('TermReportLine')).toEqual(['term', 'hitCount', 'uniqueHitCount', 'hitCountByCustodian']);
});
