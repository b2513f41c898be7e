import { nodeHash } from './merkle-tree.js';

/** Leaves from `from` up to, and without, `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The subtrees whose roots show that a leaf (0-based) stands in a tree, from the leaf upwards. Throws RangeError where there is no such leaf. */
export function inclusionSpans(index: number, size: number): readonly Span[] {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError('no such leaf');
  const spans: Span[] = [];
  for (let [from, to] = [0, size]; to - from > 1;) {
    const middle = middleOf(from, to);
    const isLeft = index < middle;
    spans.push(isLeft ? { from: middle, to } : { from, to: middle });
    if (isLeft) to = middle;
    else from = middle;
  }
  return spans.reverse();
}

/**
 * The subtrees whose roots show that a tree begins with an older one of `older` leaves, as RFC 6962 orders them. The first span ends at
 * `older` unless the older tree is itself a subtree. Throws RangeError where there is no such older tree.
 */
export function consistencySpans(older: number, size: number): readonly Span[] {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(older) || older < 1 || older > size) throw new RangeError('no such tree');
  const spans: Span[] = [];
  let [from, to] = [0, size];
  while (older < to) {
    const middle = middleOf(from, to);
    const isLeft = older <= middle;
    spans.push(isLeft ? { from: middle, to } : { from, to: middle });
    if (isLeft) to = middle;
    else from = middle;
  }
  if (from > 0) spans.push({ from, to });
  return spans.reverse();
}

/** Whether the path leads from the leaf's hash to the root. */
export function provesInclusion(leaf: Buffer, index: number, size: number, path: readonly Buffer[], root: Buffer): boolean {
  const spans = spansOrNull(() => inclusionSpans(index, size));
  if (spans?.length !== path.length) return false;
  const top = spans.reduce((hash, span, at) => (span.to <= index ? nodeHash(path[at]!, hash) : nodeHash(hash, path[at]!)), leaf);
  return top.equals(root);
}

/** Whether the path shows that the tree begins with the older one. */
export function provesConsistency(
  older: { readonly size: number; readonly root: Buffer },
  newer: { readonly size: number; readonly root: Buffer },
  path: readonly Buffer[],
): boolean {
  const spans = spansOrNull(() => consistencySpans(older.size, newer.size));
  if (spans?.length !== path.length) return false;
  const isApart = spans[0]?.to === older.size;
  const start = isApart ? path[0]! : older.root;
  let [oldRoot, newRoot] = [start, start];
  for (let at = isApart ? 1 : 0; at < path.length; at += 1) {
    const hash = path[at]!;
    if (spans[at]!.to <= older.size) [oldRoot, newRoot] = [nodeHash(hash, oldRoot), nodeHash(hash, newRoot)];
    else newRoot = nodeHash(newRoot, hash);
  }
  return oldRoot.equals(older.root) && newRoot.equals(newer.root);
}

/** Where RFC 6962 parts a tree: the left side has the greatest power of two of leaves that is less than all. */
function middleOf(from: number, to: number): number {
  let left = 1;
  while (left * 2 < to - from) left *= 2;
  return from + left;
}

function spansOrNull(spans: () => readonly Span[]): readonly Span[] | null {
  try {
    return spans();
  } catch {
    return null;
  }
}
