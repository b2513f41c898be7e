/** What a generated archive is like; made while it is written. */
export interface CorpusStatistics {
  readonly messages: number;
  readonly conversations: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly smallestRecord: number;
  /** Shares of all messages. */
  readonly withHan: number;
  readonly outOfOrder: number;
  readonly withFact: number;
  readonly withEmoji: number;
  readonly traditional: number;
  readonly recalled: number;
  readonly withAttachments: number;
  readonly meanCodePoints: number;
  readonly years: number;
}

/** Sentences on what is outside the bounds that the measurements are meant for; empty when all is well. */
export function outsideBounds(statistics: CorpusStatistics): string[] {
  const { withHan, meanCodePoints, smallestRecord, outOfOrder, years } = statistics;
  const problems: string[] = [];
  if (withHan < 0.7) problems.push(`only ${percent(withHan)} of the messages have Han characters, at least 70 % wanted`);
  if (meanCodePoints < 25 || meanCodePoints > 45) problems.push(`mean length ${meanCodePoints.toFixed(1)} code points, 25 to 45 wanted`);
  if (smallestRecord < 300) problems.push(`a record of ${smallestRecord} bytes, at least 300 wanted`);
  if (statistics.messages >= 1000 && (outOfOrder < 0.15 || outOfOrder > 0.25))
    problems.push(`${percent(outOfOrder)} out of order, 20 % wanted`);
  if (statistics.messages >= 1000 && (years < 2.9 || years > 3.1)) problems.push(`${years.toFixed(2)} years, 3 wanted`);
  return problems;
}

/** The statistics on a few lines. */
export function describeCorpus(statistics: CorpusStatistics): string {
  const { messages, conversations, bytes, seconds } = statistics;
  return [
    `${messages.toLocaleString('en')} messages in ${conversations.toLocaleString('en')} conversations over ${statistics.years.toFixed(2)} years, ` +
      `written in ${seconds.toFixed(1)} s (${Math.round(messages / seconds).toLocaleString('en')}/s)`,
    `records: ${(bytes / 1e6).toFixed(0)} MB, mean ${Math.round(bytes / messages)} bytes, smallest ${statistics.smallestRecord}; text: mean ${statistics.meanCodePoints.toFixed(1)} code points`,
    `with Han ${percent(statistics.withHan)}, traditional ${percent(statistics.traditional)}, with numbers and names ${percent(statistics.withFact)}, ` +
      `with emoji ${percent(statistics.withEmoji)}, out of order ${percent(statistics.outOfOrder)}, recalled ${percent(statistics.recalled)}, with attachments ${percent(statistics.withAttachments)}`,
  ].join('\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
