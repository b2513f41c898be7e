import type { AuditBlock } from '../../src/audit/audit-block.js';
import type { CatalogKind } from '../../src/catalog/catalog-store.js';
import type { Certificate } from '../../src/disposition/certificate.js';
import type { DispositionBatch } from '../../src/disposition/disposition-batch.js';
import type { Message } from '../../src/domain/message.js';
import { disposalsOf, readStanding } from '../../src/engine/standing.js';
import type { HoldEntry, HoldRegister } from '../../src/holds/hold-register.js';
import type { CatalogTruth } from './faulty-catalog.js';
import type { MessageCommit, MessageTruth } from './message-truth.js';
import type { Origin } from './scheduler.js';

/** What somebody was told: from then on these messages stay. */
export interface Assurance {
  readonly step: number;
  readonly told: string;
  readonly keeps: (message: Message) => boolean;
  /** Whether it still holds after a commit of its record. */
  readonly lasts: (value: unknown) => boolean;
  readonly record: readonly [CatalogKind, string];
  /** Of a hold. */
  readonly entryId: string | null;
}

/** What an import said of one record. */
export interface ImportReport {
  readonly origin: Origin;
  readonly endedAt: number;
  readonly message: Message;
  readonly outcome: string;
}

interface RegisterState {
  readonly step: number;
  readonly time: number;
  readonly register: HoldRegister;
}

interface AuditedEvent {
  readonly kind: string;
  readonly batch: string | null;
  readonly message: string | null;
  readonly process: string;
  readonly step: number;
}

/**
 * Knows what was told to whom and what was truly written, and finds where the two do not agree. Uses nothing of the services: what a
 * scope covers, `covers` says, which the tests give it.
 */
export class Witness {
  readonly assurances: Assurance[] = [];
  readonly imports: ImportReport[] = [];
  /** References to bytes that were taken away. */
  readonly released = new Set<string>();
  /** Read out of the commits once. */
  private known: { states: RegisterState[] | null; events: AuditedEvent[] | null } = { states: null, events: null };

  constructor(
    private readonly messages: MessageTruth,
    private readonly catalog: CatalogTruth,
    private readonly covers: (entry: HoldEntry, message: Message) => boolean,
    private readonly recordsOf: (id: string) => readonly Message[],
  ) {}

  /** What must hold at any time. */
  problems(): string[] {
    this.known = { states: null, events: null };
    const erasures = this.messages.commits.filter(({ action }) => action === 'erase');
    return [
      ...this.registerProblems(),
      ...this.emptyPromises(),
      ...erasures.flatMap((erasure) => [...this.brokenPromises(erasure), ...this.brokenProtocol(erasure)]),
      ...this.messages.commits.flatMap((commit) => this.lostDisposals(commit)),
      ...this.messages.commits.flatMap((commit) => this.silentReturns(commit)),
      ...this.imports.flatMap((report) => this.importProblems(report)),
    ];
  }

  /** What must hold when somebody has finished everything. */
  async finalProblems(): Promise<string[]> {
    const claims = this.states().at(-1)?.register.claims ?? [];
    const certificates = this.catalog.all<Certificate>('disposition-certificate').map(({ value }) => value);
    const events = this.events();
    return [
      ...claims.map(({ batchId }) => `the claim of ${batchId} is left`),
      ...certificates.flatMap((certificate) => this.certificateProblems(certificate)),
      ...this.messages.commits
        .filter(({ batchId }) => batchId !== null && certificates.every((certificate) => certificate.batchId !== batchId))
        .map(({ id, batchId }) => `${this.nameOf(id)} was destroyed by ${batchId}, which has no certificate`),
      ...certificates
        // What was never claimed has destroyed nothing.
        .filter(({ batchId }) => this.states().some(({ register }) => register.claims.some((claim) => claim.batchId === batchId)))
        .filter(({ batchId }) => !events.some(({ kind, batch }) => kind === 'disposition_completed' && batch === batchId))
        .map(({ batchId }) => `the audit does not say that ${batchId} is completed`),
      ...(await this.otherContents()),
    ];
  }

  /** Whoever was told that an entry is active was told so because it had been made so. */
  private emptyPromises(): string[] {
    const ofHolds = this.assurances.filter(({ entryId }) => entryId !== null);
    const wasActive = ({ entryId, step }: Assurance): boolean =>
      this.states().some((state) => state.step <= step && state.register.entries.some((entry) => entry.entryId === entryId && entry.state === 'active'));
    return ofHolds.filter((assurance) => !wasActive(assurance)).map(({ told, step }) => `${told}, it was said in step ${step}, and it never was`);
  }

  private brokenPromises({ id, step, before }: MessageCommit): string[] {
    if (before.kind !== 'message') return [];
    const { message } = before.message;
    const broken = this.assurances.filter((assurance) => assurance.step < step && assurance.keeps(message) && this.lasted(assurance, step));
    return broken.map(({ told, step: since }) => `${this.nameOf(id)} was destroyed in step ${step} although since ${since}: ${told}`);
  }

  /** Until the step nothing was committed that ends it. */
  private lasted({ step, lasts, record: [kind, id] }: Assurance, until: number): boolean {
    return this.catalog.historyOf(kind, id).every((commit) => commit.step <= step || commit.step >= until || lasts(commit.record.value));
  }

  private brokenProtocol({ id, step, before, batchId, process, startedAt }: MessageCommit): string[] {
    const what = `${this.nameOf(id)} was destroyed by ${batchId} in step ${step}`;
    const states = this.states();
    const claimed = states.filter(({ register }) => register.claims.some((claim) => claim.batchId === batchId));
    const [first] = claimed;
    if (first === undefined || first.step > step) return [`${what} without a claim`];
    const problems: string[] = [];
    const dropped = states.find((state) => state.step > first.step && !claimed.includes(state));
    if (dropped !== undefined && dropped.step <= step) problems.push(`${what}, and its claim had been dropped in step ${dropped.step}`);
    const { message } = before.kind === 'message' ? before.message : { message: null };
    if (message !== null) {
      if (first.register.entries.some((entry) => this.covers(entry, message))) problems.push(`${what}, claimed although held`);
      const known = states.findLast((state) => state.step <= startedAt)?.register.entries ?? [];
      const still = known.find((entry) => this.covers(entry, message) && states.every((state) => isOutside(state.step, startedAt, step) || has(state.register, entry)));
      if (still !== undefined) problems.push(`${what} by ${process}, which began when it was held by ${still.holdId}`);
    }
    const intended = this.events().some((event) => event.kind === 'disposition_intended' && event.batch === batchId && event.process === process && event.step < step);
    if (!intended) problems.push(`${what} although the audit does not say that ${process} intended it`);
    return problems;
  }

  private certificateProblems({ batchId, destroyed, kept }: Certificate): string[] {
    const batch = this.catalog.latest<DispositionBatch>('disposition-batch', batchId)?.value;
    const names = (ids: readonly string[]): string => ids.map((id) => this.nameOf(id)).sort().join();
    const certified = names(destroyed.map(({ id }) => id));
    const truly = names(this.messages.commits.filter((commit) => commit.batchId === batchId).map(({ id }) => id));
    const items = names([...(batch?.items ?? []), ...(batch?.kept ?? [])].map(({ id }) => id));
    const named = names([...destroyed, ...kept].map(({ id }) => id));
    return [
      ...(certified === truly ? [] : [`${batchId} certifies ${certified || 'nothing'} and destroyed ${truly || 'nothing'}`]),
      ...(batch?.items ?? [])
        .filter(({ id }) => destroyed.some((item) => item.id === id))
        .flatMap(({ tokens }) => tokens.filter(({ token }) => !this.released.has(token)))
        .map(({ token }) => `${batchId} has left ${token}`),
      ...(items === named ? [] : [`${batchId} names ${named || 'nothing'} of ${items}`]),
    ];
  }

  /** Nothing leaves the register before its time, and nothing in it narrows. */
  private registerProblems(): string[] {
    const problems: string[] = [];
    this.states().reduce<RegisterState | null>((before, after) => {
      for (const entry of before?.register.entries ?? []) {
        const next = after.register.entries.find(({ entryId }) => entryId === entry.entryId);
        const isDue = entry.state === 'release_pending' && entry.release!.until <= after.time;
        if (next === undefined && !isDue) problems.push(`${entry.holdId} left the register in step ${after.step}, ${entry.state}`);
        if (next !== undefined && JSON.stringify(next.scope) !== JSON.stringify(entry.scope)) problems.push(`${entry.holdId} has another scope`);
      }
      if (after.register.rebuilding !== null && after.register.claims.length > 0) problems.push(`an index was made anew in step ${after.step} while a batch was claimed`);
      for (const { batchId } of before?.register.claims ?? []) {
        const isGone = after.register.claims.every((claim) => claim.batchId !== batchId);
        const certificate = this.catalog.commits.find(({ record }) => record.kind === 'disposition-certificate' && record.id === batchId);
        if (isGone && (certificate === undefined || certificate.step > after.step)) problems.push(`the claim of ${batchId} went without certificate`);
      }
      return after;
    }, null);
    return problems;
  }

  private lostDisposals({ id, step, before, after, batchId }: MessageCommit): string[] {
    if (step === 0) return [];
    const expected = [...disposalsOf(before), ...(batchId === null ? [] : [batchId])];
    return disposalsOf(after).join() === expected.join() ? [] : [`${this.nameOf(id)} lost in step ${step} what destroyed it`];
  }

  /** A message that was destroyed stands again only where a hold covers what came in, or seemed to, and the audit says so before. */
  private silentReturns({ id, step, process, before, after }: MessageCommit): string[] {
    if (before.kind !== 'stub' || before.stub.disposals.length === 0 || after.kind !== 'message') return [];
    const { message } = after.message;
    const isTold = this.events().some((event) => event.kind === 'message_reintroduced' && event.message === id && event.process === process && event.step < step);
    const seen = [...this.states().filter((state) => state.step <= step).map(({ register }) => register), ...this.catalog.imaginedAll<HoldRegister>('hold-register')];
    // One record that a hold covers brings the others along.
    const records = [message, ...this.recordsOf(id)];
    const isHeld = seen.some(({ entries }) => entries.some((entry) => records.some((record) => this.covers(entry, record))));
    return [
      ...(isTold ? [] : [`${this.nameOf(id)} returned silently in step ${step}`]),
      ...(isHeld ? [] : [`${this.nameOf(id)} returned in step ${step}, and nothing has ever held it`]),
    ];
  }

  private importProblems({ origin: { startedAt, name }, endedAt, message, outcome }: ImportReport): string[] {
    const what = `${name} imported ${message.nativeId} as ${outcome}`;
    const states = this.messages.statesWithin(message.id, startedAt, endedAt);
    if (outcome !== 'disposed') {
      // That a message is known already is taken from a read: a write for every known message would be too dear.
      const seen = [...this.messages.statesWithin(message.id, 0, endedAt), ...this.messages.everImagined(message.id)];
      const isThere = seen.some((standing) => standing.kind === 'message' && message.sources.every(({ source }) => standing.message.message.sources.some((known) => known.source === source)));
      return isThere ? [] : [`${what}, and it was never there`];
    }
    const isHeld = this.assurances.some((assurance) => assurance.step < startedAt && assurance.record[0] === 'hold-register' && assurance.keeps(message) && this.lasted(assurance, endedAt));
    const wasGone = states.some((standing) => standing.kind === 'stub' && standing.stub.disposals.length > 0);
    return [...(isHeld ? [`${what} although it is held`] : []), ...(wasGone ? [] : [`${what} although it was never destroyed`])];
  }

  /** What the engine says, read plainly, is what was written. */
  private async otherContents(): Promise<string[]> {
    const ids = [...new Set(this.messages.commits.map(({ id }) => id))];
    const standing = await readStanding(this.messages.writer, ids);
    const show = (found: (typeof standing)[number]): string => `${found.kind} ${disposalsOf(found).join()}`;
    return standing.filter((found) => show(found) !== show(this.messages.now(found.id))).map((found) => `${this.nameOf(found.id)} is ${show(found)}`);
  }

  private states(): RegisterState[] {
    return (this.known.states ??= this.catalog.historyOf('hold-register', 'register').map(({ step, time, record }) => ({ step, time, register: record.value as HoldRegister })));
  }

  /** What the audit says, by whom and since when. */
  private events(): AuditedEvent[] {
    const blocks = this.catalog.commits.filter(({ record }) => record.kind === 'audit-block');
    return (this.known.events ??= blocks.flatMap(({ record, process, step }) =>
      (record.value as AuditBlock).events.map((event) => {
        const { batchId = null, messageId = null } = event as { batchId?: string; messageId?: string };
        return { kind: event.kind, batch: batchId, message: messageId, process, step };
      }),
    ));
  }

  private nameOf(id: string): string {
    return this.messages.namesOf([id]);
  }
}

function isOutside(step: number, from: number, to: number): boolean {
  return step < from || step > to;
}

function has({ entries }: HoldRegister, { entryId }: HoldEntry): boolean {
  return entries.some((entry) => entry.entryId === entryId);
}
