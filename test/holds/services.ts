import { AuditLog } from '../../src/audit/audit-log.js';
import type { BlobToken } from '../../src/domain/blob-token.js';
import { Clock } from '../../src/domain/clock.js';
import type { DisposalTools } from '../../src/disposition/disposal-tools.js';
import { DispositionService } from '../../src/disposition/disposition.service.js';
import { finishClaims } from '../../src/disposition/finish-claims.js';
import type { Candidates } from '../../src/disposition/propose.js';
import type { Placed } from '../../src/holds/finish-placing.js';
import { HoldService } from '../../src/holds/hold.service.js';
import { Rebuilding } from '../../src/holds/rebuilding.js';
import { RefuseDestroyed } from '../../src/holds/refuse-destroyed.js';
import { RegisterStore } from '../../src/holds/register-store.js';
import { storeBatch } from '../../src/ingest/store-batch.js';
import { CaptureReader } from '../../src/retention/capture-reader.js';
import type { PolicyDraft } from '../../src/retention/change-policies.js';
import { PolicyStore } from '../../src/retention/policy-store.js';
import { RetentionRules } from '../../src/retention/retention-rules.js';
import type { PolicySet } from '../../src/retention/retention-policy.js';
import { scopeOf, SENT, type Copy, type Scope } from './cast.js';
import { FaultyCatalog, noAnswer, type CatalogTruth } from './faulty-catalog.js';
import { FaultyIndexEraser, FaultyIndexWriter } from './faulty-engine.js';
import { CONTEXT, quickMerge, quickPrepare } from './quick-analysis.js';
import type { MessageTruth } from './message-truth.js';
import type { Process, Scheduler } from './scheduler.js';
import type { Witness } from './witness.js';

const MATTER = 'matter';
const RUN = { id: CONTEXT.importRunId, startedAt: SENT };
const RETAIN: PolicyDraft = {
  ...{ id: 'retain', name: 'retain', filter: { kind: 'all' }, action: 'retain', period: 'P100Y', until: null },
  ...{ trigger: { kind: 'sent', isTrusted: true }, timeZone: 'UTC', mode: 'operational', scope: 'global' },
};

class SimulatedClock extends Clock {
  constructor(private readonly scheduler: Scheduler) {
    super();
  }

  now(): number {
    return this.scheduler.time;
  }
}

/** What all processes of a history share. */
export interface Stage {
  readonly scheduler: Scheduler;
  readonly messages: MessageTruth;
  readonly catalog: CatalogTruth;
  readonly witness: Witness;
  candidates(process: Process): Candidates;
  /** Notes what should never happen. */
  surprise(what: string): void;
}

/** The services of one process, over stores that wait for their turn. What they answer, the witness is told. */
export class Services {
  readonly catalog: FaultyCatalog;
  readonly writer: FaultyIndexWriter;
  readonly eraser: FaultyIndexEraser;
  readonly registers: RegisterStore;
  readonly holds: HoldService;
  readonly disposition: DispositionService;
  readonly policies: PolicyStore;
  private readonly audit: AuditLog;
  private readonly clock: Clock;
  private readonly tools: DisposalTools;

  constructor(
    private readonly process: Process,
    private readonly stage: Stage,
  ) {
    const clock = new SimulatedClock(stage.scheduler);
    this.clock = clock;
    this.catalog = new FaultyCatalog(process, stage.catalog);
    this.writer = new FaultyIndexWriter(process, stage.messages);
    this.eraser = new FaultyIndexEraser(process, stage.messages);
    this.registers = new RegisterStore(this.catalog);
    this.audit = new AuditLog(this.catalog, clock);
    const shared = { writer: this.writer, prepare: quickPrepare, catalog: this.catalog, registers: this.registers, audit: this.audit, clock };
    const captures = new CaptureReader({ list: async () => [RUN], find: async () => RUN });
    this.policies = new PolicyStore({ ...shared, captures });
    this.holds = new HoldService({
      ...shared,
      trustedNow: async () => clock.now(),
      matters: { requireOpen: async () => {}, reopen: async () => {} },
      releaseDays: 30,
    });
    this.tools = {
      ...shared,
      eraser: this.eraser,
      trustedNow: async () => clock.now(),
      rules: new RetentionRules(this.policies, captures, clock),
      blobs: { release: (tokens) => this.releaseBytes(tokens) },
      commit: ({ message }) => message.id,
    };
    this.disposition = new DispositionService(this.tools, stage.candidates(process));
  }

  /** Places a hold; from the answer on it is relied upon. */
  async place(scope: Scope, holdId: string): Promise<Placed['state']> {
    await this.process.begin(`place ${holdId}`);
    const isWholeArchive = scope.filter.kind === 'all';
    const { state, entryId } = await this.holds.place('administrator', { matterId: MATTER, scope: scope.filter, isWholeArchive, reason: 'test' }, holdId);
    if (state === 'active') this.rely(scope, holdId, entryId);
    return state;
  }

  async widen(scope: Scope, holdId: string): Promise<void> {
    await this.process.begin(`widen ${holdId}`);
    const { state, entryId } = await this.holds.widen('administrator', holdId, scope.filter, scope.filter.kind === 'all');
    if (state === 'active') this.rely(scope, holdId, entryId);
  }

  async release(holdId: string): Promise<void> {
    await this.requestRelease(holdId);
    await this.approveRelease(holdId);
  }

  async requestRelease(holdId: string): Promise<void> {
    await this.process.begin(`request release ${holdId}`);
    await this.holds.requestRelease('administrator', holdId, 'no longer needed');
  }

  async approveRelease(holdId: string): Promise<void> {
    await this.process.begin(`approve release ${holdId}`);
    await this.holds.approveRelease('approver', holdId);
  }

  async recall(holdId: string): Promise<void> {
    await this.process.begin(`recall ${holdId}`);
    for (const { state, scope, entryId } of await this.holds.recallRelease('administrator', holdId)) {
      if (state === 'active') this.rely(scopeOf(scope), holdId, entryId);
    }
  }

  async completeReleases(): Promise<void> {
    await this.process.begin('complete releases');
    await this.holds.completeReleases('administrator');
  }

  /** Proposes what can be found, and agrees. */
  async propose(): Promise<string> {
    await this.process.begin('propose');
    const { proposalId, setHash } = await this.disposition.propose('administrator');
    await this.disposition.approve('approver', proposalId, setHash);
    return proposalId;
  }

  /** Proposes what can be found, agrees, and destroys it. */
  async dispose(): Promise<void> {
    await this.run(await this.propose());
  }

  async run(proposalId: string): Promise<void> {
    await this.process.begin(`run ${proposalId}`);
    const steps = this.disposition.run('administrator', proposalId);
    while (!(await steps.next()).done);
  }

  /** Finishes what others have begun. */
  async resume(): Promise<void> {
    await this.process.begin('resume');
    await finishClaims(this.tools, 'administrator');
  }

  /** Puts an end to the latest proposal: what is claimed of it is settled, and none of it destroyed any more. */
  async drop(): Promise<void> {
    await this.process.begin('drop');
    const [latest] = await this.disposition.list(1);
    if (latest !== undefined) await this.disposition.reject('approver', latest.proposalId);
    await this.resume();
  }

  async completeHolds(): Promise<void> {
    await this.process.begin('complete holds');
    await this.holds.complete();
  }

  /** Says that an index is being made anew; to be called when it is done. */
  async rebuild(): Promise<Rebuilding> {
    await this.process.begin('rebuild');
    return Rebuilding.enter(this.registers, 'reindex', this.clock);
  }

  /** As a restore does. */
  async suspend(): Promise<void> {
    await this.process.begin('suspend');
    await this.registers.change(() => ({ suspended: { reason: 'test', since: this.clock.now() } }));
  }

  async acknowledge(): Promise<void> {
    await this.process.begin('acknowledge');
    await this.registers.change(() => ({ suspended: null }));
  }

  /** Adds a rule that keeps a scope for a hundred years; from the answer on it is relied upon. */
  async retain(policyId: string, scope: Scope): Promise<void> {
    await this.process.begin(`retain ${policyId}`);
    await this.policies.change('administrator', { kind: 'set', policy: { ...RETAIN, id: policyId, filter: scope.filter } });
    this.stage.witness.assurances.push({
      step: this.stage.scheduler.now,
      told: `${policyId} is in force`,
      keeps: scope.covers,
      record: ['retention', 'policies'],
      entryId: null,
      lasts: (value) => (value as PolicySet).policies.some(({ id, state, filter }) => id === policyId && state === 'active' && isSame(filter, scope.filter)),
    });
  }

  /** Takes such a rule back. */
  async retire(policyId: string): Promise<void> {
    await this.process.begin(`retire ${policyId}`);
    await this.policies.change('administrator', { kind: 'retire', policyId });
  }

  async import(copies: readonly Copy[]): Promise<void> {
    await this.process.begin(`import ${copies.map(({ name }) => name).join()}`);
    const { origin } = this.process;
    const refuseDestroyed = new RefuseDestroyed(this.registers, this.writer, this.audit, 'tester');
    const outcomes = await storeBatch(copies.map(({ prepared }) => prepared), CONTEXT, this.writer, quickMerge, refuseDestroyed);
    outcomes.forEach((outcome, place) => {
      const { message } = copies[place]!;
      if (typeof outcome === 'string') this.stage.witness.imports.push({ origin, endedAt: this.stage.scheduler.now, message, outcome });
      else this.stage.surprise(`${message.nativeId} was refused: ${outcome.problem}`);
    });
  }

  /** Takes references away; what becomes of the bytes is told elsewhere. */
  private releaseBytes(tokens: readonly BlobToken[]): Promise<{ readonly removed: number; readonly shared: number }> {
    return this.process.reach({ action: 'release', target: 'bytes', isWrite: true }, async (fate) => {
      if (fate !== 'lost' && fate !== 'uncommitted') for (const { token } of tokens) this.stage.witness.released.add(token);
      if (fate !== 'plain') throw noAnswer();
      return { removed: tokens.length, shared: 0 };
    });
  }

  private rely(scope: Scope, holdId: string, entryId: string): void {
    this.stage.witness.assurances.push({
      step: this.stage.scheduler.now,
      told: `${holdId} is active`,
      keeps: scope.covers,
      record: ['hold-register', 'register'],
      entryId,
      lasts: (value) => (value as { entries: readonly { entryId: string }[] }).entries.some((entry) => entry.entryId === entryId),
    });
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
