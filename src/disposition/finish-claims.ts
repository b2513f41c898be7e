import type { Actor } from '../access/people.js';
import type { KeepReason } from '../domain/values.js';
import { readStanding } from '../engine/standing.js';
import { HoldfastError } from '../errors/errors.js';
import type { HoldRegister } from '../holds/hold-register.js';
import type { ReadRegister } from '../holds/register-store.js';
import { carryOut } from './carry-out.js';
import type { Certificate } from './certificate.js';
import type { DisposalTools } from './disposal-tools.js';
import type { DispositionBatch } from './disposition-batch.js';
import { eraseItemOf, judge, readGround, type Judgment } from './judge.js';
import { isApproved, type Proposal } from './proposal.js';

/**
 * Finishes every claim that stands, whoever made it and wherever it stopped: what may still be destroyed is, the rest is settled; each
 * gets its certificate. Errors are those of `carryOut`: what is left then is to be finished again.
 */
export async function finishClaims(tools: DisposalTools, viewer: Actor): Promise<readonly Certificate[]> {
  const certificates: Certificate[] = [];
  for (;;) {
    const proven = await readProven(tools);
    const [claim] = proven.register.claims;
    if (claim === undefined) return certificates;
    certificates.push(await finishBatch(tools, viewer, proven, claim.batchId));
  }
}

/** A claim that was merely read may never be committed: who places a hold would not see it. */
async function readProven({ registers }: DisposalTools): Promise<ReadRegister> {
  for (;;) {
    const proven = await registers.prove(await registers.read());
    if (proven !== null) return proven;
  }
}

async function finishBatch(tools: DisposalTools, viewer: Actor, claimed: ReadRegister, batchId: string): Promise<Certificate> {
  const batch = await readBatch(tools, batchId);
  const judgments = await judgeAgain(tools, claimed.register, batch);
  return carryOut(tools, viewer, {
    batch,
    claimed,
    erasable: judgments.flatMap((judgment) => (judgment.reason === null ? [eraseItemOf(judgment.message)] : [])),
    kept: new Map(judgments.flatMap(({ id, reason }) => (reason === null ? [] : [[id, reason]]))),
  });
}

/** By today's register and rules, at the claimed versions. */
async function judgeAgain(tools: DisposalTools, register: HoldRegister, { items, proposalId }: DispositionBatch): Promise<readonly Judgment[]> {
  const all = (reason: KeepReason): Judgment[] => items.map(({ id }) => ({ id, reason }));
  if (register.suspended !== null || register.rebuilding !== null) return all('suspended');
  const ground = await readGround(tools, register);
  const proposal = await tools.catalog.get<Proposal>('disposition', proposalId);
  if (proposal === null || !isApproved(proposal.value, ground.now)) return all('approval');
  const standing = await readStanding(tools.writer, items.map(({ id }) => id));
  return judge(ground, standing, new Map(items.map(({ id, version }) => [id, version])));
}

async function readBatch({ catalog }: DisposalTools, batchId: string): Promise<DispositionBatch> {
  const batch = await catalog.get<DispositionBatch>('disposition-batch', batchId);
  // It was created before it was claimed: an old copy answered.
  if (batch === null) throw new HoldfastError('ENGINE_UNAVAILABLE', 'A claimed batch cannot be read.', { batchId });
  return batch.value;
}
