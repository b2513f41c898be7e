import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditBlock } from '../../src/audit/audit-block.js';
import { CatalogStore } from '../../src/catalog/catalog-store.js';
import { RegisterStore } from '../../src/holds/register-store.js';
import { onEveryEngine } from '../contract/engines.js';
import { HoldfastCommand } from '../support/holdfast-command.js';
import { makeMessage } from '../support/make-message.js';
import { RunningApp } from '../support/start-app.js';

jest.setTimeout(600_000);
const DAY = 86_400_000;
const HOLD = 'id state matterId reason clauses { id state scopeText scope placedBy } releaseRequest { requestedBy reason } release { approvedBy until }';
const PLACEMENT = `hold { ${HOLD} } clauseId state takenBack destroyedBefore`;
const PLACE = `mutation ($matterId: ID!, $filter: FilterInput, $wholeArchive: Boolean, $reason: String = "审计", $id: ID) {
  placeHold(matterId: $matterId, filter: $filter, wholeArchive: $wholeArchive, reason: $reason, id: $id, actor: administrator) { ${PLACEMENT} }
}`;
const WIDEN = `mutation ($id: ID!, $filter: FilterInput) { widenHold(id: $id, filter: $filter, actor: approver) { ${PLACEMENT} } }`;
const RELEASE = `mutation ($id: ID!, $reason: String = "完", $actor: Actor = administrator) { releaseHold(id: $id, reason: $reason, actor: $actor) { ${HOLD} } }`;
const APPROVE = `mutation ($id: ID!, $actor: Actor = approver) { approveHoldRelease(id: $id, actor: $actor) { ${HOLD} } }`;
const RECALL = `mutation ($id: ID!) { recallHoldRelease(id: $id, actor: administrator) { ${HOLD} } }`;
const PREVIEW = `query ($filter: FilterInput, $wholeArchive: Boolean, $holdId: ID) { holdPreview(filter: $filter, wholeArchive: $wholeArchive, holdId: $holdId) {
  messageCount newCount widenedBy byCustodian { value count } bySource { value count } byMonth { start count } lacking { field count }
} }`;
const OF = 'query ($id: ID!) { messageHolds(id: $id) { holdId state scopeText isCertain } }';

interface Hold {
  readonly id: string;
  readonly state: string;
  readonly clauses: readonly { readonly id: string; readonly scopeText: string; readonly scope: unknown }[];
  readonly release: { readonly until: string } | null;
}

interface Placement {
  readonly hold: Hold;
  readonly clauseId: string;
  readonly state: string;
}

const messages = [
  makeMessage('1', { custodianIds: ['wang'], senderId: 'wang', sentAt: Date.UTC(2026, 0, 10) }),
  makeMessage('2', { custodianIds: ['wang', 'li'], senderId: 'li', sentAt: Date.UTC(2026, 1, 10) }),
  makeMessage('3', { custodianIds: ['li'], senderId: 'li', sentAt: Date.UTC(2026, 1, 20) }),
  makeMessage('4', { custodianIds: [], senderId: 'zhao', sentAt: null }),
];

onEveryEngine('holds on $name', (kind) => {
  let app: RunningApp;
  let matterId: string;
  beforeAll(async () => {
    app = await RunningApp.start({ kind, messages });
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    const opened = await app.data<{ openMatter: { id: string } }>('mutation { openMatter(name: "m", purpose: "p", actor: administrator) { id } }');
    matterId = opened.openMatter.id;
  });

  async function place(filter: object, more: object = {}): Promise<Placement> {
    return (await app.data<{ placeHold: Placement }>(PLACE, { matterId, filter, ...more })).placeHold;
  }

  it('are placed, widened, shown, and named for the messages that they keep', async () => {
    const placed = await place({ custodianIds: ['wang'], sentTo: '2026-02-01T00:00:00Z' });
    expect(placed).toMatchObject({ state: 'active', takenBack: 0, destroyedBefore: [], hold: { state: 'active', matterId, reason: '审计' } });
    const { id, clauses } = placed.hold;
    expect(clauses).toEqual([
      {
        ...{ id: placed.clauseId, state: 'active', placedBy: 'administrator' },
        scopeText: 'custodianId is wang, and sentAt is before 2026-02-01T00:00:00.000Z',
        scope: { kind: 'and', nodes: [expect.objectContaining({ field: 'custodianId' }), expect.objectContaining({ field: 'sentAt', from: null })] },
      },
    ]);
    const { widenHold } = await app.data<{ widenHold: Placement }>(WIDEN, { id, filter: { senderIds: ['li'] } });
    expect(widenHold.hold.clauses.map(({ scopeText }) => scopeText)).toEqual([clauses[0]!.scopeText, 'senderId is li']);
    const { hold, holds } = await app.data<{ hold: Hold; holds: { edges: { node: Hold }[] } }>(
      `query ($id: ID!) { hold(id: $id) { ${HOLD} } holds(first: 1) { edges { node { ${HOLD} } } } }`, { id },
    );
    expect([hold, holds.edges[0]!.node]).toEqual([widenHold.hold, widenHold.hold]);
    const heldBy = async (nativeId: string): Promise<unknown[]> => {
      const { messageHolds } = await app.data<{ messageHolds: { holdId: string; scopeText: string; isCertain: boolean }[] }>(OF, { id: makeMessage(nativeId).id });
      return messageHolds.filter(({ holdId }) => holdId === id).map(({ scopeText, isCertain }) => [scopeText, isCertain]);
    };
    expect(await heldBy('1')).toEqual([[clauses[0]!.scopeText, true]]);
    expect(await heldBy('3')).toEqual([['senderId is li', true]]);
    // Nobody can tell whose messages these are, nor when they were sent.
    expect(await heldBy('4')).toEqual([[clauses[0]!.scopeText, false]]);
    expect(await app.failure(OF, { id: '0'.repeat(32) })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are placed once, however often they are asked for by one id', async () => {
    const id = `mine${matterId}`;
    const [first, again] = [await place({ senderIds: ['zhao'] }, { id }), await place({ senderIds: ['zhao'] }, { id })];
    expect(again).toEqual(first);
    expect(first.hold.id).toBe(id);
  });

  it('are released by two people, and bind until their time has passed', async () => {
    const { id } = (await place({ custodianIds: ['li'] })).hold;
    expect(await app.failure(APPROVE, { id })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await app.data(RELEASE, { id })).toMatchObject({
      releaseHold: { state: 'active', releaseRequest: { requestedBy: 'administrator', reason: '完' }, release: null },
    });
    expect(await app.failure(APPROVE, { id, actor: 'administrator' })).toMatchObject({ code: 'SECOND_PERSON_NEEDED' });
    const before = Date.now();
    const { approveHoldRelease } = await app.data<{ approveHoldRelease: Hold }>(APPROVE, { id });
    expect(approveHoldRelease).toMatchObject({ state: 'release_pending', releaseRequest: null, release: { approvedBy: 'approver' } });
    const until = Date.parse(approveHoldRelease.release!.until);
    expect(until - before).toBeGreaterThanOrEqual(30 * DAY);
    expect(await app.data('mutation { completeHolds(actor: administrator) { id } }')).toEqual({ completeHolds: [] });
    const { messageHolds } = await app.data<{ messageHolds: object[] }>(OF, { id: makeMessage('3').id });
    expect(messageHolds).toContainEqual(expect.objectContaining({ holdId: id, state: 'release_pending' }));
    expect(await app.data(RECALL, { id })).toMatchObject({ recallHoldRelease: { state: 'active', release: null, releaseRequest: null } });
    expect(await app.failure(APPROVE, { id })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('take back what a batch under way has claimed, before they are active', async () => {
    const { id } = makeMessage('1');
    const versionNow = async (): Promise<string> => {
      const archive = await kind.open(app.dataDir);
      const [known] = await archive.writer.read([id]);
      await archive.close();
      return known!.version;
    };
    const version = await versionNow();
    await app.get(CatalogStore).create('disposition-batch', 'under-way', { items: [{ id, version }] });
    const registers = app.get(RegisterStore);
    await registers.change(({ epoch }) => ({ claims: [{ batchId: 'under-way', claimedAtEpoch: epoch + 1 }] }));
    expect(await place({ custodianIds: ['nobody'], sentFrom: '2026-01-01T00:00:00Z' })).toMatchObject({ state: 'active', takenBack: 0 });
    expect(await versionNow()).toBe(version);
    expect(await place({ senderIds: ['wang'] })).toMatchObject({ state: 'active', takenBack: 1, destroyedBefore: [] });
    // What was claimed stands there no more, so it cannot be destroyed.
    expect(await versionNow()).not.toBe(version);
    await registers.change(() => ({ claims: [] }));
    expect(await app.data(OF, { id })).toMatchObject({ messageHolds: expect.arrayContaining([expect.objectContaining({ scopeText: 'senderId is wang' })]) });
  });

  it('are counted before they are placed', async () => {
    const fresh = await RunningApp.start({ kind, messages });
    try {
      const opened = await fresh.data<{ openMatter: { id: string } }>('mutation { openMatter(name: "m", purpose: "p", actor: administrator) { id } }');
      const preview = async (variables: object): Promise<object> => (await fresh.data<{ holdPreview: object }>(PREVIEW, { ...variables })).holdPreview;
      const filter = { custodianIds: ['wang', 'li'] };
      expect(await preview({ filter })).toEqual({
        ...{ messageCount: 3, newCount: 3, widenedBy: null },
        byCustodian: [{ value: 'li', count: 2 }, { value: 'wang', count: 2 }],
        bySource: [{ value: messages[0]!.sources[0]!.source, count: 3 }],
        // Midnight in China.
        byMonth: [{ start: '2025-12-31T16:00:00.000Z', count: 1 }, { start: '2026-01-31T16:00:00.000Z', count: 2 }],
        lacking: [{ field: 'custodianId', count: 1 }],
      });
      const { placeHold } = await fresh.data<{ placeHold: Placement }>(PLACE, { matterId: opened.openMatter.id, filter: { custodianIds: ['wang'] } });
      await fresh.data(PLACE, { matterId: opened.openMatter.id, filter: { ids: [makeMessage('3').id] } });
      expect(await preview({ filter })).toMatchObject({ messageCount: 3, newCount: 0, widenedBy: null });
      expect(await preview({ filter, holdId: placeHold.hold.id })).toMatchObject({ messageCount: 3, newCount: 0, widenedBy: 1 });
      expect(await preview({ wholeArchive: true })).toMatchObject({ messageCount: 4, newCount: 1, lacking: [] });
      expect(await fresh.failure(PREVIEW, { filter, holdId: 'none' })).toMatchObject({ code: 'NOT_FOUND' });
      await fresh.data(PLACE, { matterId: opened.openMatter.id, wholeArchive: true });
      expect(await preview({ filter })).toMatchObject({ messageCount: 3, newCount: 0 });
    } finally {
      await fresh.stop();
    }
  });

  it.each<[string, object, string]>([
    ['no scope', {}, 'HOLD_SCOPE_EMPTY'],
    ['an empty scope', { filter: {} }, 'HOLD_SCOPE_EMPTY'],
    ['an empty scope in a scope', { filter: { and: [{}, { and: [] }] } }, 'HOLD_SCOPE_EMPTY'],
    ['the opposite of nothing', { filter: { not: { ids: [] } } }, 'HOLD_SCOPE_EMPTY'],
    ['a list without values', { filter: { custodianIds: [] } }, 'INPUT_INVALID'],
    ['a value without characters', { filter: { custodianIds: [''] } }, 'INPUT_INVALID'],
    ['a time that ends before it begins', { filter: { sentFrom: '2026-02-01T00:00:00Z', sentTo: '2026-01-01T00:00:00Z' } }, 'INPUT_INVALID'],
    ['a time without offset', { filter: { sentFrom: '2026-02-01T00:00:00' } }, 'TIME_WITHOUT_OFFSET'],
    ['a filter beside the whole archive', { filter: { senderIds: ['li'] }, wholeArchive: true }, 'INPUT_INVALID'],
    ['a field that does not exist', { filter: { departmentIds: ['x'] } }, 'INPUT_INVALID'],
    ['a text', { filter: { text: '付款' } }, 'INPUT_INVALID'],
    ['no reason', { filter: { senderIds: ['li'] }, reason: ' ' }, 'INPUT_INVALID'],
    ['an id that is none', { filter: { senderIds: ['li'] }, id: '../x' }, 'INPUT_INVALID'],
  ])('refuse %s', async (_what, variables, code) => {
    const count = async (): Promise<number> => (await app.get(CatalogStore).list('hold', { first: 100 })).length;
    const before = await count();
    expect(await app.failure(PLACE, { matterId, ...variables })).toMatchObject({ code });
    expect(await count()).toBe(before);
  });

  it('leave an audit that names ids, never persons, and refuse what is not there', async () => {
    const { id } = (await place({ custodianIds: ['王小明'] })).hold;
    const blocks = await app.get(CatalogStore).list<AuditBlock>('audit-block', { first: 1_000 });
    const events = blocks.flatMap(({ value }) => value.events);
    expect(JSON.stringify(events)).not.toContain('王小明');
    expect(events.filter((event) => 'holdId' in event && event.holdId === id).map(({ kind: what }) => what)).toEqual(['hold_placed', 'hold_active']);
    expect(await app.failure(WIDEN, { id: 'none', filter: { senderIds: ['li'] } })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await app.failure(WIDEN, { id, filter: {} })).toMatchObject({ code: 'HOLD_SCOPE_EMPTY' });
    expect(await app.failure(RELEASE, { id: 'none' })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await app.failure(RELEASE, { id, reason: '' })).toMatchObject({ code: 'INPUT_INVALID' });
    expect(await app.data(`{ hold(id: "none") { id } other: hold(id: "../x") { id } }`)).toEqual({ hold: null, other: null });
  });
});

onEveryEngine('holdfast hold on $name', (kind) => {
  const command = new HoldfastCommand(kind);
  afterAll(() => command.remove());

  it('places, shows, widens and releases', async () => {
    const file = join(command.directory, 'a.jsonl');
    const record = { id: '1', conversationId: 'c', senderId: 'wang', custodianIds: ['wang'], sentAt: '2026-03-02T09:00:00+08:00', text: '付款' };
    writeFileSync(file, `${JSON.stringify(record)}\n`);
    await command.run(['import', file]);
    const matter = (await command.run(['matter', 'open', '--name', 'a', '--purpose', 'b', '--as', 'administrator'])).out.trim();
    const place = ['hold', 'place', '--matter', matter, '--reason', 'r', '--as', 'administrator'];
    expect(await command.run(place)).toMatchObject({ code: 2, err: expect.stringContaining('HOLD_SCOPE_EMPTY') });
    expect(await command.run([...place, '--text', 'x'])).toMatchObject({ code: 1, err: expect.stringContaining('unknown option') });
    expect((await command.run(['hold', 'preview', '--custodian', 'wang'])).out).toContain('1 messages; 1 of them no hold covers so far');
    const placed = JSON.parse((await command.run([...place, '--custodian', 'wang', '--json'])).out) as { holdId: string; state: string };
    expect(placed.state).toBe('active');
    await command.run(['hold', 'widen', placed.holdId, '--whole-archive', '--as', 'approver']);
    expect((await command.run(['hold', 'list'])).out).toContain('custodianId is wang | everything');
    await command.run(['hold', 'release', placed.holdId, '--reason', 'done', '--as', 'approver']);
    const same = await command.run(['hold', 'approve', placed.holdId, '--as', 'approver']);
    expect(same).toMatchObject({ code: 2, err: expect.stringContaining('SECOND_PERSON_NEEDED') });
    expect((await command.run(['hold', 'approve', placed.holdId, '--as', 'administrator'])).out).toContain('binds until');
    const search = JSON.parse((await command.run(['search', '--json'])).out) as { edges: [{ message: { id: string } }] };
    expect((await command.run(['hold', 'of', search.edges[0].message.id])).out).toContain('release_pending\tcustodianId is wang');
    expect((await command.run(['hold', 'recall', placed.holdId, '--as', 'administrator'])).out).toContain(`hold ${placed.holdId}: active`);
  });
});
