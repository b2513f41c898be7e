import { leavesOf, NO_BLOCK_HASH, type AuditBlock } from './audit-block.js';
import type { AuditFault, AuditProblem } from './audit-fault.js';
import { blockFaults, type BlockBefore } from './block-faults.js';
import { originOf, signatureFault, type SignedCheckpoint } from './checkpoint.js';
import { leafHash, MerkleRange } from './merkle-tree.js';
import type { PublicKeys } from './signing-key.js';

export interface AuditReport {
  readonly blocks: number;
  readonly events: number;
  /** Hash of the last block. */
  readonly headHash: string;
  /** RFC 6962 root over all events, hex. */
  readonly root: string;
  /** Checkpoints that this audit was compared with. */
  readonly checkpoints: number;
  /** The first events, as many as the greatest checkpoint counts that is right about them. A cut-off end behind them would not show. */
  readonly covered: number;
  /** Whether the signatures of the checkpoints were checked. */
  readonly isSignatureChecked: boolean;
  /** At most 1,000. */
  readonly problems: readonly AuditProblem[];
}

const PROBLEMS_LIMIT = 1_000;
const FIRST: BlockBefore = { sequence: 0, hash: NO_BLOCK_HASH, writtenAt: '' };

/** Checks an audit block by block, in constant memory: the chain, and what checkpoints say of its first events. */
export class AuditCheck {
  private readonly tree = new MerkleRange();
  private readonly problems: AuditProblem[] = [];
  /** By size; those before `next` were compared. */
  private readonly checkpoints: readonly SignedCheckpoint[];
  private next = 0;
  private before = FIRST;
  private origin: string | null = null;
  private blocks = 0;
  private covered = 0;

  /** `keys` null: signatures are not checked. */
  constructor(
    checkpoints: readonly SignedCheckpoint[],
    private readonly keys: PublicKeys | null,
  ) {
    const wrong = new Set(keys === null ? [] : checkpoints.filter((checkpoint) => this.refusesSignature(checkpoint, keys)));
    this.checkpoints = checkpoints.filter((checkpoint) => !wrong.has(checkpoint)).sort((left, right) => left.treeSize - right.treeSize);
    this.findForks();
  }

  /** The next block, in the order in which they stand; `line` of an export. */
  add(block: AuditBlock, line: number | null = null): void {
    for (const { fault, problem } of blockFaults(block, this.before)) this.note({ fault, problem, line, sequence: block.sequence });
    this.origin ??= originOf(block);
    this.before = block;
    this.blocks += 1;
    for (const [place, leaf] of leavesOf(block).entries()) {
      this.tree.append(leafHash(leaf));
      const isBlockEnd = place === block.events.length - 1;
      while (this.checkpoints[this.next]?.treeSize === this.tree.size) this.compare(this.checkpoints[this.next++]!, isBlockEnd);
    }
  }

  /** Something wrong that is not about a block. */
  note(problem: AuditProblem): void {
    if (this.problems.length < PROBLEMS_LIMIT) this.problems.push(problem);
  }

  /** After the last block. */
  end(): AuditReport {
    const { size } = this.tree;
    for (const checkpoint of this.checkpoints.slice(this.next)) {
      this.noteOf(checkpoint, 'log_shorter', `here are ${size}: the end was cut off, or an older state was put back`);
    }
    return {
      blocks: this.blocks,
      events: size,
      headHash: this.before.hash,
      root: this.tree.root().toString('hex'),
      checkpoints: this.checkpoints.length,
      covered: this.covered,
      isSignatureChecked: this.keys !== null,
      problems: this.problems,
    };
  }

  private compare(checkpoint: SignedCheckpoint, isBlockEnd: boolean): void {
    if (checkpoint.origin !== this.origin) {
      this.noteOf(checkpoint, 'other_log', 'it is one of another audit, or the first block was made anew');
    } else if (checkpoint.root !== this.tree.root().toString('hex')) {
      const same = this.covered === 0 ? '' : `; the first ${this.covered} are`;
      this.noteOf(checkpoint, 'root_different', `the first ones here are not those it was made of${same}`);
    } else if (!isBlockEnd) {
      // A block that was there is never added to.
      this.noteOf(checkpoint, 'root_different', 'its last block has more events here');
    } else {
      this.covered = checkpoint.treeSize;
    }
  }

  private refusesSignature(checkpoint: SignedCheckpoint, keys: PublicKeys): boolean {
    const fault = signatureFault(checkpoint, keys);
    if (fault === null) return false;
    this.noteOf(
      checkpoint,
      fault,
      fault === 'key_unknown' ? `it is signed with another key, ${checkpoint.keyId}` : 'its signature is wrong',
    );
    return true;
  }

  private findForks(): void {
    this.checkpoints.forEach((checkpoint, index) => {
      const before = this.checkpoints[index - 1];
      if (before?.treeSize === checkpoint.treeSize && before.root !== checkpoint.root) {
        this.noteOf(checkpoint, 'fork', `so does that of ${before.time}, with other events: one of the two audits is a forgery`);
      }
    });
  }

  private noteOf({ time, treeSize }: SignedCheckpoint, fault: AuditFault, what: string): void {
    this.note({ fault, sequence: null, line: null, problem: `the checkpoint of ${time} counts ${treeSize} events; ${what}` });
  }
}
