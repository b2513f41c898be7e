import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arbitraryArchive, arbitraryPolicy } from '../../test/support/arbitrary-policies.js';
import { makeMessage } from '../../test/support/make-message.js';
import { makePolicy, policySet } from '../../test/support/make-policy.js';
import { MemorySearchEngine } from '../../test/support/memory-search-engine.js';
import { terms } from '../../test/support/query-nodes.js';
import { scaled } from '../../test/support/scale.js';
import type { SearchResult } from '../engine/search-engine.js';
import type { HoldEntry } from '../holds/hold-register.js';
import { ViewerScope } from '../query/viewer-scope.js';
import { CaptureReader } from './capture-reader.js';
import { changePolicies } from './change-policies.js';
import { MessageCounter } from './message-counter.js';
import { simulateRetention, type SimulationRequest } from './simulate-retention.js';
import { SimulationCounts } from './simulation-counts.js';

const YEAR = 366 * 86_400_000;

/** Messages, and rules before and after a change. */
const arbitraryCase = arbitraryArchive.chain((drawn) =>
  fc.record({
    drawn: fc.constant(drawn),
    change: fc.option(arbitraryPolicy(drawn.messages, 'p0'), { freq: 3 }),
    scopes: fc.array(
      fc.oneof(
        arbitraryPolicy(drawn.messages, 'scope').map(({ filter }) => filter),
        fc.constantFrom(terms('senderId', 'a'), terms('custodianId', 'b')),
      ),
      { maxLength: 2 },
    ),
    timeZone: fc.constantFrom('UTC', 'Asia/Shanghai'),
  }),
);

function entryOf(scope: HoldEntry['scope'], place: number): HoldEntry {
  return { entryId: `e${place}`, holdId: 'h', matterId: 'm', scope, state: 'active', placedAtEpoch: 1, release: null };
}

/** An archive in which messages that lack a field cannot be told by the values of the others: there are too many. */
class CrowdedCounter extends MessageCounter {
  override async ask(...parameters: Parameters<MessageCounter['ask']>): Promise<SearchResult> {
    const found = await super.ask(...parameters);
    const facets = found.aggregations.facets.map((facet) => ({ ...facet, otherCount: facet.missingCount > 0 ? 1 : 0 }));
    return { ...found, aggregations: { ...found.aggregations, facets } };
  }
}

/** The numbers that callers are shown. */
function shown(counts: SimulationCounts): unknown {
  const { becoming, held, before, after, withoutCustodian } = counts;
  return {
    becoming,
    held,
    before,
    after,
    withoutCustodian,
    rules: counts.rules(),
    months: counts.months(),
    custodians: counts.custodians(),
  };
}

describe('simulateRetention', () => {
  it.each([
    ['counts what reading every message counts', MessageCounter],
    ['reads what filters cannot tell', CrowdedCounter],
  ])('%s', async (_, Counter) => {
    let [becoming, held, read] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(arbitraryCase, async ({ drawn: { messages, set, captures, runs, now }, change, scopes, timeZone }) => {
        const after = change === null ? set : changePolicies(set, { kind: 'set', policy: change }, true);
        const entries = scopes.map(entryOf);
        const request: SimulationRequest = { before: change === null ? null : set, after, entries, now, timeZone };
        const counter = new Counter(MemorySearchEngine.of(messages), ViewerScope.everything('tester'), 1_000);
        const reader = new CaptureReader({ list: async () => runs, find: async () => null });
        const counts = await simulateRetention(counter, reader, request);
        const expected = new SimulationCounts({ now, timeZone, captures, entries });
        for (const message of messages) expected.addMessage({ message, raws: [] }, request);
        expect(shown(counts)).toEqual(shown(expected));
        [becoming, held, read] = [becoming + counts.becoming, held + counts.held, read + counts.read];
      }),
      { numRuns: scaled(4_000), seed: 2 },
    );
    // a comparison of nothing with nothing proves nothing
    expect(Math.min(becoming, held, read)).toBeGreaterThan(scaled(4_000) / 20);
  });

  it('reads edited messages however many there are', async () => {
    const sentAt = Date.UTC(2020, 0);
    const messages = Array.from({ length: 1_005 }, (_, index) =>
      makeMessage(`m${index}`, { sentAt, editedAt: sentAt + (index % 2) * YEAR }),
    );
    const engine = MemorySearchEngine.of(messages);
    const after = policySet([makePolicy('go', { action: 'delete', period: 'P1Y' })]);
    const request = { before: null, after, entries: [], now: sentAt + 1.5 * YEAR, timeZone: 'UTC' };
    const reader = new CaptureReader({ list: async () => [], find: async () => null });
    const counts = await simulateRetention(new MessageCounter(engine, ViewerScope.everything('tester'), 1_000), reader, request);
    expect([counts.becoming, counts.read, engine.calls.scan]).toEqual([503, 1_005, 1]);
  });
});
