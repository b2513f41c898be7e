import type { CatalogStore } from '../catalog/catalog-store.js';
import { HoldfastError } from '../errors/errors.js';
import { eventId, leavesOf, type AuditBlock } from './audit-block.js';
import { blockFaults } from './block-faults.js';
import type { Span } from './merkle-proofs.js';
import { leafHash, MerkleRange } from './merkle-tree.js';
import { readBlocks } from './read-blocks.js';

const HEIGHT = 12;
/** Events of a segment. */
export const SEGMENT = 2 ** HEIGHT;
const PAGE = 500;
const ID_DIGITS = 12;

/** 4,096 events in a row, as the catalog keeps them beside the blocks: made from those, created once. */
interface Segment {
  /** Of their subtree, hex. */
  readonly root: string;
  /** Where the next one begins: a block and, in it, a place. */
  readonly next: Place;
}

interface Place {
  readonly sequence: number;
  readonly place: number;
}

/** The events of one segment, or of what is behind the last one. */
interface Stretch {
  readonly ids: readonly string[];
  readonly leaves: readonly Buffer[];
  readonly next: Place;
}

export interface TreeHead {
  /** Events. */
  readonly size: number;
  readonly root: Buffer;
}

/**
 * The RFC 6962 tree over the events of the audit. Nothing of it is kept when events are written: whoever needs it reads the roots of the
 * segments and the blocks behind the last one, 4,095 events at most once `store` has run, however long the audit is.
 */
export class AuditTree {
  private readonly stretches = new Map<number, Stretch>();

  private constructor(
    private readonly catalog: CatalogStore,
    private readonly segments: Segment[],
    private stored: number,
  ) {}

  static async open(catalog: CatalogStore): Promise<AuditTree> {
    const segments: Segment[] = [];
    for (let after = ''; ;) {
      const page = await catalog.list<Segment>('audit-segment', { first: PAGE, after });
      segments.push(...page.map(({ value }) => value));
      if (page.length < PAGE) return new AuditTree(catalog, segments, segments.length);
      after = page.at(-1)!.id;
    }
  }

  /** As long as the audit is at this moment. Throws AUDIT_BROKEN where the chain behind the last segment is. */
  async head(): Promise<TreeHead> {
    await this.extend(Infinity);
    const { leaves } = await this.stretch(this.segments.length);
    const size = this.segments.length * SEGMENT + leaves.length;
    return { size, root: await this.rootOf({ from: 0, to: size }) };
  }

  /** Keeps the segments that were found complete. */
  async store(): Promise<void> {
    for (; this.stored < this.segments.length; this.stored += 1) {
      // Another process may have kept it: it is the same.
      await this.catalog.create('audit-segment', String(this.stored).padStart(ID_DIGITS, '0'), this.segments[this.stored]);
    }
  }

  /** The root over some events: a whole tree, or a subtree of one. Throws AUDIT_BROKEN where the audit has fewer. */
  async rootOf({ from, to }: Span): Promise<Buffer> {
    await this.extend(Math.floor(to / SEGMENT));
    if (this.segments.length < Math.floor(to / SEGMENT)) throw shorter(to);
    const range = new MerkleRange();
    for (let at = from; at < to;) {
      const index = Math.floor(at / SEGMENT);
      const start = index * SEGMENT;
      const end = Math.min(to, start + SEGMENT);
      if (at === start && end === start + SEGMENT) {
        range.append(Buffer.from(this.segments[index]!.root, 'hex'), HEIGHT);
      } else {
        const { leaves } = await this.stretch(index);
        if (start + leaves.length < end) throw shorter(to);
        for (const leaf of leaves.slice(at - start, end - start)) range.append(leaf);
      }
      at = end;
    }
    return range.root();
  }

  /** How many events come before one; null where there is no such event. */
  async indexOf(sequence: number, place: number): Promise<number | null> {
    const after = this.segments.findIndex(({ next }) => sequence < next.sequence || (sequence === next.sequence && place < next.place));
    const index = after < 0 ? this.segments.length : after;
    const within = (await this.stretch(index)).ids.indexOf(eventId(sequence, place));
    return within < 0 ? null : index * SEGMENT + within;
  }

  /** Reads on until so many segments are known, or the audit ends. */
  private async extend(segments: number): Promise<void> {
    if (this.segments.length >= segments) return;
    for await (const stretch of this.readStretches(this.startOf(this.segments.length))) {
      if (stretch.leaves.length < SEGMENT) {
        this.stretches.set(this.segments.length, stretch);
        return;
      }
      const range = new MerkleRange();
      for (const leaf of stretch.leaves) range.append(leaf);
      this.segments.push({ root: range.root().toString('hex'), next: stretch.next });
      if (this.segments.length === segments) return;
    }
  }

  /** The events of a segment, up to 4,096; `index` may be the one behind the last. */
  private async stretch(index: number): Promise<Stretch> {
    const known = this.stretches.get(index);
    if (known !== undefined) return known;
    const { value: stretch } = (await this.readStretches(this.startOf(index)).next()) as IteratorYieldResult<Stretch>;
    this.stretches.set(index, stretch);
    return stretch;
  }

  private startOf(index: number): Place {
    return index === 0 ? { sequence: 1, place: 0 } : this.segments[index - 1]!.next;
  }

  /** Every 4,096 events from a place on; the last ones, fewer or none, end it. */
  private async *readStretches(start: Place): AsyncGenerator<Stretch> {
    let [ids, leaves]: [string[], Buffer[]] = [[], []];
    let next = start;
    let before: AuditBlock | null = null;
    for await (const { value: block } of readBlocks(this.catalog, start.sequence - 1)) {
      requireWhole(block, before);
      before = block;
      for (const [place, leaf] of leavesOf(block).entries()) {
        if (block.sequence === start.sequence && place < start.place) continue;
        ids.push(eventId(block.sequence, place));
        leaves.push(leafHash(leaf));
        next = { sequence: block.sequence, place: place + 1 };
        if (leaves.length < SEGMENT) continue;
        yield { ids, leaves, next };
        [ids, leaves] = [[], []];
      }
    }
    yield { ids, leaves, next };
  }
}

/** Nothing is proven, or signed, over a chain that is broken there. */
function requireWhole(block: AuditBlock, before: AuditBlock | null): void {
  const [fault] = blockFaults(block, before).filter((each) => each.fault !== 'clock_backwards');
  if (fault === undefined) return;
  throw new HoldfastError('AUDIT_BROKEN', `Block ${block.sequence}: ${fault.problem}.`, { block: block.sequence, fault: fault.fault });
}

function shorter(size: number): HoldfastError {
  return new HoldfastError('AUDIT_BROKEN', `It has less than ${size} events.`, { events: size });
}
