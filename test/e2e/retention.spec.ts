import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AuditBlock } from '../../src/audit/audit-block.js';
import { CatalogStore } from '../../src/catalog/catalog-store.js';
import type { ImportRun } from '../../src/ingest/import-run.js';
import { EMPTY_TALLY } from '../../src/ingest/tally.js';
import { onEveryEngine } from '../contract/engines.js';
import { HoldfastCommand } from '../support/holdfast-command.js';
import { makeMessage } from '../support/make-message.js';
import { RunningApp } from '../support/start-app.js';

const SENT = Date.UTC(2019, 0, 15, 4);
const AT = '2026-06-01T00:00:00+08:00';
const message = (name: string, overrides: Parameters<typeof makeMessage>[1] = {}): ReturnType<typeof makeMessage> =>
  makeMessage(name, { sentAt: SENT, text: name, custodianIds: ['ann'], ...overrides });

const MESSAGES = [
  message('old'),
  message('of bob', { custodianIds: ['bob'] }),
  message('of both', { custodianIds: ['ann', 'bob'], sentAt: Date.UTC(2019, 1, 15) }),
  message('edited in May', { editedAt: Date.UTC(2026, 4, 15) }),
  message('edited at once', { versions: [{ text: 'draft', at: SENT + 1_000, by: null }] }),
  message('of nobody', { custodianIds: [] }),
  message('undated', { sentAt: null }),
  message('forged', { sentAt: Date.UTC(1999, 0) }),
  message('mail', { platform: 'mail' }),
  message('recent', { sentAt: Date.UTC(2026, 4, 1) }),
];
const idOf = (name: string): string => MESSAGES.find(({ nativeId }) => nativeId === name)!.id;

const RUN: ImportRun = {
  ...{
    id: 'run-1',
    state: 'finished',
    startedAt: Date.UTC(2026, 4, 2),
    finishedAt: null,
    name: 'in',
    source: 'archive',
    identitySpace: null,
  },
  ...{ format: null, files: [], unclaimed: [], assumptions: [], tally: EMPTY_TALLY },
  ...{ pace: { since: 0, recordsBefore: 0, savedAt: 0 }, process: { host: 'h', pid: 1, token: 't' } },
};

const POLICIES =
  'version policies { id name filterText period trigger trustsSentTime state version } events { name occurredAt } ' +
  'contradictions { deletingPolicyId keepingPolicyId }';
const SET = `mutation ($input: RetentionPolicyInput!) { setRetentionPolicy(input: $input, actor: administrator) { ${POLICIES} } }`;
const EXPLAIN = `query ($id: ID!, $at: DateTime) { retentionExplain(messageId: $id, at: $at) {
  isDestroyable keepUntil isEndUnknown deleteAt policyVersion reasons { reason text } holds { holdId isCertain scopeText }
  terms { policy { id } applies triggerDate expiresAt problem isWinner } } }`;
const COUNTS = `becomingCount heldCount beforeCount afterCount withoutCustodianCount readCount
  byRule { policy { id } count } byMonth { start count } byCustodian { custodianId count }`;
const SIMULATE = `query ($change: RetentionChangeInput, $at: DateTime) { retentionSimulate(change: $change, at: $at) { ${COUNTS} } }`;

const DELETE = { id: 'delete', name: 'chats', appliesToAll: true, action: 'delete', period: 'P7Y', trigger: 'sent', trustsSentTime: true };
const KEEP_BOB = {
  id: 'bob',
  name: 'of bob',
  filter: { custodianIds: ['bob'] },
  action: 'retain',
  period: 'P9Y',
  trigger: 'sent',
  trustsSentTime: true,
};

interface Explained {
  readonly retentionExplain: Record<string, unknown> & {
    readonly isDestroyable: boolean;
    readonly reasons: readonly { readonly reason: string }[];
  };
}

onEveryEngine('retention on $name', (kind) => {
  let app: RunningApp;
  const command = new HoldfastCommand(kind);
  beforeAll(async () => {
    app = await RunningApp.start({ kind, messages: MESSAGES, dataDir: command.dataDir });
    await app.get(CatalogStore).create('import-run', RUN.id, RUN);
  });
  afterAll(async () => {
    await app.stop();
    await command.remove();
  });

  const explain = async (name: string, at = AT): Promise<Explained['retentionExplain']> =>
    (await app.data<Explained>(EXPLAIN, { id: idOf(name), at })).retentionExplain;
  const reasons = async (name: string): Promise<string[]> => (await explain(name)).reasons.map(({ reason }) => reason);

  it('keeps everything while there is no policy', async () => {
    expect(await app.data(`{ retentionPolicies { ${POLICIES} } }`)).toEqual({
      retentionPolicies: { version: 0, policies: [], events: [], contradictions: [] },
    });
    expect(await explain('old')).toMatchObject({
      isDestroyable: false,
      reasons: [{ reason: 'no_rule', text: 'No policy lets it go.' }],
      terms: [],
    });
  });

  it('counts what a policy would make destroyable before it is set, and what it does after', async () => {
    const counts = {
      ...{ becomingCount: 5, heldCount: 0, beforeCount: 0, afterCount: 5, withoutCustodianCount: 1, readCount: 2 },
      byRule: [{ policy: { id: 'delete' }, count: 5 }],
      byMonth: [{ start: '2018-12-31T16:00:00.000Z', count: 5 }],
      byCustodian: [
        { custodianId: 'ann', count: 3 },
        { custodianId: 'bob', count: 1 },
      ],
    };
    const at = '2026-02-01T00:00:00+08:00';
    expect(await app.data(SIMULATE, { change: { set: DELETE }, at })).toEqual({ retentionSimulate: counts });
    await app.data(SET, { input: DELETE });
    expect(await app.data(SIMULATE, { at })).toEqual({ retentionSimulate: counts });
    expect(await app.data(SIMULATE, { change: { set: { ...DELETE, period: 'P6Y' } }, at })).toMatchObject({
      retentionSimulate: {
        becomingCount: 1,
        beforeCount: 5,
        afterCount: 6,
        byRule: [{ count: 1 }],
        byMonth: [{ start: '2019-01-31T16:00:00.000Z', count: 1 }],
      },
    });
    expect(await app.data(SIMULATE, { change: { retire: 'delete' }, at })).toMatchObject({
      retentionSimulate: { becomingCount: 0, beforeCount: 5, afterCount: 0 },
    });
  });

  it('says who wins where policies contradict each other', async () => {
    expect(await app.data(SET, { input: KEEP_BOB })).toEqual({
      setRetentionPolicy: {
        version: 2,
        policies: [
          {
            id: 'bob',
            name: 'of bob',
            filterText: 'custodianId is bob',
            period: 'P9Y',
            trigger: 'sent',
            trustsSentTime: true,
            state: 'active',
            version: 1,
          },
          {
            id: 'delete',
            name: 'chats',
            filterText: 'everything',
            period: 'P7Y',
            trigger: 'sent',
            trustsSentTime: true,
            state: 'active',
            version: 1,
          },
        ],
        events: [],
        contradictions: [{ deletingPolicyId: 'delete', keepingPolicyId: 'bob' }],
      },
    });
  });

  it('explains each message: every policy, its trigger, the winner and every reason', async () => {
    expect(await explain('of bob')).toEqual({
      ...{
        isDestroyable: false,
        keepUntil: '2028-01-15T16:00:00.000Z',
        isEndUnknown: false,
        deleteAt: '2026-01-15T16:00:00.000Z',
        policyVersion: 2,
        holds: [],
      },
      reasons: [{ reason: 'policy', text: 'The period of a policy has not passed.' }],
      terms: [
        {
          policy: { id: 'bob' },
          applies: 'yes',
          triggerDate: '2019-01-15',
          expiresAt: '2028-01-15T16:00:00.000Z',
          problem: null,
          isWinner: true,
        },
        {
          policy: { id: 'delete' },
          applies: 'yes',
          triggerDate: '2019-01-15',
          expiresAt: '2026-01-15T16:00:00.000Z',
          problem: null,
          isWinner: false,
        },
      ],
    });
    expect(await explain('old')).toMatchObject({ isDestroyable: true, reasons: [], terms: [{ applies: 'no' }, { isWinner: true }] });
    expect(await explain('old', '2026-01-15T23:59:59.999+08:00')).toMatchObject({ isDestroyable: false });
    expect(await explain('old', '2026-01-16T00:00:00+08:00')).toMatchObject({ isDestroyable: true });
    expect(await explain('of nobody')).toMatchObject({
      isEndUnknown: true,
      terms: [{ applies: 'unknown', problem: 'rule_unreadable' }, {}],
    });
    expect(await explain('edited in May')).toMatchObject({ isDestroyable: false, keepUntil: null, deleteAt: '2033-05-15T16:00:00.000Z' });
    expect(await Promise.all(['of nobody', 'undated', 'forged', 'recent'].map(reasons))).toEqual([
      ['rule_unreadable'],
      ['undated'],
      ['undated'],
      ['policy'],
    ]);
    expect(await app.failure(EXPLAIN, { id: 'f'.repeat(32) })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('keeps what a hold covers, whatever the policies say', async () => {
    const opened = await app.data<{ openMatter: { id: string } }>(
      'mutation { openMatter(name: "case", purpose: "test", actor: administrator) { id } }',
    );
    await app.data(
      `mutation { placeHold(id: "mail", matterId: "${opened.openMatter.id}", reason: "case", filter: { platforms: [mail] }, actor: administrator) {
        state } }`,
    );
    expect(await explain('mail')).toMatchObject({
      isDestroyable: false,
      reasons: [{ reason: 'held' }],
      holds: [{ holdId: 'mail', isCertain: true }],
    });
    expect(await app.data(SIMULATE, { at: AT })).toEqual({
      retentionSimulate: {
        ...{ becomingCount: 2, heldCount: 1, beforeCount: 0, afterCount: 2, withoutCustodianCount: 0, readCount: 2 },
        byRule: [{ policy: { id: 'delete' }, count: 2 }],
        byMonth: [{ start: '2018-12-31T16:00:00.000Z', count: 2 }],
        byCustodian: [{ custodianId: 'ann', count: 2 }],
      },
    });
  });

  it('waits for events, and lets a policy in compliance mode only be lengthened', async () => {
    const bound = {
      ...KEEP_BOB,
      id: 'account',
      mode: 'compliance',
      trigger: 'event',
      trustsSentTime: false,
      event: 'ACCOUNT_CLOSED',
      period: 'P5Y',
    };
    await app.data(SET, { input: bound });
    expect(await reasons('of bob')).toEqual(['event_pending', 'policy']);
    const record = `mutation ($at: DateTime) { recordRetentionEvent(input: { name: "ACCOUNT_CLOSED", occurredAt: $at }, actor: approver) {
      events { name occurredAt } } }`;
    expect(await app.data(record, { at: '2020-01-01T00:00:00Z' })).toEqual({
      recordRetentionEvent: { events: [{ name: 'ACCOUNT_CLOSED', occurredAt: '2020-01-01T00:00:00.000Z' }] },
    });
    expect(await reasons('of bob')).toEqual(['policy']);
    expect(await app.failure(record, { at: '2019-06-01T00:00:00Z' })).toMatchObject({ code: 'RETENTION_SHORTENED', policyId: 'account' });
    expect(await app.failure(SET, { input: { ...bound, period: 'P4Y' } })).toMatchObject({ code: 'RETENTION_SHORTENED' });
    expect(await app.failure('mutation { retireRetentionPolicy(id: "account", actor: administrator) { version } }')).toMatchObject({
      code: 'RETENTION_SHORTENED',
    });
    await app.data(SET, { input: { ...bound, period: 'P6Y' } });
    await app.data('mutation { retireRetentionPolicy(id: "bob", actor: administrator) { version } }');
    expect(await explain('of bob')).toMatchObject({ isDestroyable: true });
  });

  it.each<[string, Record<string, unknown>]>([
    ['P0D', { period: 'P0D' }],
    ['-P1Y', { period: '-P1Y' }],
    ['P1X', { period: 'P1X' }],
    ['no filter', { appliesToAll: false }],
    ['an empty filter', { appliesToAll: false, filter: { or: [{}] } }],
    ['a time zone that there is not', { timeZone: 'Mars/Olympus' }],
    ['no trigger', { trigger: null, trustsSentTime: false }],
  ])('refuses a policy with %s', async (_, change) => {
    expect(await app.failure(SET, { input: { ...DELETE, ...change } })).toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('refuses a filter by a field that there is not, or by text, and an actor whom nobody knows', async () => {
    for (const filter of [{ department: ['x'] }, { text: 'x' }]) {
      expect(await app.failure(SET, { input: { ...DELETE, appliesToAll: false, filter } })).toMatchObject({ code: 'INPUT_INVALID' });
    }
    expect(await app.failure(SET.replace('administrator', 'somebody'), { input: DELETE })).toMatchObject({ code: 'GRAPHQL_INVALID' });
  });

  it('trusts the clock until it jumps', async () => {
    const clock = 'isSuspended doubt acknowledgedBy';
    expect(await app.data(`{ clockStatus { ${clock} } }`)).toEqual({
      clockStatus: { isSuspended: false, doubt: null, acknowledgedBy: null },
    });
    const catalog = app.get(CatalogStore);
    const { version, value } = (await catalog.get<Record<string, unknown>>('clock', 'guard'))!;
    await catalog.replace('clock', 'guard', version, { ...value, doubt: { kind: 'jumped', from: 0, to: 1 } });
    expect(await app.data(`{ clockStatus { ${clock} } }`)).toEqual({
      clockStatus: { isSuspended: true, doubt: 'jumped', acknowledgedBy: null },
    });
    expect(await reasons('of bob')).toEqual(['suspended']);
    expect(await app.data(`mutation { acknowledgeClock(actor: approver) { ${clock} } }`)).toEqual({
      acknowledgeClock: { isSuspended: false, doubt: null, acknowledgedBy: 'approver' },
    });
  });

  it('answers on the command line what the API answers', async () => {
    const set = [
      '--policy',
      'mails',
      '--name',
      'mails',
      '--action',
      'retain',
      '--platform',
      'mail',
      '--period',
      'P20Y',
      '--trigger',
      'captured',
    ];
    const simulated = await command.run(['retention', 'simulate', '--at', AT, '--json', ...set.slice(2)]);
    expect(JSON.parse(simulated.out)).toMatchObject({ becomingCount: 0, afterCount: 4 });
    const ended = await command.run(['retention', 'set', ...set, '--as', 'approver', '--json']);
    expect([ended.code, ended.err]).toEqual([0, '']);
    expect((JSON.parse(ended.out) as { policies: { id: string }[] }).policies.map(({ id }) => id)).toEqual([
      'account',
      'bob',
      'delete',
      'mails',
    ]);
    expect((await command.run(['retention', 'event', 'MERGED', '2021-01-01T00:00:00Z', '--as', 'approver'])).out).toContain(
      'MERGED\t2021-01-01T00:00:00.000Z',
    );
    expect((await command.run(['retention', 'list'])).out).toContain('mails keeps what delete deletes');
    const explained = await command.run(['retention', 'explain', idOf('mail'), '--at', AT]);
    expect(explained.out).toContain('is kept\n  held: A hold covers it.\n  policy:');
    expect((await command.run(['retention', 'retire', 'mails', '--as', 'approver'])).code).toBe(0);
    expect((await command.run(['retention', 'simulate', '--at', AT])).out).toContain('4 messages would become destroyable');
    const refused = await Promise.all([
      command.run(['retention', 'set', ...set]),
      command.run(['retention', 'set', ...set.slice(0, -4), '--period', 'P0D', '--trigger', 'sent', '--as', 'approver']),
      command.run(['retention', 'simulate', '--period', 'P1Y']),
    ]);
    expect(refused.map(({ code, err }) => [code !== 0, /as <actor>|INPUT_INVALID/.test(err)])).toEqual([
      [true, true],
      [true, true],
      [true, true],
    ]);
  }, 180_000);

  it('has every change in the audit, and none of their names', async () => {
    const blocks = await app.get(CatalogStore).list<AuditBlock>('audit-block', { first: 1_000 });
    const events = blocks.flatMap(({ value }) => value.events);
    const changes = events.flatMap((event) =>
      event.kind === 'policy_changed' ? [`${event.viewer} ${event.change} ${event.policyId}`] : [],
    );
    expect(changes).toEqual([
      ...[
        'administrator set delete',
        'administrator set bob',
        'administrator set account',
        'approver event null',
        'administrator set account',
      ],
      ...['administrator retire bob', 'approver set mails', 'approver event null', 'approver retire mails'],
    ]);
    expect(events.filter(({ kind: found }) => found === 'clock_acknowledged')).toHaveLength(1);
    expect(JSON.stringify(events)).not.toMatch(/of bob|ACCOUNT_CLOSED|MERGED/);
  });
});
