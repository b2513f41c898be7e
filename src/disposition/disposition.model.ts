import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { ActorEnum, type Actor } from '../access/people.js';
import type { KeepReason } from '../domain/values.js';
import { DateTime } from '../graphql/date-time.scalar.js';
import { JsonObject } from '../graphql/json-object.scalar.js';
import { PageInfo } from '../graphql/page-info.model.js';
import type { FilterNode } from '../query/ast.js';
import { KeepReasonEnum } from '../retention/retention.enums.js';
import { ERASURE_STATES, type ErasureState } from './erasure-requests.service.js';
import { PROPOSAL_STATES, type ProposalState } from './proposal.js';
import { REMOVAL_STORES, type RemovalStore } from './removal.js';

function storedValues<Value extends string>(name: string, description: string, values: readonly Value[]): Readonly<Record<string, Value>> {
  const object = Object.fromEntries(values.map((value) => [value, value]));
  registerEnumType(object, { name, description });
  return object;
}

export const DispositionStateEnum = storedValues(
  'DispositionState',
  'erased: no search finds it any more, and its bytes are still there. complete: its bytes are gone from every store.',
  PROPOSAL_STATES,
);
export const RemovalStoreEnum = storedValues('RemovalStore', 'A place where destroyed content may still be.', REMOVAL_STORES);
export const ErasureStateEnum = storedValues(
  'ErasureState',
  'waiting: every message that is left is held. open: proposals offer what is left. done: nothing is left.',
  ERASURE_STATES,
);

@ObjectType()
export class DispositionCount {
  @Field()
  value!: string;

  @Field(() => Int)
  count!: number;
}

@ObjectType()
export class KeptCount {
  @Field(() => KeepReasonEnum)
  reason!: KeepReason;

  @Field(() => Int)
  count!: number;
}

@ObjectType('RemovalLine', { description: 'Whether destroyed content is gone from one place.' })
export class RemovalLineModel {
  @Field(() => RemovalStoreEnum)
  store!: RemovalStore;

  @Field()
  isClosed!: boolean;

  @Field(() => String, { nullable: true, description: 'What is to be done, or to be waited for.' })
  waitsFor!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it is closed by itself.' })
  until!: number | null;
}

@ObjectType('Removal', { description: 'The physical removal of what some batches destroyed.' })
export class RemovalModel {
  @Field(() => ID)
  id!: string;

  @Field(() => ActorEnum)
  startedBy!: Actor;

  @Field(() => DateTime)
  startedAt!: number;

  @Field(() => DateTime, { nullable: true, description: 'When nothing was left any more.' })
  finishedAt!: number | null;

  @Field(() => Int)
  batchCount!: number;

  @Field(() => [RemovalLineModel])
  lines!: readonly RemovalLineModel[];
}

@ObjectType('DispositionBatch', { description: 'What became of up to 1,000 messages: whole and final.' })
export class DispositionBatchModel {
  @Field(() => ID, { description: 'Of the batch, and of its certificate.' })
  id!: string;

  @Field(() => DateTime)
  writtenAt!: number;

  @Field(() => Int)
  destroyedCount!: number;

  @Field(() => [KeptCount])
  kept!: readonly KeptCount[];

  @Field({ description: 'SHA-256 of the canonical certificate, as the audit has it.' })
  hash!: string;

  @Field(() => JsonObject, { description: 'The certificate: ids, rules, times and commitments, no content.' })
  certificate!: object;
}

@ObjectType('Disposition', { description: 'Messages that were proposed for destruction, frozen, and what became of them.' })
export class DispositionModel {
  @Field(() => ID)
  id!: string;

  @Field(() => DispositionStateEnum)
  state!: ProposalState;

  @Field(() => ActorEnum)
  proposedBy!: Actor;

  @Field(() => DateTime)
  proposedAt!: number;

  @Field(() => ActorEnum, { nullable: true })
  approvedBy!: Actor | null;

  @Field(() => DateTime, { nullable: true })
  approvedAt!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'From then on the approval counts no more.' })
  approvalLapsesAt!: number | null;

  @Field(() => ActorEnum, { nullable: true })
  ranBy!: Actor | null;

  @Field({ description: 'Names the set, for whoever approves it.' })
  setHash!: string;

  @Field(() => Int)
  itemCount!: number;

  @Field(() => [DispositionCount], { description: 'By the rule that lets them go.' })
  byRule!: readonly DispositionCount[];

  @Field(() => [DispositionCount], { description: 'By the month of sending, in UTC.' })
  byMonth!: readonly DispositionCount[];

  @Field(() => [DispositionCount], { description: 'By custodian; a message may count under several.' })
  byCustodian!: readonly DispositionCount[];

  @Field(() => [KeptCount], { description: 'Messages that a rule may have let go and that were not proposed.' })
  kept!: readonly KeptCount[];

  @Field(() => Int)
  partsDone!: number;

  @Field(() => Int)
  partCount!: number;

  @Field({ description: 'Whether this server runs it now. Commands and other servers may, too.' })
  isRunningHere!: boolean;

  /** Every attempt; `batches` shows those that have a certificate. */
  batchIds!: readonly string[];
}

@ObjectType()
export class DispositionEdge {
  @Field()
  cursor!: string;

  @Field(() => DispositionModel)
  node!: DispositionModel;
}

@ObjectType({ description: 'Dispositions, the latest first.' })
export class DispositionConnection {
  @Field(() => [DispositionEdge])
  edges!: readonly DispositionEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType('ErasureRequest', { description: 'Somebody asked to have data about them erased. Holds and rules that retain come first.' })
export class ErasureRequestModel {
  @Field(() => ID)
  id!: string;

  @Field(() => ErasureStateEnum)
  state!: ErasureState;

  @Field()
  reason!: string;

  @Field(() => JsonObject, { description: 'The messages that it is about, as it is stored.' })
  filter!: FilterNode;

  @Field(() => DateTime)
  receivedAt!: number;

  @Field(() => ActorEnum)
  requestedBy!: Actor;

  @Field(() => Int, { description: 'Messages that are still there.' })
  leftCount!: number;

  @Field(() => Int, { description: 'Of those, messages that a hold covers: they wait, and are offered again when it is released.' })
  heldCount!: number;
}

@ObjectType()
export class ErasureRequestEdge {
  @Field()
  cursor!: string;

  @Field(() => ErasureRequestModel)
  node!: ErasureRequestModel;
}

@ObjectType({ description: 'Requests, the latest first.' })
export class ErasureRequestConnection {
  @Field(() => [ErasureRequestEdge])
  edges!: readonly ErasureRequestEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
