import type { Actor } from '../access/people.js';
import { canonicalHash } from '../audit/audit-block.js';
import type { HoldEvent } from '../audit/audit-event.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { Clock } from '../domain/clock.js';
import { newRecordId } from '../domain/record-id.js';
import { HoldfastError } from '../errors/errors.js';
import type { FilterNode } from '../query/ast.js';
import type { FieldValues } from '../query/fields.js';
import { checkScope } from './check-scope.js';
import { covers } from './covers.js';
import type { HoldClause, HoldRecord } from './hold-record.js';
import type { HoldEntry, HoldRegister, PendingRelease } from './hold-register.js';
import { finishPlacing, type Placed } from './finish-placing.js';
import type { RegisterStore } from './register-store.js';
import type { ClaimTools } from './settle-claim.js';

const KIND = 'hold';
const ATTEMPTS = 1_000;
const DAY = 86_400_000;

/** The matters, as far as holds ask about them. */
export interface MatterGate {
  /** Throws NOT_FOUND and MATTER_CLOSED. */
  requireOpen(matterId: string): Promise<unknown>;
  /** Opens it again if it was closed meanwhile. */
  reopen(actor: Actor, matterId: string): Promise<void>;
}

/** Everything holds use. Nothing of it is remembered between two calls. */
export interface HoldTools extends ClaimTools {
  readonly registers: RegisterStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
  /** UTC milliseconds; throws while the clock cannot be trusted with an end of protection. */
  readonly trustedNow: () => Promise<number>;
  readonly matters: MatterGate;
  /** Days for which a hold binds on after two people agreed to release it. */
  readonly releaseDays: number;
}

export interface HoldRequest {
  readonly matterId: string;
  readonly scope: FilterNode;
  /** True: the whole archive, which `scope` must not mean by chance. */
  readonly isWholeArchive?: boolean;
  readonly reason: string;
}

/** An entry that covers a message, or may. */
export interface HoldMatch {
  readonly entry: HoldEntry;
  readonly coverage: 'yes' | 'unknown';
}

/**
 * Places, widens and releases holds. Errors beside those that the methods name: HOLD_REGISTER_UNREADABLE, AUDIT_UNAVAILABLE (nothing
 * happened), and those of the engine (the act may have happened in part; it is repeated, or completed, without harm).
 */
export class HoldService {
  constructor(private readonly tools: HoldTools) {}

  /**
   * Places a hold; when it resolves as `active`, nothing that it covers can be destroyed any more. Idempotent by `holdId`. Throws
   * INPUT_INVALID (scope), NOT_FOUND and MATTER_CLOSED, HOLD_RELEASED, HOLD_PLACING with the hold's id: it is to be repeated, or completed.
   */
  async place(actor: Actor, request: HoldRequest, holdId = newRecordId(this.tools.clock.now())): Promise<Placed> {
    checkScope(request.scope, request.isWholeArchive ?? false);
    await this.tools.matters.requireOpen(request.matterId);
    const clause = this.clauseOf(actor, holdId, request.scope);
    const { matterId, reason } = request;
    const record: HoldRecord = { holdId, matterId, reason, clauses: [clause], request: null, releasedAt: null };
    await this.append('hold_placed', actor, holdId, clause);
    const created = await this.tools.catalog.create(KIND, holdId, record);
    const known = created === null ? await this.require(holdId) : record;
    if (known.releasedAt !== null) throw new HoldfastError('HOLD_RELEASED', '', { holdId });
    return this.enter(actor, known, known.clauses[0]!);
  }

  /** Adds a clause; those before stay active. Throws INPUT_INVALID, NOT_FOUND, HOLD_RELEASED and HOLD_PLACING. */
  async widen(actor: Actor, holdId: string, scope: FilterNode, isWholeArchive = false): Promise<Placed> {
    checkScope(scope, isWholeArchive);
    const { matterId } = await this.require(holdId);
    await this.tools.matters.requireOpen(matterId);
    if (!(await this.isLeft(holdId))) throw new HoldfastError('HOLD_RELEASED', '', { holdId });
    const clause = this.clauseOf(actor, newRecordId(this.tools.clock.now()), scope);
    await this.append('hold_widened', actor, holdId, clause);
    const record = await this.change(holdId, (known) => {
      // An answer may have been lost, although the clause was written.
      const isListed = known.clauses.some(({ entryId }) => entryId === clause.entryId);
      return isListed ? known : { ...known, clauses: [...known.clauses, clause] };
    });
    return this.enter(actor, record, clause);
  }

  /** Finishes every placing that was broken off, whoever began it. Throws HOLD_PLACING. */
  async complete(): Promise<readonly Placed[]> {
    const { register } = await this.tools.registers.read();
    const placed: Placed[] = [];
    for (const { entryId, state } of register.entries) if (state === 'placing') placed.push(await finishPlacing(this.tools, entryId));
    return placed;
  }

  /** Asks for a release; nothing changes until a second person agrees. Throws NOT_FOUND, HOLD_RELEASED and INPUT_INVALID (no reason). */
  async requestRelease(actor: Actor, holdId: string, reason: string): Promise<HoldRecord> {
    if (reason.trim() === '') throw new HoldfastError('INPUT_INVALID', 'reason: is missing.', { parameter: 'reason' });
    await this.require(holdId);
    if (!(await this.isLeft(holdId))) throw new HoldfastError('HOLD_RELEASED', '', { holdId });
    const requestedAt = this.tools.clock.now();
    await this.append('release_requested', actor, holdId);
    const request = { releaseId: newRecordId(requestedAt), requestedBy: actor, reason, requestedAt };
    return this.change(holdId, (known) => ({ ...known, request }));
  }

  /**
   * Agrees to the release that was asked for: the hold binds on for the time of cooling off. Throws NOT_FOUND (no hold, no request),
   * SECOND_PERSON_NEEDED, HOLD_RELEASED.
   */
  async approveRelease(actor: Actor, holdId: string): Promise<readonly HoldEntry[]> {
    const { request } = await this.require(holdId);
    if (request === null) throw new HoldfastError('NOT_FOUND', `a request to release hold ${holdId}`, { holdId });
    const { releaseId, requestedBy, reason } = request;
    if (requestedBy === actor) throw new HoldfastError('SECOND_PERSON_NEEDED', '', { holdId });
    const until = (await this.tools.trustedNow()) + this.tools.releaseDays * DAY;
    await this.append('release_approved', actor, holdId);
    const release = { releaseId, requestedBy, approvedBy: actor, reason, until };
    const entries = await this.beginRelease(holdId, release);
    await this.change(holdId, (known) => (known.request?.releaseId === releaseId ? { ...known, request: null } : known));
    return entries;
  }

  /** Who calls a release back changes the record, then the register: whoever is second sees the other. */
  private async beginRelease(holdId: string, release: PendingRelease): Promise<readonly HoldEntry[]> {
    const { registers } = this.tools;
    for (;;) {
      const read = await registers.read();
      await this.change(holdId, (known) => {
        if (known.request?.releaseId !== release.releaseId) throw new HoldfastError('NOT_FOUND', `the request to release hold ${holdId}`, { holdId });
        return known;
      });
      const entries = read.register.entries.map(
        (entry): HoldEntry => (entry.holdId === holdId && entry.state !== 'release_pending' ? { ...entry, state: 'release_pending', release } : entry),
      );
      const written = await registers.replace(read, { entries });
      if (written === null) continue;
      if (ofHold(written.register, holdId).length === 0) throw new HoldfastError('HOLD_RELEASED', '', { holdId });
      return ofHold(written.register, holdId);
    }
  }

  /**
   * Calls a release back, asked for or agreed to. An entry whose placing may never have been finished is placed again. Throws
   * NOT_FOUND, HOLD_RELEASED and HOLD_PLACING.
   */
  async recallRelease(actor: Actor, holdId: string): Promise<readonly HoldEntry[]> {
    await this.require(holdId);
    await this.append('release_recalled', actor, holdId);
    await this.change(holdId, (known) => ({ ...known, request: null }));
    await this.tools.registers.change(({ entries, claims }) => {
      if (!entries.some((entry) => entry.holdId === holdId)) throw new HoldfastError('HOLD_RELEASED', '', { holdId });
      const isPending = (entry: HoldEntry): boolean => entry.holdId === holdId && entry.state === 'release_pending';
      if (!entries.some(isPending)) return null;
      const stateOf = ({ placedAtEpoch }: HoldEntry) => (claims.some(({ claimedAtEpoch }) => claimedAtEpoch < placedAtEpoch) ? 'placing' : 'active');
      return { entries: entries.map((entry) => (isPending(entry) ? { ...entry, state: stateOf(entry), release: null } : entry)) };
    });
    const recalled = await this.tools.registers.change(() => null);
    for (const { entryId, state } of ofHold(recalled.register, holdId)) if (state === 'placing') await finishPlacing(this.tools, entryId);
    // Only what is proven may be called active.
    return ofHold((await this.tools.registers.change(() => null)).register, holdId);
  }

  /** Takes away the entries whose release has cooled off. The ids of the holds that are gone whole. */
  async completeReleases(actor: Actor): Promise<readonly string[]> {
    const { register } = await this.tools.registers.read();
    const isDue = (now: number) => ({ release }: HoldEntry): boolean => release !== null && release.until <= now;
    if (!register.entries.some(({ release }) => release !== null)) return [];
    const now = await this.tools.trustedNow();
    const due = register.entries.filter(isDue(now));
    for (const { entryId, holdId } of due) await this.append('hold_released', actor, holdId, { entryId });
    const releases = new Map(due.map(({ entryId, release }) => [entryId, release!.releaseId]));
    const isGone = (entry: HoldEntry): boolean => isDue(now)(entry) && releases.get(entry.entryId) === entry.release?.releaseId;
    const after = await this.tools.registers.change(({ entries }) => (entries.some(isGone) ? { entries: entries.filter((entry) => !isGone(entry)) } : null));
    const gone = [...new Set(due.map(({ holdId }) => holdId))].filter((holdId) => ofHold(after.register, holdId).length === 0);
    for (const holdId of gone) await this.change(holdId, (known) => ({ ...known, releasedAt: now }));
    return gone;
  }

  /** Every entry that covers a message with these facts, or may. */
  async holdsOf(values: FieldValues): Promise<readonly HoldMatch[]> {
    const { register } = await this.tools.registers.read();
    return register.entries.flatMap((entry) => {
      const coverage = covers(entry.scope, values);
      return coverage === 'no' ? [] : [{ entry, coverage }];
    });
  }

  /** The register as it reads now. */
  async register(): Promise<HoldRegister> {
    return (await this.tools.registers.read()).register;
  }

  async find(holdId: string): Promise<HoldRecord | null> {
    return (await this.tools.catalog.get<HoldRecord>(KIND, holdId))?.value ?? null;
  }

  /** The latest first. */
  async list(first: number, after?: string): Promise<readonly HoldRecord[]> {
    const records = await this.tools.catalog.list<HoldRecord>(KIND, { first, order: 'down', ...(after !== undefined && { after }) });
    return records.map(({ value }) => value);
  }

  /** From the compare-and-set on no new claim can include what the clause covers; then those before are settled. */
  private async enter(actor: Actor, { holdId, matterId }: HoldRecord, { entryId, scope }: HoldClause): Promise<Placed> {
    try {
      await this.tools.registers.change(({ epoch, entries }) => {
        if (entries.some((entry) => entry.entryId === entryId)) return null;
        const entry: HoldEntry = { entryId, holdId, matterId, scope, state: 'placing', placedAtEpoch: epoch + 1, release: null };
        return { entries: [...entries, entry] };
      });
    } catch (cause) {
      throw new HoldfastError('HOLD_PLACING', 'The hold register did not answer.', { holdId, entryId, unsettled: null }, { cause });
    }
    // A matter that was closed meanwhile: who closes looks at the register afterwards too, and one of the two sees the other.
    await this.tools.matters.reopen(actor, matterId);
    return finishPlacing(this.tools, entryId, actor);
  }

  private clauseOf(actor: Actor, entryId: string, scope: FilterNode): HoldClause {
    return { entryId, scope, placedBy: actor, placedAt: this.tools.clock.now() };
  }

  private async isLeft(holdId: string): Promise<boolean> {
    return ofHold((await this.tools.registers.read()).register, holdId).length > 0;
  }

  private async require(holdId: string): Promise<HoldRecord> {
    const record = await this.find(holdId);
    if (record === null) throw new HoldfastError('NOT_FOUND', `hold ${holdId}`, { holdId });
    return record;
  }

  private async change(holdId: string, next: (known: HoldRecord) => HoldRecord): Promise<HoldRecord> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const known = await this.tools.catalog.get<HoldRecord>(KIND, holdId);
      // It was found before: an old copy answered.
      if (known === null) continue;
      const changed = await this.tools.catalog.replace(KIND, holdId, known.version, next(known.value));
      if (changed !== null) return changed.value;
    }
    throw new HoldfastError('ENGINE_BUSY', `Hold ${holdId} is being changed by others.`, { holdId });
  }

  private async append(kind: HoldEvent['kind'], viewer: Actor, holdId: string, clause?: Partial<HoldClause>): Promise<void> {
    const scopeHash = clause?.scope === undefined ? null : canonicalHash(clause.scope);
    await this.tools.audit.append({ kind, viewer, holdId, entryId: clause?.entryId ?? null, scopeHash });
  }
}

function ofHold({ entries }: HoldRegister, holdId: string): readonly HoldEntry[] {
  return entries.filter((entry) => entry.holdId === holdId);
}
