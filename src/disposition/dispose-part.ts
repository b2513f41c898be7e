import { randomUUID } from 'node:crypto';
import type { Actor } from '../access/people.js';
import { canonicalHash } from '../audit/audit-block.js';
import { tokensOf } from '../domain/blob-token.js';
import { readStanding } from '../engine/standing.js';
import { HoldfastError } from '../errors/errors.js';
import type { ReadRegister, RegisterStore } from '../holds/register-store.js';
import { append, carryOut, certify } from './carry-out.js';
import type { Certificate } from './certificate.js';
import type { DisposalTools } from './disposal-tools.js';
import type { BatchItem, DispositionBatch } from './disposition-batch.js';
import { eraseItemOf, isSameGround, judge, readGround, requireRunning, type Ground, type Judgment } from './judge.js';
import { isApproved, type Proposal, type ProposedItem } from './proposal.js';

/** The register changed this often between looking and claiming: something is wrong. */
const ATTEMPTS = 1_000;

/** One part of a proposal that two people have agreed on. */
export interface Part {
  readonly proposal: Proposal;
  readonly chunk: number;
  readonly items: readonly ProposedItem[];
  /** Who runs it. */
  readonly actor: Actor;
  /** Called before each attempt can destroy anything, so that its batch is known whatever happens. When it throws, nothing is destroyed. */
  readonly onAttempt: (batchId: string) => Promise<void>;
}

/** A part as it was read and judged. */
export interface JudgedPart {
  readonly part: Part;
  readonly ground: Ground;
  readonly judgments: readonly Judgment[];
}

/**
 * Reads and judges the items of a part; nothing is claimed yet. `earlier`: of a part before. Throws DISPOSITION_SUSPENDED,
 * DISPOSITION_STALE (no valid approval), HOLD_REGISTER_UNREADABLE and the errors of the engine.
 */
export async function judgePart(tools: DisposalTools, part: Part, earlier: Ground | null): Promise<JudgedPart> {
  const { proposal, items } = part;
  const { register } = await tools.registers.read();
  requireRunning(register, tools);
  const ground = await readGround(tools, register, earlier);
  if (!isApproved(proposal, ground.now)) throw new HoldfastError('DISPOSITION_STALE', 'There is no valid approval.', { proposalId: proposal.proposalId });
  const standing = await readStanding(tools.writer, items.map(({ id }) => id));
  return { part, ground, judgments: await judge(ground, standing, new Map(items.map(({ id, version }) => [id, version]))) };
}

/**
 * Destroys what of a part may be destroyed; its certificate names every item. What decided is looked at again, and the part judged
 * again when it has changed. Errors: those of `judgePart`, and those of `carryOut`, after which a claim may stand that is to be finished.
 */
export async function disposePart(tools: DisposalTools, judged: JudgedPart): Promise<Certificate> {
  let { part, ground, judgments } = judged;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const read = await tools.registers.read();
    if (!isSameGround(ground.register, read.register)) {
      ({ part, ground, judgments } = await judgePart(tools, part, ground));
      continue;
    }
    const batch = batchOf(tools, part, ground, judgments);
    await part.onAttempt(batch.batchId);
    // Nobody else has made this id: a refusal proves nothing, and the batch was not claimed.
    if ((await tools.catalog.create('disposition-batch', batch.batchId, batch)) === null) continue;
    if (batch.items.length === 0) return certifyKept(tools, part.actor, batch);
    const claimed = await claim(tools.registers, read, batch.batchId);
    if (claimed === null) continue;
    const erasable = judgments.flatMap((judgment) => (judgment.reason === null ? [eraseItemOf(judgment.message)] : []));
    return carryOut(tools, part.actor, { batch, claimed, erasable, kept: new Map() });
  }
  throw new HoldfastError('ENGINE_BUSY', 'The hold register is being changed all the time.');
}

function batchOf(tools: DisposalTools, { proposal, chunk, actor }: Part, { register, rules }: Ground, judgments: readonly Judgment[]): DispositionBatch {
  return {
    batchId: randomUUID(),
    proposalId: proposal.proposalId,
    chunk,
    createdAt: tools.clock.now(),
    createdBy: actor,
    approvedBy: proposal.approvedBy!,
    policyVersion: rules.policyVersion,
    epoch: register.epoch,
    items: judgments.flatMap((judgment): BatchItem[] => {
      if (judgment.reason !== null) return [];
      const { id, rule, message } = judgment;
      return [{ id, version: message.version, rule, commitment: tools.commit(message), tokens: tokensOf(message.message) }];
    }),
    kept: judgments.flatMap(({ id, reason }) => (reason === null ? [] : [{ id, reason }])),
  };
}

/** Nothing is to be destroyed, so nothing is claimed. */
async function certifyKept(tools: DisposalTools, viewer: Actor, batch: DispositionBatch): Promise<Certificate> {
  const certificate = await certify(tools, batch, { destroyed: [], kept: [] });
  await append(tools, { kind: 'disposition_completed', viewer, batchId: batch.batchId, hash: canonicalHash(certificate), itemCount: 0 });
  return certificate;
}

/**
 * Claims a batch on the register that was decided by. Null: it is not claimed, as far as anybody can tell; should it be so after all, or
 * become so later, the claim is found in the register and finished.
 */
async function claim(registers: RegisterStore, read: ReadRegister, batchId: string): Promise<ReadRegister | null> {
  const { claims, epoch } = read.register;
  try {
    return await registers.replace(read, { claims: [...claims, { batchId, claimedAtEpoch: epoch + 1 }] });
  } catch {
    for (;;) {
      const later = await registers.read();
      if (!later.register.claims.some((one) => one.batchId === batchId)) return null;
      // What a read shows may never be committed, and who places a hold would not see it.
      const proven = await registers.prove(later);
      if (proven !== null) return proven;
    }
  }
}
