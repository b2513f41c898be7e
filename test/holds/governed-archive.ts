import type { AuditEvent } from '../../src/audit/audit-event.js';
import type { Message } from '../../src/domain/message.js';
import type { Certificate } from '../../src/disposition/certificate.js';
import type { DisposalTools } from '../../src/disposition/disposal-tools.js';
import { DispositionService } from '../../src/disposition/disposition.service.js';
import type { Proposal } from '../../src/disposition/proposal.js';
import { HoldService } from '../../src/holds/hold.service.js';
import { RefuseDestroyed } from '../../src/holds/refuse-destroyed.js';
import type { RegisterStore as Registers } from '../../src/holds/register-store.js';
import { RegisterStore } from '../../src/holds/register-store.js';
import type { Placed } from '../../src/holds/finish-placing.js';
import { storeBatch, type StoreOutcome } from '../../src/ingest/store-batch.js';
import { EVERYTHING, type FilterNode } from '../../src/query/ast.js';
import { FixedClock } from '../support/fixed-clock.js';
import { ANY_TIME } from '../support/make-message.js';
import { MemoryCatalogStore } from '../support/memory-catalog-store.js';
import { MemoryIndexWriter } from '../support/memory-index-writer.js';
import { prepare } from '../support/prepare.js';
import { MemoryIndexEraser } from './memory-index-eraser.js';
import { CONTEXT, quickMerge, quickPrepare } from './quick-analysis.js';

const RULE = { policyId: 'rule', policyVersion: 1, expiredAt: ANY_TIME };
/** How long releases wait here: not what they wait by default. */
export const RELEASE_DAYS = 45;
const DECIDED = { keepUntil: null, deleteAt: ANY_TIME, winner: null, terms: [] };

/** The services over an archive in memory where the rules let every message go. Single tools may be replaced. */
export class GovernedArchive {
  readonly writer = new MemoryIndexWriter();
  readonly catalog = new MemoryCatalogStore();
  readonly clock = new FixedClock(Date.UTC(2026, 10, 22));
  readonly registers: Registers = new RegisterStore(this.catalog);
  readonly eraser = new MemoryIndexEraser(this.writer);
  readonly events: AuditEvent[] = [];
  readonly tools: DisposalTools;
  readonly holds: HoldService;
  readonly disposition: DispositionService;

  constructor(tools: Partial<DisposalTools> = {}) {
    this.tools = {
      writer: this.writer,
      catalog: this.catalog,
      clock: this.clock,
      registers: this.registers,
      eraser: this.eraser,
      prepare: quickPrepare,
      audit: { append: async (event) => void this.events.push(event) },
      trustedNow: async () => this.clock.now(),
      rules: {
        read: async () => ({
          policyVersion: 1,
          candidates: EVERYTHING,
          decide: async (messages) => messages.map(() => ({ ...DECIDED, eligible: true, rule: RULE, reasons: [] })),
        }),
      },
      blobs: { release: async (tokens) => ({ removed: tokens.length, shared: 0 }) },
      commit: ({ message }) => `of ${message.nativeId}`,
      ...tools,
    };
    const matters = { requireOpen: async () => {}, reopen: async () => {} };
    this.holds = new HoldService({ ...this.tools, matters, releaseDays: RELEASE_DAYS });
    this.disposition = new DispositionService(this.tools, { scan: () => this.writer.readAll() });
  }

  /** The same archive for another process, whose tools may differ. */
  process(tools: Partial<DisposalTools>): GovernedArchive {
    return Object.assign(new GovernedArchive({ ...this.tools, ...tools }), { writer: this.writer, events: this.events, clock: this.clock });
  }

  import(messages: readonly Message[]): Promise<readonly StoreOutcome[]> {
    const destroyed = new RefuseDestroyed(this.tools.registers, this.tools.writer, this.tools.audit, 'tester');
    return storeBatch(messages.map((message) => prepare(message)), CONTEXT, this.tools.writer, quickMerge, destroyed);
  }

  place(scope: FilterNode, holdId?: string): Promise<Placed> {
    return this.holds.place('administrator', { matterId: 'matter', scope, reason: 'a case' }, holdId);
  }

  /** Everything that may go, agreed to. */
  async approved(): Promise<Proposal> {
    const { proposalId, setHash } = await this.disposition.propose('administrator');
    return this.disposition.approve('approver', proposalId, setHash);
  }

  /** The certificates of a run. */
  async run({ proposalId }: Proposal): Promise<Certificate[]> {
    const certificates: Certificate[] = [];
    for await (const { certificate } of this.disposition.run('administrator', proposalId)) certificates.push(certificate);
    return certificates;
  }

  /** Native ids of the messages that stand. */
  names(): string[] {
    return this.writer.all().map(({ message }) => message.nativeId).sort();
  }
}
