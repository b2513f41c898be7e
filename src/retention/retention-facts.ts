import type { Message } from '../domain/message.js';
import { fieldValues } from '../query/field-values.js';
import type { FieldValues } from '../query/fields.js';

/** Everything about a message that decides how long it is kept. Times are UTC milliseconds. */
export interface RetentionFacts {
  readonly values: FieldValues;
  /** When the latest of its imports began; null when one of them is not known. */
  readonly capturedAt: number | null;
  /** When the latest of its further texts was written; null: it was never edited. `unknown`: one of them has no time. */
  readonly editedAt: number | 'unknown' | null;
}

/** Of a message as it stands. `capturedAt`: see `CaptureTimes`. */
export function retentionFacts(message: Message, capturedAt: number | null): RetentionFacts {
  return { values: fieldValues(message), capturedAt, editedAt: lastEdit(message) };
}

/** A conflicting text was written by the time that it was captured: one without a time counts as `unknown`. */
function lastEdit({ editedAt, versions }: Message): number | 'unknown' | null {
  if (versions.some(({ at }) => at === null)) return 'unknown';
  const times = [...(editedAt === null ? [] : [editedAt]), ...versions.flatMap(({ at }) => (at === null ? [] : [at]))];
  return times.length === 0 ? null : Math.max(...times);
}
