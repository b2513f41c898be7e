import { beforeEach, describe, expect, it } from '@jest/globals';
import { FixedClock } from '../../test/support/fixed-clock.js';
import { MemoryCatalogStore } from '../../test/support/memory-catalog-store.js';
import type { AuditEvent } from '../audit/audit-event.js';
import { ClockGuard, LONGEST_RETURN, LONGEST_STEP } from './clock-guard.js';

const START = Date.UTC(2026, 10, 22);
const YEAR = 365 * 86_400_000;

let clock: FixedClock;
let events: AuditEvent[];
let catalog: MemoryCatalogStore;
let guard: ClockGuard;
beforeEach(async () => {
  clock = new FixedClock(START);
  events = [];
  catalog = new MemoryCatalogStore();
  guard = new ClockGuard(catalog, clock, { append: async (event) => void events.push(event) });
  await guard.now();
});

async function at(time: number): Promise<number | string> {
  clock.set(time);
  return guard.now().catch((error: { code: string }) => error.code);
}

describe('ClockGuard', () => {
  it('trusts a clock that is looked at often enough, and one that is put right by minutes', async () => {
    expect(await at(START + LONGEST_STEP)).toBe(START + LONGEST_STEP);
    expect(await at(START + LONGEST_STEP - LONGEST_RETURN)).toBe(START + LONGEST_STEP - LONGEST_RETURN);
    expect(await at(START + 2 * LONGEST_STEP - LONGEST_RETURN)).toBe(START + 2 * LONGEST_STEP - LONGEST_RETURN);
  });

  it.each([
    ['ten years ahead', START + 10 * YEAR],
    ['a millisecond too far', START + LONGEST_STEP + 1],
    ['back', START - LONGEST_RETURN - 1],
  ])('suspends when the clock jumps %s, and stays so when it comes back, for every process', async (_, time) => {
    expect(await at(time)).toBe('DISPOSITION_SUSPENDED');
    expect(await at(START + 1_000)).toBe('DISPOSITION_SUSPENDED');
    const other = new ClockGuard(catalog, clock, { append: async () => {} });
    await expect(other.now()).rejects.toMatchObject({ code: 'DISPOSITION_SUSPENDED', facts: { reason: 'clock' } });
  });

  it('goes back no further in small steps than at once', async () => {
    for (let step = 1; step <= 2; step += 1) await at(START - step * (LONGEST_RETURN - 60_000));
    expect(await at(START)).toBe('DISPOSITION_SUSPENDED');
  });

  it('goes on from where a person has acknowledged it', async () => {
    await at(START + YEAR);
    await guard.acknowledge('approver');
    expect(await at(START + YEAR + 1)).toBe(START + YEAR + 1);
    expect(await guard.state()).toMatchObject({ acknowledged: { by: 'approver', at: START + YEAR } });
    expect(events).toEqual([{ kind: 'clock_acknowledged', viewer: 'approver', shownAt: START + YEAR }]);
    expect(await at(START)).toBe('DISPOSITION_SUSPENDED');
    await guard.acknowledge('approver');
    expect(await at(START)).toBe(START);
  });

  it('is not acknowledged without the audit', async () => {
    const silent = new ClockGuard(catalog, clock, { append: () => Promise.reject(new Error('full')) });
    await at(START + YEAR);
    await expect(silent.acknowledge('approver')).rejects.toThrow('full');
    expect(await at(START + YEAR)).toBe('DISPOSITION_SUSPENDED');
  });

  it('does not trust a record that it cannot read', async () => {
    catalog.replaceAll('clock', [['guard', { maxSeenNow: 'x' }]]);
    expect(await at(START)).toBe('DISPOSITION_SUSPENDED');
  });
});
