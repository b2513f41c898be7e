import type { AuditBlock, AuditEntry } from '../../src/audit/audit-block.js';
import { chained, exportOf } from './audit-chain.js';
import type { Random } from './random.js';

/** What somebody may do to an exported audit. `rewrite ...`: with every hash from there on made anew. */
export const MUTATIONS = [
  'edit an event',
  'edit a block',
  'drop lines',
  'swap lines',
  'repeat a line',
  'truncate',
  'replay an older export',
  'flip a byte',
  'rewrite an event',
  'rewrite a block',
  'rewrite without an event',
  'rewrite with an event more',
  'rewrite in other blocks',
] as const;
export type Mutation = (typeof MUTATIONS)[number];

/** A changed export. Now and then the change changes nothing: compare. */
export function mutateExport(mutation: Mutation, blocks: readonly AuditBlock[], random: Random): Buffer {
  const at = random.below(blocks.length);
  const block = blocks[at]!;
  const put = (...others: AuditBlock[]): AuditBlock[] => [...blocks.slice(0, at), ...others, ...blocks.slice(at + 1)];
  switch (mutation) {
    case 'edit an event':
      return bytesOf(put(withEvent(block, random)));
    case 'edit a block':
      return bytesOf(put(withHeader(block, random)));
    case 'drop lines':
      return bytesOf([...blocks.slice(0, at), ...blocks.slice(at + random.between(1, 3))]);
    case 'swap lines': {
      const other = random.below(blocks.length);
      return bytesOf(blocks.map((each, index) => (index === at ? blocks[other]! : index === other ? block : each)));
    }
    case 'repeat a line':
      return bytesOf([...blocks.slice(0, random.between(0, blocks.length)), block, ...blocks.slice(at)]);
    case 'truncate': {
      const bytes = bytesOf(blocks);
      return bytes.subarray(0, random.below(bytes.length));
    }
    case 'replay an older export':
      return bytesOf(blocks.slice(0, at));
    case 'flip a byte': {
      const bytes = bytesOf(blocks);
      bytes[random.below(bytes.length)]! ^= random.between(1, 255);
      return bytes;
    }
    case 'rewrite an event':
      return bytesOf(chained(put(withEvent(block, random)), at));
    case 'rewrite a block':
      return bytesOf(chained(put(withHeader(block, random)), at));
    case 'rewrite without an event': {
      const lost = random.below(block.events.length);
      const left = { ...block, events: block.events.filter((_, place) => place !== lost) };
      return bytesOf(chained(left.events.length === 0 && random.chance(0.8) ? put() : put(left), at));
    }
    case 'rewrite with an event more': {
      const place = random.between(0, block.events.length);
      const events = [...block.events.slice(0, place), random.pick(block.events), ...block.events.slice(place)];
      return bytesOf(chained(put({ ...block, events }), at));
    }
    case 'rewrite in other blocks':
      return bytesOf(chained(regroup(blocks, at, random), at));
  }
}

/** The same events from one block on, parted otherwise. */
function regroup(blocks: readonly AuditBlock[], at: number, random: Random): AuditBlock[] {
  const rest = blocks.slice(at).flatMap(({ events }) => events);
  const made: AuditBlock[] = [];
  while (rest.length > 0)
    made.push({ ...blocks[Math.min(at + made.length, blocks.length - 1)]!, events: rest.splice(0, random.between(1, 5)) });
  return [...blocks.slice(0, at), ...made];
}

function withEvent(block: AuditBlock, random: Random): AuditBlock {
  const place = random.below(block.events.length);
  const change = random.pick<Partial<AuditEntry> & Record<string, unknown>>([
    { viewer: `tester${random.below(9)}` },
    { at: new Date(Date.UTC(2026, 0, 1) + random.below(1e9)).toISOString() },
    { kind: 'query_refused' },
    { messageId: `message-${random.below(50)}` },
    { messageId: undefined },
    { note: random.below(9) },
  ]);
  return { ...block, events: block.events.map((event, index) => (index === place ? ({ ...event, ...change } as AuditEntry) : event)) };
}

function withHeader(block: AuditBlock, random: Random): AuditBlock {
  const change = random.pick<Record<string, unknown>>([
    { writtenAt: new Date(Date.UTC(2026, 0, 1) + random.below(1e9)).toISOString() },
    { note: random.below(9) },
    { sequence: random.between(0, 99) },
    { previousHash: random.below(16).toString(16).repeat(64) },
    { hash: random.below(16).toString(16).repeat(64) },
  ]);
  return { ...block, ...change };
}

function bytesOf(blocks: readonly AuditBlock[]): Buffer {
  return Buffer.from(exportOf(blocks));
}
