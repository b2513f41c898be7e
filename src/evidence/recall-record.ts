import type { Message, MessageSource } from '../domain/message.js';
import { fieldValues } from '../query/field-values.js';

/** What the archive knows about the recall of one message. */
export interface RecallFacts {
  /** UTC milliseconds; null where the archive does not say. */
  readonly recalledAt: number | null;
  readonly recalledBy: string | null;
  /** Whole seconds from sending to recall, rounded up; null where a time is unknown or the recall seems to come first. */
  readonly delaySeconds: number | null;
  /** Only the recall is known, not the content. */
  readonly isOrphan: boolean;
  /** Records that tell that it was recalled. */
  readonly toldBy: readonly MessageSource[];
  /** Records that kept its content. */
  readonly answeredBy: readonly MessageSource[];
  /** The content is there, and only sources have it that do not tell of the recall by a record. */
  readonly isAnsweredElsewhere: boolean;
}

/** The recall of a recalled message. A record that tells content and recall in one (a flag) answers itself. */
export function recallFacts(message: Message): RecallFacts {
  const { recallDelaySeconds, isOrphanRecall } = fieldValues(message);
  const toldBy = message.sources.filter(({ kind }) => kind === 'recall');
  const answeredBy = message.sources.filter(({ kind }) => kind === 'message');
  const telling = new Set(toldBy.map(({ source }) => source));
  return {
    recalledAt: message.recall?.at ?? null,
    recalledBy: message.recall?.by ?? null,
    delaySeconds: recallDelaySeconds,
    isOrphan: isOrphanRecall,
    toldBy,
    answeredBy,
    isAnsweredElsewhere: toldBy.length > 0 && answeredBy.length > 0 && answeredBy.every(({ source }) => !telling.has(source)),
  };
}

/**
 * The place of a recall in time, UTC milliseconds: when it was recalled; of a dated message whose recall has no time, or
 * seems to come before the sending, when it was sent; null where nothing is known. Of a dated message never before its sending.
 */
export function timeOfRecall({ recall, sentAt }: Message): number | null {
  const at = recall?.at ?? null;
  return sentAt === null ? at : at === null ? sentAt : Math.max(at, sentAt);
}
