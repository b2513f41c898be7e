import type { WarningCode } from '../domain/values.js';
import type { ImportTally } from './tally.js';

/** The source of files for which none is named. */
export const DEFAULT_SOURCE = 'archive';

interface Naming {
  readonly source: string | null;
  readonly identitySpace: string | null;
}

const FROM_WARNINGS: Readonly<Partial<Record<WarningCode, (count: number) => string>>> = {
  TIME_UNIT: (count) => `Times of 10 digits were taken for seconds: ${count}.`,
  RECIPIENTS_AS_STRING: (count) => `Lists of ids written as one string were split at their commas: ${count}.`,
  FIELD_CONVERTED: (count) => `Numbers or switches were taken for text: ${count} records.`,
  DUPLICATE_KEY: (count) => `Of a key that a record names twice the last value was taken: ${count} records.`,
};

/** What an import took for granted, one sentence each. */
export function assumptionsOf({ source, identitySpace }: Naming, { warnings }: ImportTally): string[] {
  const space = identitySpace ?? source ?? DEFAULT_SOURCE;
  return [
    ...(source === null ? [`No source was named: "${DEFAULT_SOURCE}" was taken.`] : []),
    ...(identitySpace === null ? [`No identity space was named: equal ids within "${space}" were taken for one message.`] : []),
    ...Object.entries(FROM_WARNINGS).flatMap(([code, sentence]) => {
      const count = warnings[code as WarningCode]?.count ?? 0;
      return count === 0 ? [] : [sentence(count)];
    }),
  ];
}
