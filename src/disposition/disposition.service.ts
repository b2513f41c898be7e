import type { Actor } from '../access/people.js';
import type { CatalogRecord } from '../catalog/catalog-store.js';
import { HoldfastError } from '../errors/errors.js';
import { finishPlacing } from '../holds/finish-placing.js';
import { EVERYTHING, type FilterNode } from '../query/ast.js';
import type { Certificate } from './certificate.js';
import type { DisposalTools } from './disposal-tools.js';
import { disposePart, judgePart, type JudgedPart } from './dispose-part.js';
import type { DispositionBatch } from './disposition-batch.js';
import { finishClaims } from './finish-claims.js';
import { requireRunning, type Ground } from './judge.js';
import { chunkId, isApproved, type Proposal, type ProposalState, type ProposedPart } from './proposal.js';
import { freeze, SetHash, type Candidates } from './propose.js';

const KIND = 'disposition';

/** How far a run is. */
export interface RunProgress {
  readonly proposal: Proposal;
  /** Of the part that was just done. */
  readonly certificate: Certificate;
}

/**
 * Proposes what may be destroyed, lets a second person agree, and destroys it part by part. Errors beside those that the methods name:
 * HOLD_REGISTER_UNREADABLE, AUDIT_UNAVAILABLE, DISPOSITION_SUSPENDED, NOT_FOUND, and those of the engine.
 */
export class DispositionService {
  constructor(
    private readonly tools: DisposalTools,
    private readonly candidates: Candidates,
  ) {}

  /** Freezes what of a set may be destroyed now. Throws DISPOSITION_DISAGREES: then the search index is not to be trusted. */
  async propose(actor: Actor, filter: FilterNode = EVERYTHING): Promise<Proposal> {
    const proposal = await freeze(this.tools, this.candidates, actor, filter);
    const { proposalId, setHash, itemCount } = proposal;
    await this.tools.audit.append({ kind: 'disposition_proposed', viewer: actor, proposalId, setHash, itemCount });
    if ((await this.tools.catalog.create(KIND, proposalId, proposal)) === null) throw new Error('the id of a new proposal is taken');
    return proposal;
  }

  /** Agrees to exactly the set of this hash. Throws DISPOSITION_STALE (another set, another state) and SECOND_PERSON_NEEDED. */
  async approve(actor: Actor, proposalId: string, setHash: string): Promise<Proposal> {
    const known = await this.require(proposalId);
    requireState(known.value, ['proposed']);
    if (known.value.proposedBy === actor) throw new HoldfastError('SECOND_PERSON_NEEDED', '', { proposalId });
    if (known.value.setHash !== setHash) throw new HoldfastError('DISPOSITION_STALE', 'The set has another hash.', { proposalId });
    await this.requireSet(known.value);
    const approvedAt = await this.tools.trustedNow();
    const { itemCount } = known.value;
    await this.tools.audit.append({ kind: 'disposition_approved', viewer: actor, proposalId, setHash, itemCount });
    return (await this.replace(known, { state: 'approved', approvedBy: actor, approvedAt })).value;
  }

  /** Puts an end to it; parts that were destroyed are destroyed. Throws DISPOSITION_STALE when it has ended. */
  async reject(actor: Actor, proposalId: string): Promise<Proposal> {
    const known = await this.require(proposalId);
    requireState(known.value, ['proposed', 'approved', 'running']);
    const { setHash, itemCount } = known.value;
    await this.tools.audit.append({ kind: 'disposition_rejected', viewer: actor, proposalId, setHash, itemCount });
    return (await this.replace(known, { state: 'rejected' })).value;
  }

  /**
   * Destroys what was agreed to, and may still be destroyed, going on where an earlier run stood; yields behind each part. Throws
   * DISPOSITION_STALE (not agreed to, lapsed, not the same set) and ENGINE_BUSY (somebody else runs it).
   */
  async *run(actor: Actor, proposalId: string): AsyncGenerator<RunProgress, Proposal> {
    await this.finishOpen(actor);
    let known = await this.begin(actor, proposalId);
    const { chunkCount } = known.value;
    let next: Promise<JudgedPart> | null = null;
    try {
      const judgeNext = async (chunk: number, ground: Ground | null): Promise<JudgedPart> => {
        const { items } = await this.part(known.value, chunk);
        const onAttempt = async (batchId: string): Promise<void> => {
          known = await this.replace(known, { nextChunk: chunk, batchIds: [...known.value.batchIds, batchId] });
        };
        return judgePart(this.tools, { proposal: known.value, chunk, items, actor, onAttempt }, ground);
      };
      const first = await this.firstOpen(known.value);
      next = first < chunkCount ? judgeNext(first, null) : null;
      for (let chunk = first; next !== null; chunk += 1) {
        const judged = await next;
        // Read while this one is destroyed: what is claimed later is looked at again.
        next = chunk + 1 < chunkCount ? judgeNext(chunk + 1, judged.ground) : null;
        next?.catch(() => {});
        const certificate = await disposePart(this.tools, judged);
        yield { proposal: known.value, certificate };
      }
    } finally {
      await next?.catch(() => {});
      await this.tools.eraser.refresh();
    }
    // A claim whose answer was lost may have been made after all.
    await finishClaims(this.tools, actor);
    known = await this.replace(known, { state: 'erased', nextChunk: chunkCount });
    return known.value;
  }

  /** Finishes what others have begun: placings of holds, then every claim. Any process may, at any time. */
  async finishOpen(actor: Actor): Promise<readonly Certificate[]> {
    const { register } = await this.tools.registers.read();
    requireRunning(register, this.tools);
    for (const { entryId, state } of register.entries) if (state === 'placing') await finishPlacing(this.tools, entryId);
    return finishClaims(this.tools, actor);
  }

  async find(proposalId: string): Promise<Proposal | null> {
    return (await this.tools.catalog.get<Proposal>(KIND, proposalId))?.value ?? null;
  }

  /** The latest first. */
  async list(first: number, after?: string): Promise<readonly Proposal[]> {
    const records = await this.tools.catalog.list<Proposal>(KIND, { first, order: 'down', ...(after !== undefined && { after }) });
    return records.map(({ value }) => value);
  }

  /** What every attempt became, in order; attempts that were never claimed have none. */
  async *certificates({ batchIds }: Pick<Proposal, 'batchIds'>): AsyncGenerator<Certificate> {
    for (const batchId of batchIds) {
      const found = await this.tools.catalog.get<Certificate>('disposition-certificate', batchId);
      if (found !== null) yield found.value;
    }
  }

  private async begin(actor: Actor, proposalId: string): Promise<CatalogRecord<Proposal>> {
    const known = await this.require(proposalId);
    requireState(known.value, ['approved', 'running']);
    if (!isApproved(known.value, await this.tools.trustedNow())) {
      await this.replace(known, { state: 'expired' });
      throw new HoldfastError('DISPOSITION_STALE', 'The approval has lapsed.', { proposalId });
    }
    await this.requireSet(known.value);
    return this.replace(known, { state: 'running', ranBy: actor });
  }

  /** The part to go on with: the last attempt may have been finished without anybody noting it. */
  private async firstOpen({ nextChunk, batchIds }: Proposal): Promise<number> {
    const last = batchIds.at(-1);
    if (last === undefined || (await this.tools.catalog.get('disposition-certificate', last)) === null) return nextChunk;
    const batch = await this.tools.catalog.get<DispositionBatch>('disposition-batch', last);
    return batch?.value.chunk === nextChunk ? nextChunk + 1 : nextChunk;
  }

  private async requireSet(proposal: Proposal): Promise<void> {
    const hash = new SetHash();
    for (let chunk = 0; chunk < proposal.chunkCount; chunk += 1) hash.add(await this.part(proposal, chunk));
    if (hash.digest() === proposal.setHash) return;
    throw new HoldfastError('DISPOSITION_STALE', 'The frozen set is not what was proposed.', { proposalId: proposal.proposalId });
  }

  private async part({ proposalId }: Proposal, chunk: number): Promise<ProposedPart> {
    const found = await this.tools.catalog.get<ProposedPart>('disposition-items', chunkId(proposalId, chunk));
    if (found === null) throw new HoldfastError('DISPOSITION_STALE', 'A part of the frozen set is missing.', { proposalId, chunk });
    return found.value;
  }

  private async require(proposalId: string): Promise<CatalogRecord<Proposal>> {
    const found = await this.tools.catalog.get<Proposal>(KIND, proposalId);
    if (found === null) throw new HoldfastError('NOT_FOUND', `disposition ${proposalId}`, { proposalId });
    return found;
  }

  private async replace(known: CatalogRecord<Proposal>, change: Partial<Proposal>): Promise<CatalogRecord<Proposal>> {
    const replaced = await this.tools.catalog.replace(KIND, known.id, known.version, { ...known.value, ...change });
    if (replaced === null) throw new HoldfastError('ENGINE_BUSY', 'Somebody else has changed this proposal meanwhile, or runs it.', { proposalId: known.id });
    return replaced;
  }
}

function requireState({ proposalId, state }: Proposal, allowed: readonly ProposalState[]): void {
  if (!allowed.includes(state)) throw new HoldfastError('DISPOSITION_STALE', `It is ${state}.`, { proposalId });
}
