import { canonicalJson, leavesOf, NO_BLOCK_HASH, sealBlock, type AuditBlock, type AuditEntry } from '../../src/audit/audit-block.js';
import { originOf, signCheckpoint, type SignedCheckpoint } from '../../src/audit/checkpoint.js';
import { leafHash, MerkleRange } from '../../src/audit/merkle-tree.js';
import type { SigningKey } from '../../src/audit/signing-key.js';

/** Blocks with so many events each, a second apart. */
export function chainOf(sizes: readonly number[]): AuditBlock[] {
  let number = 0;
  const contents = sizes.map((size, index) => ({
    sequence: index + 1,
    writtenAt: timeOf(index),
    events: Array.from({ length: size }, (): AuditEntry => {
      number += 1;
      return { kind: 'message_opened', viewer: 'tester', messageId: `message-${number}`, at: timeOf(index) };
    }),
  }));
  return chained(contents);
}

/** The same blocks as somebody would forge them: with every link and hash made anew from `from` on. */
export function chained(blocks: readonly Omit<AuditBlock, 'hash' | 'previousHash'>[], from = 0): AuditBlock[] {
  const made: AuditBlock[] = [];
  blocks.forEach((block, index) => {
    const { hash: _hash, ...content } = block as AuditBlock;
    made.push(
      index < from
        ? (block as AuditBlock)
        : sealBlock({ ...content, sequence: index + 1, previousHash: made.at(-1)?.hash ?? NO_BLOCK_HASH }),
    );
  });
  return made;
}

/** As `holdfast audit export` writes it. */
export function exportOf(blocks: readonly AuditBlock[]): string {
  return blocks.map((block) => `${canonicalJson(block)}\n`).join('');
}

/** What `holdfast audit checkpoint` would sign behind these blocks, made without reading them from an archive. */
export function checkpointOf(blocks: readonly AuditBlock[], key: SigningKey, time = timeOf(blocks.length)): SignedCheckpoint {
  const tree = new MerkleRange();
  for (const leaf of blocks.flatMap(leavesOf)) tree.append(leafHash(leaf));
  return signCheckpoint({ origin: originOf(blocks[0]!), treeSize: tree.size, root: tree.root().toString('hex'), time }, key);
}

function timeOf(index: number): string {
  return new Date(Date.UTC(2026, 0, 1) + index * 1_000).toISOString();
}
