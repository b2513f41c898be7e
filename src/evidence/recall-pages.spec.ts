import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeMessage } from '../../test/support/make-message.js';
import { MemorySearchEngine } from '../../test/support/memory-search-engine.js';
import { scaled } from '../../test/support/scale.js';
import { LOCAL_INVESTIGATOR } from '../access/viewer.js';
import { loadEnvironment } from '../config/env.js';
import type { Message } from '../domain/message.js';
import type { FilterNode } from '../query/ast.js';
import { ArchiveReader } from './archive-reader.js';
import { recallsBehind, type RecallPlace } from './recall-pages.js';

const RECALLED: FilterNode = { kind: 'flag', field: 'isRecalled', value: true };
const SECOND = 1_000;
const BASE = Date.UTC(2026, 0, 1);

/** Few distinct times, so that ties and recalls that overtake each other are common; delays from none to a day. */
const arbitraryTimes = fc.record({
  sentAt: fc.option(fc.integer({ min: 0, max: 40 }), { freq: 5 }),
  delay: fc.option(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(0, 30, 86_400)), { freq: 5 }),
  isRecalled: fc.boolean(),
});

function message(
  index: number,
  { sentAt, delay, isRecalled }: { sentAt: number | null; delay: number | null; isRecalled: boolean },
): Message {
  const at = delay === null ? null : BASE + ((sentAt ?? 20) + delay) * SECOND;
  return makeMessage(String(index), {
    sentAt: sentAt === null ? null : BASE + sentAt * SECOND,
    recall: isRecalled || sentAt === null ? { at, by: null } : null,
  });
}

/** What a reader expects, said again: by recall time, not before the sending; without one by sending; without any last. */
function plainOrder(messages: readonly Message[]): string[] {
  const at = ({ recall, sentAt }: Message): number => Math.max(recall!.at ?? -Infinity, sentAt ?? -Infinity);
  const key = (one: Message): number => (at(one) === -Infinity ? Infinity : at(one));
  return messages
    .filter(({ recall }) => recall !== null)
    .sort((left, right) => (key(left) === key(right) ? (left.id < right.id ? -1 : 1) : key(left) - key(right)))
    .map(({ id }) => id);
}

async function walk(reader: ArchiveReader, pageSize: number, batchSize: number): Promise<string[]> {
  const seen: string[] = [];
  for (let after: RecallPlace | null = null; ;) {
    const page = await recallsBehind(reader, LOCAL_INVESTIGATOR, RECALLED, after, pageSize, batchSize);
    seen.push(...page.map(({ place }) => place.id));
    if (page.length < pageSize) return seen;
    after = page.at(-1)!.place;
  }
}

describe('recallsBehind', () => {
  it('pages through all recalls in the order of recall, whatever order they were sent in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryTimes, { maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 9 }),
        async (times, pageSize, batchSize) => {
          const messages = times.map((one, index) => message(index, one));
          const reader = new ArchiveReader(MemorySearchEngine.of(messages), loadEnvironment({}));
          expect(await walk(reader, pageSize, batchSize)).toEqual(plainOrder(messages));
        },
      ),
      { numRuns: scaled(2_000) },
    );
  });
});
