import { createHash, type Hash } from 'node:crypto';
import type { Actor } from '../access/people.js';
import { canonicalJson } from '../audit/audit-block.js';
import { newRecordId } from '../domain/record-id.js';
import type { StoredMessage } from '../domain/message.js';
import type { KeepReason } from '../domain/values.js';
import type { WrittenMessage } from '../engine/index-writer.js';
import { readStanding } from '../engine/standing.js';
import { HoldfastError } from '../errors/errors.js';
import { allOf, type FilterNode } from '../query/ast.js';
import { fieldValues } from '../query/field-values.js';
import { matchesFilter } from '../query/matches.js';
import type { DisposalTools } from './disposal-tools.js';
import { BATCH_ITEMS, type DestroyingRule } from './disposition-batch.js';
import { judge, readGround, requireRunning } from './judge.js';
import { chunkId, type Proposal, type ProposedItem, type ProposedPart } from './proposal.js';

const NO_DATE = 'undated';
const MONTH_LENGTH = 7;

/** What a search finds, batch by batch, in one state of the index, which may be old. */
export interface Candidates {
  scan(filter: FilterNode): AsyncIterable<readonly StoredMessage[]>;
}

/** What of a set may be destroyed now, frozen part by part: the record of it is yet to be created. */
export async function freeze(tools: DisposalTools, candidates: Candidates, actor: Actor, filter: FilterNode): Promise<Proposal> {
  const { register } = await tools.registers.read();
  requireRunning(register, tools);
  const ground = await readGround(tools, register);
  const wanted = allOf([filter, ground.rules.candidates]);
  const set = new FrozenSet(tools, newRecordId(ground.now));
  for await (const found of candidates.scan(wanted)) {
    for (const { message } of found) requireMatch(wanted, message);
    for (const judgment of await judge(ground, await readStanding(tools.writer, found.map(({ message }) => message.id)), null)) {
      if (judgment.reason === null) await set.add(judgment.message, judgment.rule);
      else set.keep(judgment.reason);
    }
  }
  return set.finish(actor, ground.now);
}

/** SHA-256 (hex) over parts that were frozen before, as they stand now. */
export class SetHash {
  private readonly hash: Hash = createHash('sha256');

  add(part: ProposedPart): void {
    this.hash.update(canonicalJson(part)).update('\n');
  }

  digest(): string {
    return this.hash.digest('hex');
  }
}

/** Writes the parts of a set as they fill, and counts. */
class FrozenSet {
  private readonly hash = new SetHash();
  private readonly counts = { byRule: new Map<string, number>(), byMonth: new Map<string, number>(), byCustodian: new Map<string, number>() };
  private readonly kept = new Map<KeepReason, number>();
  private items: ProposedItem[] = [];
  private itemCount = 0;
  private chunkCount = 0;

  constructor(
    private readonly tools: DisposalTools,
    private readonly proposalId: string,
  ) {}

  async add({ message, version }: WrittenMessage, { policyId }: DestroyingRule): Promise<void> {
    this.items.push({ id: message.id, version });
    this.itemCount += 1;
    count(this.counts.byRule, policyId);
    count(this.counts.byMonth, message.sentAt === null ? NO_DATE : new Date(message.sentAt).toISOString().slice(0, MONTH_LENGTH));
    for (const custodian of message.custodianIds) count(this.counts.byCustodian, custodian);
    if (this.items.length === BATCH_ITEMS) await this.write();
  }

  keep(reason: KeepReason): void {
    count(this.kept, reason);
  }

  async finish(actor: Actor, now: number): Promise<Proposal> {
    if (this.items.length > 0) await this.write();
    return {
      proposalId: this.proposalId,
      state: 'proposed',
      proposedBy: actor,
      approvedBy: null,
      proposedAt: now,
      approvedAt: null,
      setHash: this.hash.digest(),
      itemCount: this.itemCount,
      counts: {
        byRule: Object.fromEntries(this.counts.byRule),
        byMonth: Object.fromEntries(this.counts.byMonth),
        byCustodian: Object.fromEntries(this.counts.byCustodian),
      },
      kept: Object.fromEntries(this.kept),
      ranBy: null,
      nextChunk: 0,
      chunkCount: this.chunkCount,
      batchIds: [],
    };
  }

  private async write(): Promise<void> {
    const part: ProposedPart = { items: this.items };
    const created = await this.tools.catalog.create('disposition-items', chunkId(this.proposalId, this.chunkCount), part);
    if (created === null) throw new Error('the id of a new proposal is taken');
    this.hash.add(part);
    this.chunkCount += 1;
    this.items = [];
  }
}

/** The evaluator must agree with the search about the very state that the search has found. */
function requireMatch(filter: FilterNode, message: StoredMessage['message']): void {
  if (!matchesFilter(filter, fieldValues(message))) throw new HoldfastError('DISPOSITION_DISAGREES', '', { messageId: message.id });
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
