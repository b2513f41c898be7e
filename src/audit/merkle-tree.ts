import { createHash } from 'node:crypto';

/** RFC 6962, 2.1: leaves and inner nodes are hashed behind different bytes, so that neither can pass for the other. */
const LEAF_BYTE = Buffer.of(0);
const NODE_BYTE = Buffer.of(1);

/** The root of a tree without leaves. */
export const EMPTY_ROOT = createHash('sha256').digest();

/** SHA-256 of a leaf; text counts as UTF-8. */
export function leafHash(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(LEAF_BYTE).update(data).digest();
}

/** SHA-256 of the node above two others. */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(NODE_BYTE).update(left).update(right).digest();
}

/** A tree that grows at its end and remembers one hash for each power of two in its size: enough for its root. */
export class MerkleRange {
  private readonly complete: { readonly hash: Buffer; readonly height: number }[] = [];
  private leaves = 0;

  /** Leaves so far. */
  get size(): number {
    return this.leaves;
  }

  /** Adds a leaf by its hash, or the root of 2^height leaves where the size so far is a multiple of that. */
  append(hash: Buffer, height = 0): void {
    this.leaves += 2 ** height;
    let node = { hash, height };
    while (this.complete.at(-1)?.height === node.height) {
      node = { hash: nodeHash(this.complete.pop()!.hash, node.hash), height: node.height + 1 };
    }
    this.complete.push(node);
  }

  /** RFC 6962's MTH of the leaves so far. */
  root(): Buffer {
    if (this.complete.length === 0) return EMPTY_ROOT;
    return this.complete.map(({ hash }) => hash).reduceRight((right, left) => nodeHash(left, right));
  }
}
