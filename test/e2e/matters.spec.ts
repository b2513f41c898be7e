import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { AuditBlock } from '../../src/audit/audit-block.js';
import { AuditLog } from '../../src/audit/audit-log.js';
import { CatalogStore } from '../../src/catalog/catalog-store.js';
import { Matters } from '../../src/matters/matters.service.js';
import { onEveryEngine } from '../contract/engines.js';
import { FixedClock } from '../support/fixed-clock.js';
import { HoldfastCommand } from '../support/holdfast-command.js';
import { makeMessage } from '../support/make-message.js';
import { MemoryCatalogStore } from '../support/memory-catalog-store.js';
import { RunningApp } from '../support/start-app.js';

jest.setTimeout(600_000);
const OPEN = `mutation ($name: String = "甲案", $purpose: String = "调查", $actor: Actor = administrator) {
  openMatter(name: $name, purpose: $purpose, actor: $actor) { id name purpose state openedBy closedAt }
}`;
const CLOSE = 'mutation ($id: ID!) { closeMatter(id: $id, actor: approver) { id state closedBy } }';
const MATTER = 'query ($id: ID!) { matter(id: $id) { id state } }';
const PLACE = 'mutation ($id: ID!) { placeHold(matterId: $id, reason: "r", filter: { custodianIds: ["wang"] }, actor: administrator) { hold { id state } } }';

interface Opened {
  readonly openMatter: { readonly id: string; readonly state: string };
}

onEveryEngine('matters on $name', (kind) => {
  let app: RunningApp;
  beforeAll(async () => {
    const variables = { HOLDFAST_ADMINISTRATOR: '李雷', HOLDFAST_APPROVER: '韩梅梅' };
    app = await RunningApp.start({ kind, variables, messages: [makeMessage('1', { custodianIds: ['wang'] })] });
  });
  afterAll(() => app.stop());

  async function open(): Promise<string> {
    return (await app.data<Opened>(OPEN)).openMatter.id;
  }

  it('are in the hands of two people, whose names stand in the settings alone', async () => {
    const people = [{ actor: 'administrator', name: '李雷' }, { actor: 'approver', name: '韩梅梅' }];
    expect(await app.data('{ people { actor name } }')).toEqual({ people });
    await open();
    const records = await Promise.all((['matter', 'audit-block'] as const).map((family) => app.get(CatalogStore).list(family, { first: 100 })));
    expect(JSON.stringify(records)).not.toMatch(/李雷|韩梅梅/);
  });

  it('are opened, listed and closed, by ids in the audit', async () => {
    const { openMatter } = await app.data<Opened>(OPEN, { name: '王小明案' });
    expect(openMatter).toMatchObject({ name: '王小明案', purpose: '调查', state: 'open', openedBy: 'administrator', closedAt: null });
    const other = await open();
    const { matters } = await app.data<{ matters: { edges: { node: { id: string } }[] } }>('{ matters { edges { node { id } } pageInfo { hasNextPage } } }');
    expect(matters.edges.map(({ node }) => node.id).slice(0, 2)).toEqual([other, openMatter.id]);
    expect(await app.data(CLOSE, { id: openMatter.id })).toMatchObject({ closeMatter: { state: 'closed', closedBy: 'approver' } });
    expect(await app.data(MATTER, { id: openMatter.id })).toEqual({ matter: { id: openMatter.id, state: 'closed' } });
    const blocks = await app.get(CatalogStore).list<AuditBlock>('audit-block', { first: 100 });
    expect(JSON.stringify(blocks)).not.toContain('王小明');
    expect(blocks.flatMap(({ value }) => value.events)).toContainEqual(
      expect.objectContaining({ kind: 'matter_closed', viewer: 'approver', matterId: openMatter.id }),
    );
  });

  it('stay open while a hold stands, and take none when they are closed', async () => {
    const held = await open();
    await app.data(PLACE, { id: held });
    expect(await app.failure(CLOSE, { id: held })).toMatchObject({ code: 'MATTER_HELD', matterId: held });
    expect(await app.data(MATTER, { id: held })).toMatchObject({ matter: { state: 'open' } });
    const closed = await open();
    await app.data(CLOSE, { id: closed });
    expect(await app.failure(PLACE, { id: closed })).toMatchObject({ code: 'MATTER_CLOSED' });
    expect(await app.failure(PLACE, { id: 'none' })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each([
    [{ name: '' }, 'INPUT_INVALID'],
    [{ name: ' 　' }, 'INPUT_INVALID'],
    [{ purpose: '' }, 'INPUT_INVALID'],
    [{ purpose: 'x'.repeat(2_001) }, 'INPUT_INVALID'],
    [{ actor: 'somebody' }, 'INPUT_INVALID'],
  ])('refuse %j', async (variables, code) => {
    expect(await app.failure(OPEN, variables)).toMatchObject({ code });
  });
});

describe('closing a matter while a hold is placed', () => {
  it('opens it again: one of the two always sees the other', async () => {
    const catalog = new MemoryCatalogStore();
    const clock = new FixedClock(Date.UTC(2026, 0, 1));
    const answers = [false, true];
    const matters = new Matters(catalog, new AuditLog(catalog, clock), clock, async () => answers.shift()!);
    const { id } = await matters.open('administrator', { name: 'a', purpose: 'b' });
    await expect(matters.close('administrator', id)).rejects.toMatchObject({ code: 'MATTER_HELD' });
    expect(await matters.find(id)).toMatchObject({ state: 'open', closedAt: null, closedBy: null });
    // The same seen by who places: it reads the matter behind the register.
    answers.push(false, false);
    await matters.close('administrator', id);
    await matters.reopen('administrator', id);
    expect(await matters.find(id)).toMatchObject({ state: 'open' });
  });

  it('keeps it open when the register cannot be read', async () => {
    const catalog = new MemoryCatalogStore();
    const clock = new FixedClock(Date.UTC(2026, 0, 1));
    let reads = 0;
    const matters = new Matters(catalog, new AuditLog(catalog, clock), clock, async () => {
      if (reads++ > 0) throw new Error('unreadable');
      return false;
    });
    const { id } = await matters.open('administrator', { name: 'a', purpose: 'b' });
    await expect(matters.close('administrator', id)).rejects.toThrow('unreadable');
    expect(await matters.find(id)).toMatchObject({ state: 'open' });
  });
});

describe('holdfast matter', () => {
  const command = new HoldfastCommand();
  afterAll(() => command.remove());

  it('opens, lists and closes, and wants to know who acts', async () => {
    const opened = await command.run(['matter', 'open', '--name', '甲\t案', '--purpose', '调查', '--as', 'administrator']);
    const id = opened.out.trim();
    expect([opened.code, id]).toEqual([0, expect.stringMatching(/^[0-9a-z]{14}$/)]);
    expect((await command.run(['matter', 'list'])).out).toContain(`${id}\topen\t`);
    const without = await command.run(['matter', 'close', id]);
    expect([without.code, without.err]).toEqual([1, expect.stringContaining('--as <actor>')]);
    expect(JSON.parse((await command.run(['matter', 'close', id, '--as', 'approver', '--json'])).out)).toMatchObject({ state: 'closed', name: '甲\t案' });
    const twins = { HOLDFAST_ADMINISTRATOR: 'Wang  Wu', HOLDFAST_APPROVER: 'ＷＡＮＧ wu' };
    expect(await command.run(['matter', 'list'], undefined, twins)).toMatchObject({ code: 2, err: expect.stringContaining('CONFIG_INVALID') });
  });
});
