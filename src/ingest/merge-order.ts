/*
 * Total orders and joins of single values, the bricks of `merge-message.ts`. Every `join…` here is commutative, associative
 * and idempotent; a value that says nothing (null, an empty string, an empty list) loses against any other.
 */

/** By UTF-16 unit, as `<` compares; the same on every machine, unlike a locale's order. */
export function compareStrings(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The smaller of two known strings: arbitrary, but the same in every order of arrival. */
export function joinStrings<Value extends string | null>(left: Value, right: Value): Value {
  if (left === null || left === '') return right === null ? left : right;
  if (right === null || right === '') return left;
  return left < right ? left : right;
}

export function earliest(left: number | null, right: number | null): number | null {
  return left === null ? right : right === null ? left : Math.min(left, right);
}

export function latest(left: number | null, right: number | null): number | null {
  return left === null ? right : right === null ? left : Math.max(left, right);
}

/** The one that comes later in `ranking`. */
export function joinRanked<Value>(ranking: readonly Value[], left: Value, right: Value): Value {
  return ranking.indexOf(left) >= ranking.indexOf(right) ? left : right;
}

/** The greater of two values as a whole: the one that says more, so that nothing is put together that never stood together. */
export function joinWhole<Value>(left: Value, right: Value): Value {
  const [one, other] = [canonicalJson(left), canonicalJson(right)];
  return (one.length - other.length || compareStrings(one, other)) >= 0 ? left : right;
}

/** Union, sorted, each once. */
export function joinSets<Value extends string>(left: readonly Value[], right: readonly Value[]): readonly Value[] {
  return [...new Set([...left, ...right])].sort(compareStrings);
}

/** Union by key, sorted by it; two of one key are joined. */
export function joinKeyed<Value>(
  left: readonly Value[],
  right: readonly Value[],
  keyOf: (value: Value) => string,
  join: (one: Value, other: Value) => Value,
): readonly Value[] {
  const joined = new Map<string, Value>();
  for (const value of [...left, ...right]) {
    const key = keyOf(value);
    const known = joined.get(key);
    joined.set(key, known === undefined ? value : join(known, value));
  }
  return [...joined].sort(([one], [other]) => compareStrings(one, other)).map(([, value]) => value);
}

/** Whether two JSON values are equal, as `canonicalJson` would tell, but without writing them. */
export function isSameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((value, index) => isSameJson(value, right[index]));
  }
  if (Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSameJson(left[key as keyof typeof left], right[key as keyof typeof right]))
  );
}

/** JSON with sorted keys: equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${entries
    .sort(([one], [other]) => compareStrings(one, other))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`)
    .join()}}`;
}
