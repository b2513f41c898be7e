import type { Message } from '../domain/message.js';
import type { FieldValues } from './fields.js';

/**
 * The facts of a message that filters speak about, in the terms of `fields.ts`. Lists are sorted and without repeats. Half a
 * surrogate pair in an id reads as U+FFFD: no engine keeps it apart from that.
 */
export function fieldValues(message: Message): FieldValues {
  return {
    id: message.id,
    identitySpace: message.identitySpace,
    source: distinct(message.sources.map((source) => wellFormed(source.source))),
    platform: message.platform,
    conversationId: wellFormed(message.conversationId),
    conversationKind: message.conversationKind,
    custodianId: distinct(message.custodianIds.map(wellFormed)),
    participantId: participants(message),
    senderId: message.senderId === null ? null : wellFormed(message.senderId),
    kind: message.kind,
    sentAt: message.sentAt,
    dateState: message.dateState,
    isRecalled: message.recall !== null,
    recallDelaySeconds: recallDelaySeconds(message),
    isEdited: message.editedAt !== null || message.versions.length > 0,
    hasAttachments: message.attachments.length > 0,
    attachmentState: distinct(message.attachments.map((attachment) => attachment.state)),
    importRunId: distinct(message.sources.map((source) => source.importRunId)),
    warning: message.warnings,
    isOrphanRecall: message.sources.every(({ kind }) => kind === 'recall'),
  };
}

/** Sender and recipients, sorted. */
function participants(message: Message): readonly string[] {
  return distinct([...(message.senderId === null ? [] : [message.senderId]), ...message.recipientIds].map(wellFormed));
}

/** With the `u` flag only a half that stands alone is a surrogate. */
const LONE_SURROGATES = /\p{Surrogate}/gu;

function wellFormed(value: string): string {
  return value.replace(LONE_SURROGATES, '\ufffd');
}

/** 68 years; engines keep the delay in 32 bits. Only a wrong clock gives a longer one. */
const LONGEST_DELAY_SECONDS = 2 ** 31 - 1;

/** Whole seconds between sending and recall, rounded up, at most 68 years; null when either time is unknown or the recall precedes it. */
function recallDelaySeconds(message: Message): number | null {
  const recalledAt = message.recall?.at ?? null;
  if (recalledAt === null || message.sentAt === null || recalledAt < message.sentAt) return null;
  return Math.min(Math.ceil((recalledAt - message.sentAt) / 1000), LONGEST_DELAY_SECONDS);
}

function distinct(values: readonly string[]): readonly string[] {
  return values.length < 2 ? values : [...new Set(values)].sort();
}
