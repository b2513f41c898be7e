/*
 * Tokens of the fixed filter fields in the FTS column `tokens`. Each begins with a private-use code point of its own, so
 * that it shares no posting list with any gram.
 */
const PREFIX = { identitySpace: '\u{E0D0}', platform: '\u{E0D1}', conversationId: '\u{E0D2}', senderId: '\u{E0D3}' } as const;
const MONTH_PREFIX = '\u{E0D4}';

/** The fields that have tokens. */
export type TokenField = keyof typeof PREFIX;

/** Months are counted from January of the year 0; undated messages have this one. */
export const UNDATED_MONTH = -1_000_000;

/** The token of one value, given as its dictionary number (platform: its position in the closed list). */
export function filterToken(field: TokenField, number: number): string {
  return PREFIX[field] + number.toString(36);
}

/** The token of a month as `monthOf` counts them. */
export function monthToken(month: number): string {
  return MONTH_PREFIX + (month === UNDATED_MONTH ? 'undated' : month < 0 ? `m${(-month).toString(36)}` : month.toString(36));
}

/** Whole months (UTC) since January of the year 0, or `UNDATED_MONTH`. */
export function monthOf(sentAt: number | null): number {
  if (sentAt === null || Number.isNaN(sentAt)) return UNDATED_MONTH;
  const date = new Date(sentAt);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** The tokens of one message, joined by spaces; a message without a sender has no token for it. */
export function messageTokens(numbers: Readonly<Record<TokenField, number>>, sentAt: number | null): string {
  const sender = numbers.senderId === 0 ? '' : ` ${filterToken('senderId', numbers.senderId)}`;
  return (
    `${filterToken('identitySpace', numbers.identitySpace)} ${filterToken('platform', numbers.platform)} ` +
    `${filterToken('conversationId', numbers.conversationId)}${sender} ${monthToken(monthOf(sentAt))}`
  );
}
