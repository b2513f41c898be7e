import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { MemoryCatalogStore } from '../../test/support/memory-catalog-store.js';
import { FixedClock } from '../../test/support/fixed-clock.js';
import type { CatalogRecord } from '../catalog/catalog-store.js';
import type { HoldfastError } from '../errors/errors.js';
import { blockId, canonicalHash, sealBlock, type AuditBlock } from './audit-block.js';
import type { AuditEvent } from './audit-event.js';
import { AuditLog } from './audit-log.js';
import { verifyAudit } from './verify-audit.js';

const opened = (messageId: string): AuditEvent => ({ kind: 'message_opened', viewer: 'tester', messageId });

async function blocksOf(catalog: MemoryCatalogStore): Promise<AuditBlock[]> {
  return (await catalog.list<AuditBlock>('audit-block', { first: 1000 })).map((record) => record.value);
}

async function chainOf(length: number): Promise<MemoryCatalogStore> {
  const catalog = new MemoryCatalogStore();
  const log = new AuditLog(catalog, new FixedClock(0));
  for (let index = 0; index < length; index += 1) await log.append(opened(`message-${index}`));
  return catalog;
}

/** Its writes wait, while it is stuck, until they are released. */
class StuckCatalog extends MemoryCatalogStore {
  isStuck = false;
  tries = 0;
  release: () => void = () => {};

  override async create<Value>(...parameters: Parameters<MemoryCatalogStore['create']>): Promise<CatalogRecord<Value> | null> {
    this.tries += 1;
    if (this.isStuck) await new Promise<void>((resolve) => (this.release = resolve));
    return super.create(...parameters) as Promise<CatalogRecord<Value> | null>;
  }
}

describe('canonicalHash', () => {
  it('gives the published vectors of the chain', () => {
    const first = {
      action: 'HOLD_CREATE',
      actor: 'u:1',
      detail: { name: '案件A' },
      prev: '0'.repeat(64),
      seq: 1,
      target: 'hold:7',
      ts: '2026-01-01T00:00:00.000Z',
    };
    const hash = canonicalHash(first);
    expect(hash).toBe('aec1b109f21578e1a92edafd7b68c02b39e0378d1b4c6d5e7cf164355ebb3204');
    const second = {
      ts: '2026-01-01T00:00:01.000Z',
      target: 'hold:7',
      seq: 2,
      prev: hash,
      detail: {},
      actor: 'u:1',
      action: 'HOLD_ACTIVATE',
    };
    expect(canonicalHash(second)).toBe('fb64c056cb032a03b4dede1b3f380c4e74c2e7dd68e86a6d085cf6cc11027766');
  });
});

describe('AuditLog', () => {
  it('groups events that arrive during a write into the next block, and keeps their order', async () => {
    const catalog = new MemoryCatalogStore();
    const log = new AuditLog(catalog, new FixedClock(0));
    await Promise.all(Array.from({ length: 50 }, (_, index) => log.append(opened(`message-${index}`))));
    const blocks = await blocksOf(catalog);
    expect(blocks.map((block) => block.events.length)).toEqual([1, 49]);
    expect(blocks.flatMap((block) => block.events).map((event) => event.kind === 'message_opened' && event.messageId)).toEqual(
      Array.from({ length: 50 }, (_, index) => `message-${index}`),
    );
  });

  it('takes notes along with the next event, and writes them alone when none comes', async () => {
    const catalog = new MemoryCatalogStore();
    const failed = jest.fn();
    const log = new AuditLog(catalog, new FixedClock(0), failed);
    log.note(opened('noted'));
    expect(await blocksOf(catalog)).toEqual([]);
    await log.append(opened('event'));
    expect((await blocksOf(catalog)).map((block) => block.events.length)).toEqual([2]);
    log.note(opened('noted later'));
    await log.flush();
    await log.flush();
    expect((await blocksOf(catalog)).map((block) => block.events.length)).toEqual([2, 1]);
    catalog.failNextCreate('before it was stored');
    log.note(opened('lost'));
    await log.flush();
    expect(failed).toHaveBeenCalledTimes(1);
  });

  it('shares one chain with other processes', async () => {
    const catalog = new MemoryCatalogStore();
    const logs = [1, 2, 3].map(() => new AuditLog(catalog, new FixedClock(0)));
    for (let round = 0; round < 20; round += 1) await Promise.all(logs.map((log, index) => log.append(opened(`${round}-${index}`))));
    expect(await verifyAudit(catalog)).toMatchObject({ events: 60, problems: [] });
  });

  it('fails everybody who waits together, as soon as the catalog has failed or taken too long', async () => {
    const catalog = new StuckCatalog();
    const log = new AuditLog(catalog, new FixedClock(0), () => {}, 50);
    await log.append(opened('before'));
    catalog.isStuck = true;
    const waiting = [log.append(opened('written')), ...Array.from({ length: 2_500 }, (_, index) => log.append(opened(`behind it ${index}`)))];
    const outcomes = await Promise.allSettled(waiting);
    const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? (outcome.reason as HoldfastError).code : outcome.status));
    expect(new Set(codes)).toEqual(new Set(['AUDIT_UNAVAILABLE']));
    // Of their four blocks one was tried.
    expect(catalog.tries).toBe(2);
    catalog.isStuck = false;
    await log.append(opened('after'));
    catalog.release();
    await pause(20);
    await log.append(opened('later'));
    expect(await verifyAudit(catalog)).toMatchObject({ blocks: 3, problems: [] });
    const events = (await blocksOf(catalog)).flatMap((block) => block.events);
    expect(events).toMatchObject(['before', 'after', 'later'].map((messageId) => ({ messageId })));
  });

  it('refuses when the catalog fails, and goes on when it is back, wherever the failed write ended', async () => {
    const catalog = await chainOf(2);
    const log = new AuditLog(catalog, new FixedClock(0));
    await log.append(opened('before'));
    catalog.failNextCreate('after it was stored');
    await expect(log.append(opened('unsure'))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    catalog.failNextCreate('before it was stored');
    await expect(log.append(opened('lost'))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    await log.append(opened('after'));
    expect(await verifyAudit(catalog)).toMatchObject({ blocks: 5, events: 5, problems: [] });
  });
});

describe('verifyAudit', () => {
  const tampered: [string, (blocks: AuditBlock[]) => AuditBlock[]][] = [
    [
      'a changed event',
      (blocks) => blocks.map((block, index) => (index === 2 ? { ...block, events: [{ ...block.events[0]!, viewer: 'other' }] } : block)),
    ],
    [
      'a changed time',
      (blocks) => blocks.map((block, index) => (index === 2 ? { ...block, writtenAt: '1970-01-01T00:00:00.001Z' } : block)),
    ],
    ['the first block gone', (blocks) => blocks.slice(1)],
    ['a middle block gone', (blocks) => blocks.filter((_, index) => index !== 2)],
    ['two blocks swapped', (blocks) => blocks.map((block, index) => (index === 2 ? blocks[3]! : index === 3 ? blocks[2]! : block))],
    ['a block inserted', (blocks) => [...blocks.slice(0, 3), sealBlock({ ...blocks[2]!, sequence: 4 }), ...blocks.slice(3)]],
    [
      'one block made again without the rest',
      (blocks) => blocks.map((block, index) => (index === 2 ? sealBlock({ ...block, events: [] }) : block)),
    ],
  ];

  it.each(tampered)('finds %s', async (_name, tamper) => {
    const catalog = await chainOf(5);
    const blocks = await blocksOf(catalog);
    catalog.replaceAll(
      'audit-block',
      tamper(blocks).map((block, index) => [blockId(index + 1), block]),
    );
    expect((await verifyAudit(catalog)).problems).not.toEqual([]);
  });

  it('accepts an untouched chain, longer than one page', async () => {
    expect(await verifyAudit(await chainOf(450))).toMatchObject({ blocks: 450, events: 450, problems: [] });
  });
});
