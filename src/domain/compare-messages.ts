/** The part of a message that decides its place in a list. */
export interface SortKey {
  readonly id: string;
  readonly sentAt: number | null;
}

/** Oldest first by (sentAt, id); undated messages after all dated ones. */
export function compareOldestFirst(left: SortKey, right: SortKey): number {
  return compareUndated(left, right) ?? ((left.sentAt as number) - (right.sentAt as number) || compareIds(left, right));
}

/** Newest first by (sentAt, id); undated messages after all dated ones in this direction too. */
export function compareNewestFirst(left: SortKey, right: SortKey): number {
  return compareUndated(left, right) ?? ((right.sentAt as number) - (left.sentAt as number) || compareIds(right, left));
}

/** Undated messages have no direction: always by id, upwards. Null when both are dated. */
function compareUndated(left: SortKey, right: SortKey): number | null {
  if (left.sentAt !== null && right.sentAt !== null) return null;
  if (left.sentAt === null && right.sentAt === null) return compareIds(left, right);
  return left.sentAt === null ? 1 : -1;
}

function compareIds(left: SortKey, right: SortKey): number {
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}
