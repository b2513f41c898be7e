import type { Actor } from '../access/people.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { CatalogRecord, CatalogStore } from '../catalog/catalog-store.js';
import type { Clock } from '../domain/clock.js';
import { HoldfastError } from '../errors/errors.js';

const KIND = 'clock';
const ID = 'guard';
const ATTEMPTS = 100;
const HOUR = 3_600_000;
/** A server that runs, or is started once a day, never gets there. */
export const LONGEST_STEP = 26 * HOUR;
/** What adjusting a clock may take back. */
export const LONGEST_RETURN = 5 * 60_000;

/** What the clock did that no clock does. Times are UTC milliseconds. */
export interface ClockDoubt {
  readonly kind: 'jumped' | 'went_back';
  /** What the clock showed last, or latest. */
  readonly from: number;
  /** What it showed then. */
  readonly to: number;
}

/** What is kept of the clock. Times are UTC milliseconds. */
export interface ClockState {
  /** The latest time that was ever seen, up to the last acknowledgement. */
  readonly maxSeenNow: number;
  /** The time seen last. */
  readonly heartbeatAt: number;
  /** Set: nothing is destroyed until a person has acknowledged it. */
  readonly doubt: ClockDoubt | null;
  readonly acknowledged: { readonly by: Actor; readonly at: number } | null;
}

/**
 * Watches the clock that ends retention periods: one that is put forward would destroy everything at once. A step of more than 26 hours
 * since the last look, or more than 5 minutes back, suspends disposition until somebody acknowledges the time.
 */
export class ClockGuard {
  constructor(
    private readonly catalog: CatalogStore,
    private readonly clock: Clock,
    private readonly audit: Pick<AuditLog, 'append'>,
  ) {}

  /** UTC milliseconds, when the clock can be trusted. Throws DISPOSITION_SUSPENDED. */
  async now(): Promise<number> {
    const { doubt, heartbeatAt } = await this.look();
    if (doubt === null) return heartbeatAt;
    const [from, to] = [doubt.from, doubt.to].map((time) => new Date(time).toISOString()) as [string, string];
    const what = doubt.kind === 'jumped' ? 'jumped' : 'went back';
    throw new HoldfastError('DISPOSITION_SUSPENDED', `The clock ${what} from ${from} to ${to}.`, { reason: 'clock', from, to });
  }

  /** Looks at the clock and remembers what it shows. Looking often enough (once an hour) keeps an honest clock free of doubt. */
  async look(): Promise<ClockState> {
    return this.change((state) => {
      const now = this.clock.now();
      if (state === null) return { maxSeenNow: now, heartbeatAt: now, doubt: null, acknowledged: null };
      // a record without the member is one that cannot be read, and that is doubted below
      if ((state.doubt ?? null) !== null) return state;
      const doubt = doubtOf(state, now);
      return doubt === null ? { ...state, maxSeenNow: Math.max(state.maxSeenNow, now), heartbeatAt: now } : { ...state, doubt };
    });
  }

  /** What was seen last, without a look at the clock; null: it was never looked at. */
  async state(): Promise<ClockState | null> {
    return (await this.catalog.get<ClockState>(KIND, ID))?.value ?? null;
  }

  /** Takes the time that the clock shows for right from now on. Throws AUDIT_UNAVAILABLE: then nothing is acknowledged. */
  async acknowledge(actor: Actor): Promise<ClockState> {
    const now = this.clock.now();
    await this.audit.append({ kind: 'clock_acknowledged', viewer: actor, shownAt: now });
    return this.change(() => ({ maxSeenNow: now, heartbeatAt: now, doubt: null, acknowledged: { by: actor, at: now } }));
  }

  private async change(next: (state: ClockState | null) => ClockState): Promise<ClockState> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const known = await this.catalog.get<ClockState>(KIND, ID);
      const written = await this.write(known, next(known?.value ?? null));
      if (written !== null) return written.value;
    }
    throw new HoldfastError('ENGINE_BUSY', 'The state of the clock is being changed by others.');
  }

  private write(known: CatalogRecord<ClockState> | null, state: ClockState): Promise<CatalogRecord<ClockState> | null> {
    return known === null ? this.catalog.create(KIND, ID, state) : this.catalog.replace(KIND, ID, known.version, state);
  }
}

function doubtOf({ maxSeenNow, heartbeatAt }: ClockState, now: number): ClockDoubt | null {
  if (!Number.isFinite(heartbeatAt) || !Number.isFinite(maxSeenNow)) return { kind: 'jumped', from: 0, to: now };
  if (now - heartbeatAt > LONGEST_STEP) return { kind: 'jumped', from: heartbeatAt, to: now };
  return maxSeenNow - now <= LONGEST_RETURN ? null : { kind: 'went_back', from: maxSeenNow, to: now };
}
