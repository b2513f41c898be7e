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
  private head: Pick<AuditBlock, 'sequence' | 'hash'> | null = null;

  constructor(
    private readonly catalog: CatalogStore,
    private readonly clock: Clock,
    private readonly noteFailed: NoteFailed = () => {},
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
        await this.write(batch.map((waiting) => waiting.entry));
        batch.forEach((waiting) => waiting.resolve());
      } catch (cause) {
        this.head = null;
        batch.forEach((waiting) => waiting.reject(new HoldfastError('AUDIT_UNAVAILABLE', '', {}, { cause })));
      }
    }
    // At once: who comes now starts anew.
    this.writing = null;
  }

  private async write(events: readonly AuditEntry[]): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      this.head ??= await this.readHead();
      const block = sealBlock({
        sequence: this.head.sequence + 1,
        previousHash: this.head.hash,
        writtenAt: this.timestamp(),
        events,
      });
      if ((await this.catalog.create('audit-block', blockId(block.sequence), block)) !== null) {
        this.head = block;
        return;
      }
      // Another process took the number: its block is nearer than the end of a list.
      this.head = attempt < STEPS ? await this.readBlock(block.sequence) : null;
    }
    throw new Error('other processes took every block number');
  }

  private async readBlock(sequence: number): Promise<AuditBlock | null> {
    return (await this.catalog.get<AuditBlock>('audit-block', blockId(sequence)))?.value ?? null;
  }

  private async readHead(): Promise<Pick<AuditBlock, 'sequence' | 'hash'>> {
    const [last] = await this.catalog.list<AuditBlock>('audit-block', { first: 1, order: 'down' });
    return last?.value ?? { sequence: 0, hash: NO_BLOCK_HASH };
  }

  private timestamp(): string {
    return new Date(this.clock.now()).toISOString();
  }
}
