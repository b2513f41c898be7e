import {
  ATTACHMENT_STATES, CONVERSATION_KINDS, DATE_STATES, MESSAGE_KINDS, PLATFORMS, WARNING_CODES,
} from '../../domain/values.js';

/*
 * The filter fields of one message as 80 bytes, little endian. A search process reads all of them into memory at start,
 * so they are packed to be copied, not parsed. Strings and sets are numbers of the dictionary; closed lists are positions.
 */
export const FACTS_BYTES = 80;
export const ID_BYTES = 16;

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

export const FLAG = { live: 1, recalled: 2, edited: 4, hasAttachments: 8, hasSenderName: 16, hasConversationName: 32 } as const;

/** `recallDelaySeconds` of a message that has none. */
export const NO_DELAY = -1;
/** The longest delay that fits, 68 years; longer ones are stored as this. */
const LONGEST_DELAY = 0x7fffffff;

/** The facts before packing; strings and sets already as dictionary numbers, 0 = none. */
export interface Facts {
  readonly row: number;
  /** 32 hex digits. */
  readonly id: string;
  readonly identitySpace: number;
  readonly conversationId: number;
  readonly senderId: number;
  readonly participantId: number;
  readonly custodianId: number;
  readonly sentAt: number | null;
  readonly source: number;
  readonly importRunId: number;
  readonly recallDelaySeconds: number | null;
  /** Code points of the folded body. */
  readonly bodyLength: number;
  readonly warnings: readonly string[];
  /** Dictionary number of a list such as ["missing:2", "not_scanned:1"]. */
  readonly attachmentCounts: number;
  readonly platform: string;
  readonly kind: string;
  readonly conversationKind: string;
  readonly dateState: string;
  readonly attachmentStates: readonly string[];
  readonly flags: number;
}

const NUMBERS = [
  'row', 'identitySpace', 'conversationId', 'senderId', 'participantId', 'custodianId', 'source', 'importRunId', 'bodyLength',
  'attachmentCounts',
] as const;

/**
 * Packs the facts of one row into `buffer`, which has `FACTS_BYTES` bytes, and returns it. A writer uses one buffer for all
 * rows: making one for each costs more than all the rest of it.
 */
export function packFacts(facts: Facts, buffer: Buffer): Buffer {
  buffer.write(facts.id, OFFSET.id, 'hex');
  for (const field of NUMBERS) buffer.writeUInt32LE(facts[field], OFFSET[field]);
  buffer.writeDoubleLE(facts.sentAt ?? NaN, OFFSET.sentAt);
  buffer.writeInt32LE(Math.min(facts.recallDelaySeconds ?? NO_DELAY, LONGEST_DELAY), OFFSET.recallDelaySeconds);
  buffer.writeUInt32LE(maskOf(facts.warnings, WARNING_CODES), OFFSET.warnings);
  buffer.writeUInt8(positionOf(facts.platform, PLATFORMS), OFFSET.platform);
  buffer.writeUInt8(positionOf(facts.kind, MESSAGE_KINDS), OFFSET.kind);
  buffer.writeUInt8(positionOf(facts.conversationKind, CONVERSATION_KINDS), OFFSET.conversationKind);
  buffer.writeUInt8(positionOf(facts.dateState, DATE_STATES), OFFSET.dateState);
  buffer.writeUInt16LE(maskOf(facts.attachmentStates, ATTACHMENT_STATES), OFFSET.attachmentStates);
  buffer.writeUInt16LE(facts.flags, OFFSET.flags);
  return buffer;
}

/** One bit per value, by its position in the closed list. */
export function maskOf(values: readonly string[], list: readonly string[]): number {
  let mask = 0;
  for (const value of values) mask |= 1 << positionOf(value, list);
  return mask >>> 0;
}

function positionOf(value: string, list: readonly string[]): number {
  const position = list.indexOf(value);
  if (position < 0) throw new Error(`'${value}' is not in the closed list of ${list[0]}, …`);
  return position;
}
