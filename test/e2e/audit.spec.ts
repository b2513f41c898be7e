import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditBlock } from '../../src/audit/audit-block.js';
import { AuditLog } from '../../src/audit/audit-log.js';
import { writeCheckpoint } from '../../src/audit/checkpoint.js';
import { makeCheckpoint } from '../../src/audit/make-checkpoint.js';
import { provesConsistency, provesInclusion } from '../../src/audit/merkle-proofs.js';
import { leafHash } from '../../src/audit/merkle-tree.js';
import { SigningKey } from '../../src/audit/signing-key.js';
import { verifyAudit } from '../../src/audit/verify-audit.js';
import { CatalogStore } from '../../src/catalog/catalog-store.js';
import { loadEnvironment } from '../../src/config/env.js';
import { Clock } from '../../src/domain/clock.js';
import { engineSettings } from '../../src/engine/engine-settings.js';
import { openCatalog } from '../../src/engine/open-engine.js';
import { ImportRunLog } from '../../src/ingest/import-run-log.js';
import type { ImportRun } from '../../src/ingest/import-run.js';
import { onEveryEngine } from '../contract/engines.js';
import { MemoryCatalogStore } from '../support/memory-catalog-store.js';
import { MemorySearchEngine } from '../support/memory-search-engine.js';
import { makeMessage } from '../support/make-message.js';
import { RunningApp } from '../support/start-app.js';

const REFUSALS = `query ($after: String) {
  auditLog(first: 2, after: $after, filter: { kinds: ["query_refused"], viewer: "local investigator", from: "2026-01-01T00:00Z" }) {
    edges { node { id kind at viewer event } } pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}`;
const PROOF = 'query ($id: ID!) { auditProof(id: $id) { leaf index path checkpoint { text } } }';
const CONSISTENCY = 'query ($olderSize: Float!) { auditConsistency(olderSize: $olderSize) { path } }';

interface AuditLogPage {
  readonly edges: readonly { readonly node: { readonly id: string; readonly at: string } }[];
  readonly pageInfo: { readonly endCursor: string };
}

interface Proof {
  readonly leaf: string;
  readonly index: number;
  readonly path: readonly string[];
  readonly checkpoint: { readonly text: string };
}

const fromHex = (hash: string): Buffer => Buffer.from(hash, 'hex');

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
    [
      'a look into the audit',
      '{ auditLog(first: 3, filter: { kinds: ["import"], viewer: "王小明" }) { edges { node { event } } } }',
      [{ kind: 'audit_read', viewer, operation: 'list', filterFields: ['kinds', 'viewer'], eventId: null }],
    ],
    [
      'a proof that was asked for',
      '{ auditProof(id: "999999-0") { path } }',
      [
        { kind: 'audit_read', viewer, operation: 'proof', eventId: '999999-0' },
        { kind: 'query_refused', code: 'NOT_FOUND' },
      ],
    ],
    [
      'a kind of event that does not exist',
      '{ auditLog(filter: { kinds: ["searches"] }) { edges { cursor } } }',
      [{ kind: 'query_refused', code: 'INPUT_INVALID' }],
    ],
    ['nothing about health', '{ health { engine } }', []],
    ['nothing about a checkpoint', '{ auditCheckpoint { text } }', []],
  ])('has %s', async (_what, query, expected) => {
    expect(await eventsOfOperation(query)).toMatchObject(expected);
    expect(await eventsOfOperation(query)).toHaveLength(expected.length);
  });

  it('is shown, the newest event first, a page at a time', async () => {
    for (let count = 0; count < 3; count += 1) await app.graphql('{ search(input: { text: "(" }) { totalCount } }');
    const page = async (after: string | null): Promise<AuditLogPage> =>
      (await app.data<{ auditLog: AuditLogPage }>(REFUSALS, { after })).auditLog;
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);
    const nodes = [...first.edges, ...second.edges].map(({ node }) => node);
    expect(nodes).toHaveLength(4);
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(4);
    expect(nodes.map(({ at }) => at)).toEqual(
      nodes
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
    expect(nodes[0]).toMatchObject({ kind: 'query_refused', viewer, event: { kind: 'query_refused', viewer, code: 'QUERY_SYNTAX' } });
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(second.pageInfo).toMatchObject({ hasPreviousPage: true });
    expect(await app.failure(REFUSALS, { after: 'x' })).toMatchObject({ code: 'CURSOR_INVALID' });
  });

  it('is proven by its checkpoints', async () => {
    const catalog = app.get(CatalogStore);
    const key = SigningKey.generate(null);
    expect(await app.data('{ auditCheckpoint { text } }')).toEqual({ auditCheckpoint: null });
    const older = await makeCheckpoint(catalog, app.get(Clock), key);
    expect(await app.data('{ auditCheckpoint { text treeSize } }')).toEqual({
      auditCheckpoint: { text: writeCheckpoint(older), treeSize: older.treeSize },
    });
    await app.graphql('{ search(input: {}) { totalCount } }');
    await app.get(AuditLog).flush();
    const newer = await makeCheckpoint(catalog, app.get(Clock), key);
    const ids = (await catalog.list<AuditBlock>('audit-block', { first: 1_000 })).flatMap(({ value: { sequence, events } }) =>
      events.map((_, place) => `${sequence}-${place}`),
    );
    for (const index of [0, older.treeSize, newer.treeSize - 1]) {
      const { auditProof } = await app.data<{ auditProof: Proof }>(PROOF, { id: ids[index] });
      expect(auditProof.checkpoint.text).toBe(writeCheckpoint(newer));
      const [path, root] = [auditProof.path.map(fromHex), fromHex(newer.root)];
      expect(provesInclusion(leafHash(auditProof.leaf), auditProof.index, newer.treeSize, path, root)).toBe(true);
    }
    const { auditConsistency } = await app.data<{ auditConsistency: { path: string[] } }>(CONSISTENCY, { olderSize: older.treeSize });
    const [before, after] = [older, newer].map(({ treeSize, root }) => ({ size: treeSize, root: fromHex(root) }));
    expect(provesConsistency(before!, after!, auditConsistency.path.map(fromHex))).toBe(true);
    expect(await app.failure(CONSISTENCY, { olderSize: 1.5 })).toMatchObject({ code: 'NOT_FOUND' });
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
    ['auditLog', '{ auditLog { edges { node { event } } } }'],
    ['auditProof', '{ auditProof(id: "1-0") { leaf } }'],
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
