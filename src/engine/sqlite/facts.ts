/*
 * The filter fields of one message as 80 bytes, little endian. A search process reads all of them into memory at start,
 * so they are packed to be copied, not parsed. Strings and sets are numbers of the dictionary; closed lists are positions.
 */
export const FACTS_BYTES = 80;

/** Byte offsets inside the facts of one row. */
export const OFFSET = {
  row: 0,
  id: 4,
  identitySpace: 20,
  conversationId: 24,
  senderId: 28,
  participantId: 32,
  custodianId: 36,
  sentAt: 40,
  source: 48,
  importRunId: 52,
  recallDelaySeconds: 56,
  bodyLength: 60,
  warnings: 64,
  attachmentCounts: 68,
  platform: 72,
  kind: 73,
  conversationKind: 74,
  dateState: 75,
  attachmentStates: 76,
  flags: 78,
} as const;

export const FLAG = { live: 1, recalled: 2, edited: 4, hasAttachments: 8, hasSenderName: 16, hasConversationName: 32, orphanRecall: 64 } as const;

/** `recallDelaySeconds` of a message that has none. */
export const NO_DELAY = -1;
/** The longest delay that fits, 68 years; longer ones are stored as this. */
const LONGEST_DELAY = 0x7fffffff;

/** The facts before packing; strings and sets already as dictionary numbers, 0 = none. */
export interface Facts {
  readonly row: number;
  readonly id: Uint8Array;
  readonly identitySpace: number;
  readonly conversationId: number;
  readonly senderId: number;
  readonly participantId: number;
  readonly custodianId: number;
  /** NaN: undated. */
  readonly sentAt: number;
  readonly source: number;
  readonly importRunId: number;
  /** NaN: none. */
  readonly recallDelaySeconds: number;
  /** Code points of the folded body. */
  readonly bodyLength: number;
  /** A mask over the closed list, as `attachmentStates`. */
  readonly warnings: number;
  /** Dictionary number of a list such as ["missing:2", "not_scanned:1"]. */
  readonly attachmentCounts: number;
  /** A position in the closed list, as the next three. */
  readonly platform: number;
  readonly kind: number;
  readonly conversationKind: number;
  readonly dateState: number;
  readonly attachmentStates: number;
  readonly flags: number;
}

const LONGS = [
  'row', 'identitySpace', 'conversationId', 'senderId', 'participantId', 'custodianId', 'source', 'importRunId', 'bodyLength',
  'warnings', 'attachmentCounts',
] as const;
const BYTES = ['platform', 'kind', 'conversationKind', 'dateState'] as const;

/** Packs the facts of one row into `FACTS_BYTES` bytes. A writer uses one buffer for all rows: making one for each costs more than all the rest. */
export function packFacts(facts: Facts, buffer: Uint8Array): void {
  const view = new DataView(buffer.buffer, buffer.byteOffset, FACTS_BYTES);
  buffer.set(facts.id, OFFSET.id);
  for (const field of LONGS) view.setUint32(OFFSET[field], facts[field], true);
  for (const field of BYTES) view.setUint8(OFFSET[field], facts[field]);
  view.setFloat64(OFFSET.sentAt, facts.sentAt, true);
  const delay = Number.isNaN(facts.recallDelaySeconds) ? NO_DELAY : Math.min(facts.recallDelaySeconds, LONGEST_DELAY);
  view.setInt32(OFFSET.recallDelaySeconds, delay, true);
  view.setUint16(OFFSET.attachmentStates, facts.attachmentStates, true);
  view.setUint16(OFFSET.flags, facts.flags, true);
}

/** One bit per value, by its position in the closed list. */
export function maskOf(values: readonly string[], list: readonly string[]): number {
  let mask = 0;
  for (const value of values) mask |= 1 << positionOf(value, list);
  return mask >>> 0;
}

/** Throws when the value is not in the list. */
export function positionOf(value: string, list: readonly string[]): number {
  const position = list.indexOf(value);
  if (position < 0) throw new Error(`'${value}' is not in the closed list of ${list[0]}, …`);
  return position;
}
