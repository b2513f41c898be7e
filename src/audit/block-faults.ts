import { hashOfBlock, type AuditBlock } from './audit-block.js';
import type { AuditFault } from './audit-fault.js';

/** What the next block is compared with. */
export type BlockBefore = Pick<AuditBlock, 'sequence' | 'hash' | 'writtenAt'>;

/** A fault of one block, in words. */
export interface BlockFault {
  readonly fault: AuditFault;
  readonly problem: string;
}

/**
 * What is wrong with a block, by itself and behind the one before it (null: not known): numbers without a gap from 1, its own hash, its
 * predecessor's, times that do not run backwards.
 */
export function blockFaults(block: AuditBlock, before: BlockBefore | null): readonly BlockFault[] {
  return [
    before === null ? null : orderFault(block.sequence, before.sequence),
    before === null || block.previousHash === before.hash
      ? null
      : ({ fault: 'link_broken', problem: 'it does not name the hash of the block before' } as const),
    block.hash === hashOfBlock(block) ? null : ({ fault: 'block_changed', problem: 'its content is not what was hashed' } as const),
    block.events.length > 0 ? null : ({ fault: 'block_empty', problem: 'it has no events' } as const),
    before === null || block.writtenAt >= before.writtenAt
      ? null
      : ({ fault: 'clock_backwards', problem: 'the clock ran backwards' } as const),
  ].filter((fault) => fault !== null);
}

function orderFault(sequence: number, before: number): BlockFault | null {
  if (sequence === before + 1) return null;
  if (sequence <= before) return { fault: 'block_misplaced', problem: `it stands behind block ${before}` };
  const missing = sequence === before + 2 ? `block ${before + 1} is` : `blocks ${before + 1} to ${sequence - 1} are`;
  return { fault: 'blocks_missing', problem: `${missing} missing before it` };
}
