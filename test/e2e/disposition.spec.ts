import { execFileSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { AuditBlock } from '../../src/audit/audit-block.js';
import { CatalogStore } from '../../src/catalog/catalog-store.js';
import { onEveryEngine, type EngineUnderTest } from '../contract/engines.js';
import { HoldfastCommand } from '../support/holdfast-command.js';
import { makeMessage } from '../support/make-message.js';
import { prepare } from '../support/prepare.js';
import { RunningApp } from '../support/start-app.js';

const MINUTES = 600_000;
jest.setTimeout(MINUTES);
const SHOWN = `id state proposedBy approvedBy ranBy setHash itemCount partsDone partCount isRunningHere byRule { value count } byMonth { value count }
  byCustodian { value count } kept { reason count }`;
const PROPOSE = `mutation ($filter: FilterInput, $actor: Actor = administrator) { proposeDisposition(filter: $filter, actor: $actor) { ${SHOWN} } }`;
const APPROVE = `mutation ($id: ID!, $setHash: String!, $actor: Actor = approver) { approveDisposition(id: $id, setHash: $setHash, actor: $actor) { ${SHOWN} } }`;
const RUN = `mutation ($id: ID!) { runDisposition(id: $id, actor: administrator) { ${SHOWN} } }`;
const REJECT = `mutation ($id: ID!) { rejectDisposition(id: $id, actor: approver) { ${SHOWN} } }`;
const REMOVE = 'mutation { removeDestroyed(actor: administrator) { id lines { store isClosed } } }';
const DISPOSITION = `query ($id: ID!) { disposition(id: $id) { ${SHOWN}
  batches { id destroyedCount kept { reason count } hash certificate } removals { finishedAt batchCount lines { store isClosed waitsFor } } } }`;
const PLACE = 'mutation ($matterId: ID!, $filter: FilterInput!) { placeHold(matterId: $matterId, reason: "r", filter: $filter, actor: administrator) { state } }';
const TOTAL = 'query ($text: String) { search(input: { text: $text }) { totalCount } }';

interface Disposition {
  readonly id: string;
  readonly state: string;
  readonly setHash: string;
  readonly itemCount: number;
  readonly batches: readonly { readonly id: string; readonly destroyedCount: number; readonly kept: readonly object[]; readonly certificate: { readonly destroyed: readonly { readonly id: string }[] } }[];
  readonly removals: readonly { readonly finishedAt: string | null; readonly lines: readonly { readonly store: string; readonly isClosed: boolean }[] }[];
}

/** Found as it is wherever it stands, packed or not. */
const MARK = 'qzjvxkwpybfhgmtdlrcnzqvjwkx';

const old = (nativeId: string, more: object = {}) => makeMessage(nativeId, { sentAt: Date.UTC(2015, 0, 10), custodianIds: ['li'], text: `付款 ${nativeId}`, ...more });

const OLD = `mutation { setRetentionPolicy(actor: administrator, input: {
  id: "old", name: "old", appliesToAll: true, action: delete, period: "P1Y", trigger: sent, trustsSentTime: true
}) { version } }`;

async function openMatter(app: RunningApp): Promise<string> {
  return (await app.data<{ openMatter: { id: string } }>('mutation { openMatter(name: "m", purpose: "p", actor: administrator) { id } }')).openMatter.id;
}

async function read(app: RunningApp, id: string): Promise<Disposition> {
  return (await app.data<{ disposition: Disposition }>(DISPOSITION, { id })).disposition;
}

async function proposed(app: RunningApp, filter: object = {}): Promise<Disposition> {
  return (await app.data<{ proposeDisposition: Disposition }>(PROPOSE, { filter })).proposeDisposition;
}

async function until(app: RunningApp, id: string, state: string): Promise<Disposition> {
  for (;;) {
    const disposition = await read(app, id);
    if (disposition.state === state) return disposition;
    await pause(200);
  }
}

/** From an approved proposal to the state behind its run. */
async function carriedOut(app: RunningApp, { id, setHash }: Disposition): Promise<Disposition> {
  await app.data(APPROVE, { id, setHash });
  await app.data(RUN, { id });
  return until(app, id, 'erased');
}

/** Number of the process that the application under test has started for an act. */
function dispositionProcess(): number {
  const line = execFileSync('ps', ['--ppid', String(process.pid), '-o', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .find((each) => each.includes('disposition-process'));
  if (line === undefined) throw new Error('no disposition is under way');
  return Number(line.trim().split(' ')[0]);
}

/** Everything in the files of a directory, byte for byte. */
function bytesIn(directory: string): Buffer {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => join(directory, name));
  return Buffer.concat(files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file)));
}

onEveryEngine('disposition on $name', (kind) => {
  let app: RunningApp;
  const young = makeMessage('young', { sentAt: Date.now() - 86_400_000, text: '付款 young' });
  const undated = old('undated', { sentAt: null });
  beforeAll(async () => {
    app = await RunningApp.start({ kind });
    await app.data(OLD);
  }, MINUTES);
  afterAll(() => app.stop());

  it('destroys what two people agreed on, keeps what is held, and takes the bytes out of every store', async () => {
    const gone = old('gone', { text: `绝密 ${MARK}`, senderId: 'wxid-vanishing', senderName: MARK });
    const held = old('held', { custodianIds: ['wang'] });
    await app.store([gone, old('too'), held, young, undated]);
    await app.data(PLACE, { matterId: await openMatter(app), filter: { custodianIds: ['wang'] } });
    const proposal = await proposed(app);
    const { id, setHash } = proposal;
    expect(proposal).toMatchObject({
      ...{ state: 'proposed', proposedBy: 'administrator', approvedBy: null, ranBy: null, itemCount: 2, partsDone: 0, partCount: 1 },
      ...{ byRule: [{ value: 'old', count: 2 }], byMonth: [{ value: '2015-01', count: 2 }], byCustodian: [{ value: 'li', count: 2 }] },
      kept: [{ reason: 'held', count: 1 }],
    });
    expect(await app.failure(RUN, { id })).toMatchObject({ code: 'DISPOSITION_STALE' });
    expect(await app.failure(APPROVE, { id, setHash, actor: 'administrator' })).toMatchObject({ code: 'SECOND_PERSON_NEEDED' });
    expect(await app.failure(APPROVE, { id, setHash: setHash.replace(/^./, (first) => (first === 'a' ? 'b' : 'a')) })).toMatchObject({ code: 'DISPOSITION_STALE' });
    expect(await app.failure(APPROVE, { id, setHash: 'x' })).toMatchObject({ code: 'INPUT_INVALID' });
    expect(await read(app, id)).toMatchObject({ state: 'proposed', batches: [], removals: [] });
    expect(await app.data(TOTAL, { text: MARK })).toMatchObject({ search: { totalCount: 1 } });
    const erased = await carriedOut(app, proposal);
    expect(erased).toMatchObject({ approvedBy: 'approver', ranBy: 'administrator', partsDone: 1, removals: [], batches: [{ destroyedCount: 2, kept: [] }] });
    expect(JSON.stringify(erased)).not.toContain(MARK);
    expect(await app.data(TOTAL, { text: MARK })).toMatchObject({ search: { totalCount: 0 } });
    expect(await app.data(TOTAL)).toMatchObject({ search: { totalCount: 3 } });
    // Searches find it no longer, and it is there.
    if (kind.name === 'sqlite') expect([bytesIn(app.dataDir).includes(MARK), bytesIn(app.dataDir).includes('wxid-vanishing')]).toEqual([true, true]);
    const { removeDestroyed } = await app.data<{ removeDestroyed: { id: string } }>(REMOVE);
    expect(removeDestroyed.id).toMatch(/^[0-9a-z]{14}$/);
    const complete = await until(app, id, 'complete');
    expect(complete.removals).toMatchObject([{ finishedAt: expect.any(String), batchCount: 1 }]);
    expect(complete.removals[0]!.lines.filter(({ isClosed }) => !isClosed)).toEqual([]);
    const bytes = bytesIn(app.dataDir);
    expect([bytes.includes(MARK), bytes.includes('wxid-vanishing')]).toEqual([false, false]);
    expect(await app.data(REMOVE)).toEqual({ removeDestroyed: null });
    expect(await app.failure(RUN, { id })).toMatchObject({ code: 'DISPOSITION_STALE' });
  });

  it('keeps what changed, or came under a hold, behind the approval', async () => {
    const [stays, changes, comesUnder] = ['stays', 'changes', 'under'].map((nativeId) => old(`late-${nativeId}`, { custodianIds: [nativeId] }));
    await app.store([stays!, changes!, comesUnder!]);
    const proposal = await proposed(app, { custodianIds: ['stays', 'changes', 'under'] });
    expect(proposal.itemCount).toBe(3);
    await app.data(APPROVE, { id: proposal.id, setHash: proposal.setHash });
    const archive = await kind.open(app.dataDir);
    const [known] = await archive.writer.read([changes!.id]);
    await archive.writer.put([{ prepared: prepare({ ...changes!, custodianIds: ['changes', 'more'] }), expected: known!.version }]);
    await archive.writer.refresh();
    await archive.close();
    await app.data(PLACE, { matterId: await openMatter(app), filter: { custodianIds: ['under'] } });
    await app.data(RUN, { id: proposal.id });
    const [batch] = (await until(app, proposal.id, 'erased')).batches;
    expect(batch).toMatchObject({ destroyedCount: 1, kept: [{ reason: 'held', count: 1 }, { reason: 'changed', count: 1 }] });
  });

  it('ends a disposition that somebody rejects, and lists those that were run', async () => {
    await app.store([old('rejected')]);
    const proposal = await proposed(app, { ids: [old('rejected').id] });
    expect(await app.data(REJECT, { id: proposal.id })).toMatchObject({ rejectDisposition: { state: 'rejected' } });
    for (const mutation of [RUN, REJECT]) expect(await app.failure(mutation, { id: proposal.id })).toMatchObject({ code: 'DISPOSITION_STALE' });
    expect(await app.failure(APPROVE, { id: proposal.id, setHash: proposal.setHash })).toMatchObject({ code: 'DISPOSITION_STALE' });
    interface Lists {
      readonly dispositions: { readonly edges: readonly { readonly node: { readonly id: string } }[] };
      readonly dispositionRuns: { readonly edges: readonly { readonly node: { readonly ranBy: string } }[] };
    }
    const lists = await app.data<Lists>('{ dispositions { edges { node { id } } } dispositionRuns(first: 1) { edges { node { ranBy } } pageInfo { hasNextPage } } }');
    expect(lists.dispositions.edges[0]!.node.id).toBe(proposal.id);
    expect(lists.dispositionRuns).toMatchObject({ edges: [{ node: { ranBy: 'administrator' } }], pageInfo: { hasNextPage: true } });
  });

  it.each<[string, string, object, string]>([
    ['a filter on a text', PROPOSE, { filter: { text: 'x' } }, 'INPUT_INVALID'],
    ['an actor that is none', PROPOSE, { actor: 'somebody' }, 'INPUT_INVALID'],
    ['a disposition that is not there', RUN, { id: 'none' }, 'NOT_FOUND'],
    ['an id that is none', RUN, { id: '../x' }, 'INPUT_INVALID'],
    ['an approval of nothing', APPROVE, { id: 'none', setHash: '0'.repeat(64) }, 'NOT_FOUND'],
    ['a rejection of nothing', REJECT, { id: 'none' }, 'NOT_FOUND'],
  ])('refuses %s', async (_what, mutation, variables, code) => {
    expect(await app.failure(mutation, { ...variables })).toMatchObject({ code });
  });

  it('lets requests to erase wait for holds, and offers them otherwise', async () => {
    const REQUEST = `mutation ($filter: FilterInput!, $receivedAt: DateTime, $reason: String = "请求") {
      requestErasure(filter: $filter, reason: $reason, receivedAt: $receivedAt, actor: administrator) { id state leftCount heldCount } }`;
    const recent = (nativeId: string) => makeMessage(nativeId, { custodianIds: ['subject'], senderId: nativeId });
    await app.store([recent('erasure-held'), recent('erasure-free')]);
    await app.data(PLACE, { matterId: await openMatter(app), filter: { senderIds: ['erasure-held'] } });
    const filter = { custodianIds: ['subject'] };
    const { requestErasure } = await app.data<{ requestErasure: { id: string } }>(REQUEST, { filter, receivedAt: '2026-04-01T00:00:00Z' });
    expect(requestErasure).toMatchObject({ state: 'open', leftCount: 2, heldCount: 1 });
    const proposal = await proposed(app, filter);
    expect(proposal).toMatchObject({ itemCount: 1, kept: [{ reason: 'held', count: 1 }], byRule: [{ value: `erasure-${requestErasure.id}` }] });
    await carriedOut(app, proposal);
    const state = async (): Promise<object> => (await app.data<{ erasureRequests: { edges: { node: object }[] } }>(
      '{ erasureRequests(first: 1) { edges { node { id state leftCount heldCount } } } }',
    )).erasureRequests.edges[0]!.node;
    expect(await state()).toEqual({ id: requestErasure.id, state: 'waiting', leftCount: 1, heldCount: 1 });
    await app.data('mutation ($id: ID!) { withdrawErasure(id: $id, actor: approver) { state } }', { id: requestErasure.id });
    expect(await state()).toMatchObject({ state: 'withdrawn' });
    expect(await app.failure(REQUEST, { filter: {} })).toMatchObject({ code: 'INPUT_INVALID' });
    expect(await app.failure(REQUEST, { filter: { custodianIds: [] } })).toMatchObject({ code: 'INPUT_INVALID' });
    expect(await app.failure(REQUEST, { filter, reason: '' })).toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('has told the audit of each act before it happened, without a word of what is gone', async () => {
    const blocks = await app.get(CatalogStore).list<AuditBlock>('audit-block', { first: 1_000 });
    const events = blocks.flatMap(({ value }) => value.events);
    const kinds = events.map((event) => event.kind).filter((name) => /^(disposition|removal)/.test(name));
    const acts = ['proposed', 'approved', 'intended', 'completed'].map((act) => `disposition_${act}`);
    expect(kinds.slice(0, 6)).toEqual([...acts, 'removal_started', 'removal_completed']);
    expect(JSON.stringify(events)).not.toMatch(new RegExp(`${MARK}|wxid|wang|li"`));
  });
});

onEveryEngine('a disposition that stops with its server on $name', (kind) => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-disposition-'));
  afterAll(async () => {
    await kind.remove(directory);
    rmSync(directory, { recursive: true, force: true });
  });

  it('goes on where it was, destroying everything once', async () => {
    const messages = Array.from({ length: 5_500 }, (_, index) => old(`part-${index}`));
    let app = await RunningApp.start({ kind, dataDir: directory, messages });
    await app.data(OLD);
    const { id, setHash } = await proposed(app);
    await app.data(APPROVE, { id, setHash });
    await app.data(RUN, { id });
    const child = dispositionProcess();
    process.kill(child, 'SIGSTOP');
    expect(await app.failure(PROPOSE, {})).toMatchObject({ code: 'DISPOSITION_BUSY', act: 'run' });
    process.kill(child, 'SIGCONT');
    await app.stop();
    app = await RunningApp.start({ kind, dataDir: directory });
    const stopped = await read(app, id);
    expect(stopped).toMatchObject({ state: 'running', isRunningHere: false });
    expect(stopped.batches.length).toBeLessThan(6);
    await app.data(RUN, { id });
    const erased = await until(app, id, 'erased');
    const ids = erased.batches.flatMap(({ certificate }) => certificate.destroyed.map((item) => item.id));
    expect([ids.length, new Set(ids).size]).toEqual([messages.length, messages.length]);
    expect(await app.data(TOTAL)).toMatchObject({ search: { totalCount: 0 } });
    await app.stop();
  });
});

onEveryEngine('holdfast disposition on $name', (kind) => {
  const command = new HoldfastCommand(kind);
  const file = join(command.directory, 'a.jsonl');
  const run = async (...words: string[]) => command.run(['disposition', ...words]);
  afterAll(() => command.remove());

  it('stops behind a part on Ctrl-C, goes on, and writes a certificate that can be verified without the archive', async () => {
    const record = (id: number): string =>
      JSON.stringify({ id: String(id), conversationId: 'c', senderId: 's', custodianIds: ['<b>li</b>'], sentAt: '2015-03-02T09:00:00+08:00', text: `${MARK} ${id}` });
    writeFileSync(file, Array.from({ length: 5_500 }, (_, id) => `${record(id)}\n`).join(''));
    expect(await command.run(['import', file])).toMatchObject({ code: 0 });
    const policy = ['--policy', 'old', '--name', 'old', '--action', 'delete', '--all', '--period', 'P1Y', '--trigger', 'sent', '--trust-sent-time'];
    expect(await command.run(['retention', 'set', ...policy, '--as', 'administrator'])).toMatchObject({ code: 0 });
    const proposal = JSON.parse((await run('propose', '--as', 'administrator', '--json')).out) as Disposition;
    expect(proposal).toMatchObject({ itemCount: 5_500, partCount: 6 });
    const { id, setHash } = proposal;
    expect(await run('approve', id, '--set-hash', setHash, '--as', 'administrator')).toMatchObject({ code: 2, err: expect.stringContaining('SECOND_PERSON_NEEDED') });
    expect(await run('approve', id, '--set-hash', setHash, '--as', 'approver')).toMatchObject({ code: 0 });
    const stopped = await command.run(['disposition', 'run', id, '--as', 'administrator'], (child) => void interruptBehindFirstPart(child, kind, command.dataDir));
    expect([stopped.code, stopped.err]).toEqual([130, expect.stringContaining('the same command goes on')]);
    const partly = JSON.parse((await run('show', id, '--json')).out) as Disposition;
    expect(partly.state).toBe('running');
    expect(partly.batches.length).toBeLessThan(6);
    expect(await run('run', id, '--as', 'administrator')).toMatchObject({ code: 0, out: expect.stringContaining('erased') });
    const partial = JSON.parse((await run('certificate', id)).out) as { state: string };
    expect(partial.state).toBe('PARTIAL');
    if (kind.name === 'sqlite') expect(bytesIn(command.dataDir).includes(MARK)).toBe(true);
    expect(await run('remove', '--as', 'administrator')).toMatchObject({ code: 0, out: expect.stringContaining('COMPLETE') });
    expect(bytesIn(command.dataDir).includes(MARK)).toBe(false);
    await provesItself(id);
    const again = await command.run(['import', file]);
    expect(again.out).toContain('5500 disposed');
  });

  async function provesItself(id: string): Promise<void> {
    const [certificate, exported] = ['certificate.json', 'audit.jsonl'].map((name) => join(command.directory, name)) as [string, string];
    const text = (await run('certificate', id)).out;
    writeFileSync(certificate, text);
    const parsed = JSON.parse(text) as { batches: { certificate: { destroyed: { id: string }[] } }[]; state: string };
    const ids = parsed.batches.flatMap((batch) => batch.certificate.destroyed.map((item) => item.id));
    expect([parsed.state, ids.length, new Set(ids).size, text.includes(MARK), text.includes('li</b>')]).toEqual(['COMPLETE', 5_500, 5_500, false, false]);
    expect(await command.run(['audit', 'export', exported])).toMatchObject({ code: 0 });
    expect(await run('verify', certificate, '--audit', exported)).toMatchObject({ code: 0, out: expect.stringContaining('COMPLETE; 5500 messages') });
    writeFileSync(certificate, text.replace('"policyVersion":1', '"policyVersion":2'));
    const damaged = await run('verify', certificate, '--audit', exported);
    expect([damaged.code, damaged.out]).toEqual([1, expect.stringContaining('is not what its hash was made of')]);
    writeFileSync(certificate, '{');
    expect(await run('verify', certificate, '--audit', exported)).toMatchObject({ code: 2, err: expect.stringContaining('INPUT_INVALID') });
    const page = (await run('certificate', id, '--html')).out;
    expect(page).toContain('<td>State</td><td>COMPLETE</td>');
  }
});

/** Sends the signal as soon as the first part is certified. */
async function interruptBehindFirstPart(child: ChildProcess, kind: EngineUnderTest, dataDir: string): Promise<void> {
  const archive = await kind.open(dataDir);
  while ((await archive.catalog.list('disposition-certificate', { first: 1 })).length === 0) await pause(5);
  child.kill('SIGINT');
  await archive.close();
}
