import type { CatalogStore } from '../catalog/catalog-store.js';
import type { Clock } from '../domain/clock.js';
import { HoldfastError } from '../errors/errors.js';
import { blockId, NO_BLOCK_HASH, sealBlock, type AuditBlock, type AuditEntry } from './audit-block.js';
import type { AuditEvent } from './audit-event.js';

const EVENTS_PER_BLOCK = 1_000;
/** Milliseconds that a note may wait for an event to take it along. */
const LONGEST_WAIT = 1_000;
/** Blocks of other processes that are read one after the other before the last one is looked for. */
const STEPS = 3;
/** How often another process may take the number before giving up. */
const ATTEMPTS = 100;
/** Milliseconds that a block may take, where nothing else is said. */
const LONGEST_WRITE = 30_000;

/** What the next block goes on from. */
type Head = Pick<AuditBlock, 'sequence' | 'hash'>;

interface Waiting {
  readonly entry: AuditEntry;
  readonly resolve: () => void;
  readonly reject: (error: HoldfastError) => void;
}

/** Says that a note could not be written; the next event finds the audit out of order and stops its act. */
export type NoteFailed = (error: HoldfastError) => void;

/**
 * The audit's one appender in this process. Events that arrive while a block is being written go into the next one, so
 * many callers share one write. An event is in the audit when `append` resolves, and what it is about must not happen,
 * or be shown, before: AUDIT_UNAVAILABLE means stop.
 */
export class AuditLog {
  private readonly waiting: Waiting[] = [];
  private writing: Promise<void> | null = null;
  private notes: NodeJS.Timeout | null = null;
  /** The last block known; null before the first read, and after a failure, whose outcome is unknown. */
  private head: Head | null = null;

  /** `longestWrite`: milliseconds after which a block that is being written counts as failed. */
  constructor(
    private readonly catalog: CatalogStore,
    private readonly clock: Clock,
    private readonly noteFailed: NoteFailed = () => {},
    private readonly longestWrite = LONGEST_WRITE,
  ) {}

  /** Resolves when the event's block is stored. Throws AUDIT_UNAVAILABLE. */
  append(event: AuditEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ entry: { ...event, at: this.timestamp() }, resolve, reject });
      this.startWriting();
    });
  }

  /**
   * Adds what became of an event that is in the audit already: it goes into the next block, within a second, and nobody
   * waits for it. Lost when the process is killed before; the event itself is not.
   */
  note(event: AuditEvent): void {
    this.waiting.push({ entry: { ...event, at: this.timestamp() }, resolve: () => {}, reject: this.noteFailed });
    this.notes ??= setTimeout(() => void this.flush(), LONGEST_WAIT);
  }

  /** Writes the notes that wait. */
  async flush(): Promise<void> {
    clearTimeout(this.notes ?? undefined);
    this.notes = null;
    this.startWriting();
    await this.writing;
  }

  private startWriting(): void {
    if (this.waiting.length > 0) this.writing ??= this.writeAll();
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, EVENTS_PER_BLOCK);
      try {
        this.head = await this.writeInTime(batch.map((waiting) => waiting.entry));
        batch.forEach((waiting) => waiting.resolve());
      } catch (cause) {
        this.head = null;
        // Those who came meanwhile would wait as long, one block after the other, to hear the same.
        const failed = [...batch, ...this.waiting.splice(0)];
        failed.forEach((waiting) => waiting.reject(new HoldfastError('AUDIT_UNAVAILABLE', '', {}, { cause })));
      }
    }
    // At once: who comes now starts anew.
    this.writing = null;
  }

  /** A write that takes too long is given up. It may still end well: then its events are in the audit of acts that did not happen. */
  private async writeInTime(events: readonly AuditEntry[]): Promise<Head> {
    const givenUp = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the catalog took too long')), this.longestWrite);
    });
    try {
      return await Promise.race([this.write(events, givenUp.signal), late]);
    } finally {
      clearTimeout(timer);
      givenUp.abort();
    }
  }

  private async write(events: readonly AuditEntry[], givenUp: AbortSignal): Promise<Head> {
    let { head } = this;
    for (let attempt = 0; attempt < ATTEMPTS && !givenUp.aborted; attempt += 1) {
      head ??= await this.readHead();
      const block = sealBlock({ sequence: head.sequence + 1, previousHash: head.hash, writtenAt: this.timestamp(), events });
      if ((await this.catalog.create('audit-block', blockId(block.sequence), block)) !== null) return block;
      // Another process took the number: its block is nearer than the end of a list.
      head = attempt < STEPS ? await this.readBlock(block.sequence) : null;
    }
    throw new Error('other processes took every block number');
  }

  private async readBlock(sequence: number): Promise<AuditBlock | null> {
    return (await this.catalog.get<AuditBlock>('audit-block', blockId(sequence)))?.value ?? null;
  }

  private async readHead(): Promise<Head> {
    const [last] = await this.catalog.list<AuditBlock>('audit-block', { first: 1, order: 'down' });
    return last?.value ?? { sequence: 0, hash: NO_BLOCK_HASH };
  }

  private timestamp(): string {
    return new Date(this.clock.now()).toISOString();
  }
}
