import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditBlock } from '../../src/audit/audit-block.js';
import { AuditLog } from '../../src/audit/audit-log.js';
import { verifyAudit } from '../../src/audit/verify-audit.js';
import { CatalogStore } from '../../src/catalog/catalog-store.js';
import { loadEnvironment } from '../../src/config/env.js';
import { engineSettings } from '../../src/engine/engine-settings.js';
import { openCatalog } from '../../src/engine/open-engine.js';
import { ImportRunLog } from '../../src/ingest/import-run-log.js';
import type { ImportRun } from '../../src/ingest/import-run.js';
import { onEveryEngine } from '../contract/engines.js';
import { MemoryCatalogStore } from '../support/memory-catalog-store.js';
import { MemorySearchEngine } from '../support/memory-search-engine.js';
import { makeMessage } from '../support/make-message.js';
import { RunningApp } from '../support/start-app.js';

const message = makeMessage('1', { text: '保证金转到私人账户', senderId: '13800138000', custodianIds: ['王小明'] });

async function eventsOf(app: RunningApp): Promise<AuditBlock['events']> {
  const blocks = await app.get(CatalogStore).list<AuditBlock>('audit-block', { first: 1_000 });
  return blocks.flatMap((block) => block.value.events);
}

onEveryEngine('audit on $name', (kind) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await RunningApp.start({ kind, messages: [message] });
  });
  afterAll(() => app.stop());

  /** The events that an operation leaves, without their times. */
  const eventsOfOperation = async (query: string, variables: Record<string, unknown> = {}): Promise<object[]> => {
    const before = (await eventsOf(app)).length;
    await app.graphql(query, variables);
    await app.get(AuditLog).flush();
    return (await eventsOf(app)).slice(before).map(({ at, ...event }) => {
      expect(at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      return event;
    });
  };
  const viewer = 'local investigator';

  it('has every search, without its text and the values of its filter', async () => {
    const events = await eventsOfOperation(
      '{ search(input: { text: "保证金", sort: OLDEST, filter: { senderIds: ["13800138000"], or: [{ custodianIds: ["王小明"] }] } }) { totalCount } }',
    );
    expect(events).toEqual([
      {
        kind: 'search',
        viewer,
        operation: 'search',
        textHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        filterFields: ['custodianIds', 'senderIds'],
        hitCount: null,
        order: 'oldest',
        searchId: expect.any(String),
      },
      { kind: 'search_answered', viewer, searchId: (events[0] as { searchId: string }).searchId, hitCount: 1 },
    ]);
    const [again] = await eventsOfOperation('{ search(input: { text: "保证金" }) { edges { cursor } } }');
    expect(again).toMatchObject({ textHash: (events[0] as { textHash: string }).textHash });
    expect(await eventsOfOperation('{ search(input: {}) { edges { cursor } } }')).toMatchObject([{ textHash: null, filterFields: [] }]);
  });

  it.each<[string, string, object[]]>([
    ['a message that is opened', `{ message(id: "${message.id}") { text } }`, [{ kind: 'message_opened', viewer, messageId: message.id }]],
    ['no message that is not there', `{ message(id: "${'0'.repeat(32)}") { text } }`, []],
    [
      'a message that is explained',
      `{ explain(messageId: "${message.id}", input: { text: "保证金" }) { isMatch } }`,
      [{ kind: 'message_opened', viewer, messageId: message.id }],
    ],
    [
      'a message that is read with its neighbors',
      `{ messageContext(id: "${message.id}") { edge { message { text } } } }`,
      [
        { kind: 'search', operation: 'conversation', filterFields: ['conversationIds'], messageId: message.id },
        { kind: 'message_opened', viewer, messageId: message.id },
      ],
    ],
    [
      'a conversation and each page of it',
      '{ conversation(id: "conversation") { messages { edges { message { text } } } participants { edges { node { id } } } } }',
      [1, 2, 3].map(() => ({ kind: 'search', viewer, operation: 'conversation', filterFields: ['conversationIds'] })),
    ],
    ['a term report', '{ termReport(terms: ["保证金"]) { hitCount } }', [{ kind: 'search', operation: 'termReport' }]],
    ['a list of people', '{ participants { totalCount } }', [{ kind: 'search', operation: 'list', order: 'participantId', hitCount: 1 }]],
    [
      'a list of recalls',
      '{ recallTimeline(order: SENT, filter: { isEdited: false }) { totalCount } }',
      [{ kind: 'search', operation: 'recallTimeline', order: 'sent', filterFields: ['isEdited'], hitCount: 0 }],
    ],
    [
      'a list of gaps',
      '{ captureGaps { sendersConsidered } }',
      [{ kind: 'search', operation: 'captureGaps', textHash: null, hitCount: 0 }],
    ],
    [
      'a text that cannot be read',
      '{ search(input: { text: "(保证金" }) { totalCount } }',
      [{ kind: 'query_refused', viewer, code: 'QUERY_SYNTAX' }],
    ],
    [
      'a parameter out of range',
      '{ search(input: { first: 1000 }) { totalCount } }',
      [{ kind: 'query_refused', viewer, code: 'INPUT_INVALID' }],
    ],
    [
      'a time without offset',
      '{ search(input: { filter: { sentFrom: "2026-01-01T00:00" } }) { totalCount } }',
      [{ kind: 'query_refused', viewer, code: 'TIME_WITHOUT_OFFSET' }],
    ],
    [
      'an operation that asks for too much',
      `{ ${Array.from({ length: 50 }, (_, index) => `a${index}: health { engine }`).join(' ')} }`,
      [{ kind: 'query_refused', viewer, code: 'QUERY_TOO_LARGE' }],
    ],
    ['nothing about health', '{ health { engine } }', []],
  ])('has %s', async (_what, query, expected) => {
    expect(await eventsOfOperation(query)).toMatchObject(expected);
    expect(await eventsOfOperation(query)).toHaveLength(expected.length);
  });

  it('is one unbroken chain, and holds no text and nobody by name', async () => {
    await Promise.all(Array.from({ length: 100 }, () => app.graphql('{ search(input: { text: "保证金" }) { totalCount } }')));
    expect(await verifyAudit(app.get(CatalogStore))).toMatchObject({ problems: [] });
    expect(JSON.stringify(await eventsOf(app))).not.toMatch(/保证金|13800138000|王小明/);
  });

  it('keeps its key, and all that is stored, from other users of the machine', () => {
    const modes = readdirSync(app.dataDir).map((name) => [name, (statSync(join(app.dataDir, name)).mode & 0o077).toString(8)]);
    expect(modes.map(([name]) => name)).toContain('audit.key');
    expect(modes).toEqual(modes.map(([name]) => [name, '0']));
    expect(readFileSync(join(app.dataDir, 'audit.key'))).toHaveLength(32);
  });
});

describe('when the audit cannot be written', () => {
  it.each([
    [
      'search',
      '{ search(input: { text: "保证金" }) { totalCount edges { message { text } } facets(fields: [senderId]) { buckets { value } } } }',
    ],
    ['message', `{ message(id: "${message.id}") { text } }`],
    ['explain', `{ explain(messageId: "${message.id}", input: {}) { isMatch } }`],
    ['termReport', '{ termReport(terms: ["保证金"]) { hitCount } }'],
    ['conversation', '{ conversation(id: "conversation") { messages { edges { message { text senderId } } } } }'],
    ['messageContext', `{ messageContext(id: "${message.id}") { edge { message { text senderId } } } }`],
    ['participants', '{ participants { edges { node { id } } } }'],
    ['recallTimeline', '{ recallTimeline { totalCount summary { orphanCount } edges { node { message { text } } } } }'],
    ['captureGaps', '{ captureGaps { sendersConsidered silences { totalCount edges { node { senderId } } } } }'],
    ['a refusal', '{ search(input: { text: "(" }) { totalCount } }'],
  ])('%s shows nothing', async (_what, query) => {
    const catalog = new MemoryCatalogStore();
    const app = await RunningApp.start({ engine: MemorySearchEngine.of([message]), catalog });
    catalog.failNextCreate('before it was stored');
    const answer = await app.graphql(query);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'AUDIT_UNAVAILABLE' } }]);
    expect(JSON.stringify(answer)).not.toMatch(/保证金|13800138000/);
    await app.stop();
  });

  it('importArchive imports nothing, and the same request does so once the audit is well again', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-audit-'));
    const [dataDir, inbox] = [join(directory, 'data'), join(directory, 'inbox')];
    mkdirSync(inbox);
    writeFileSync(join(inbox, 'a.jsonl'), '{"id":"1","conversationId":"c","senderId":"s","sentAt":1772413200000,"text":"保证金"}\n');
    const mutation = 'mutation { importArchive(input: { path: "a.jsonl" }) { importRunId } }';
    const catalog = new MemoryCatalogStore();
    const app = await RunningApp.start({ dataDir, catalog, variables: { HOLDFAST_INBOX_DIR: inbox } });
    catalog.failNextCreate('before it was stored');
    expect(await app.failure(mutation)).toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    // The import's own process writes to the catalog on disk, where its audit would not fail.
    const disk = await openCatalog(engineSettings(loadEnvironment({ HOLDFAST_DATA_DIR: dataDir })));
    const runs = new ImportRunLog(disk);
    const ended = async (): Promise<ImportRun> => {
      for (;;) {
        const [run] = await runs.list(1);
        if (run !== undefined && !['waiting', 'running'].includes(run.state)) return run;
        await pause(20);
      }
    };
    const refused = await ended();
    expect(refused).toMatchObject({ state: 'interrupted', files: [{ state: 'waiting' }], tally: { counts: { read: 0, new: 0 } } });
    expect(await disk.list('audit-block', { first: 10 })).toEqual([]);
    expect(await app.data('{ search(input: {}) { totalCount } }')).toEqual({ search: { totalCount: 0 } });
    expect(await app.data(mutation)).toEqual({ importArchive: { importRunId: refused.id } });
    while ((await ended()).state !== 'finished') await pause(20);
    expect(await app.data('{ search(input: {}) { totalCount } }')).toEqual({ search: { totalCount: 1 } });
    await app.stop();
    await disk.close();
    rmSync(directory, { recursive: true });
  }, 120_000);
});
