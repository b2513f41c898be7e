import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { ActorEnum, type Actor } from '../access/people.js';
import type { FilterNode } from '../query/ast.js';
import { DateTime } from '../graphql/date-time.scalar.js';
import { JsonObject } from '../graphql/json-object.scalar.js';
import { PageInfo } from '../graphql/page-info.model.js';
import { HOLD_STATES, type HoldState } from './hold-register.js';

/** The states of the register, and what comes after them. */
export const SHOWN_HOLD_STATES = [...HOLD_STATES, 'released'] as const;
export type ShownHoldState = HoldState | 'released';

export const HoldStateEnum = Object.fromEntries(SHOWN_HOLD_STATES.map((state) => [state, state]));
registerEnumType(HoldStateEnum, {
  name: 'HoldState',
  description:
    'placing: binds what is decided from now on, but not yet every batch under way. active: nothing it covers can be destroyed. ' +
    'release_pending: two people agreed to release it, and it binds until its time of cooling off has passed. released: it binds no more.',
});

@ObjectType('HoldClause', { description: 'One scope of a hold. Scopes are added, never narrowed.' })
export class HoldClauseModel {
  @Field(() => ID)
  id!: string;

  @Field(() => HoldStateEnum)
  state!: ShownHoldState;

  @Field({ description: 'What it covers, to be read by people.' })
  scopeText!: string;

  @Field(() => JsonObject, { description: 'What it covers, as it is stored.' })
  scope!: FilterNode;

  @Field(() => ActorEnum)
  placedBy!: Actor;

  @Field(() => DateTime)
  placedAt!: number;
}

@ObjectType('ReleaseRequest', { description: 'A release that one person has asked for.' })
export class ReleaseRequestModel {
  @Field(() => ActorEnum)
  requestedBy!: Actor;

  @Field(() => DateTime)
  requestedAt!: number;

  @Field()
  reason!: string;
}

@ObjectType('PendingRelease', { description: 'A release that two people have agreed on.' })
export class PendingReleaseModel {
  @Field(() => ActorEnum)
  requestedBy!: string;

  @Field(() => ActorEnum)
  approvedBy!: string;

  @Field()
  reason!: string;

  @Field(() => DateTime, { description: 'Until then the hold binds.' })
  until!: number;
}

@ObjectType('Hold', { description: 'Keeps every message that one of its clauses covers, also those imported later.' })
export class HoldModel {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  matterId!: string;

  @Field()
  reason!: string;

  @Field(() => HoldStateEnum, { description: 'Of the whole hold: placing while one of its clauses is.' })
  state!: ShownHoldState;

  @Field(() => [HoldClauseModel], { description: 'In the order in which they were placed.' })
  clauses!: readonly HoldClauseModel[];

  @Field(() => ReleaseRequestModel, { nullable: true, description: 'Waits for a second person.' })
  releaseRequest!: ReleaseRequestModel | null;

  @Field(() => PendingReleaseModel, { nullable: true })
  release!: PendingReleaseModel | null;

  @Field(() => DateTime, { nullable: true })
  releasedAt!: number | null;
}

@ObjectType()
export class HoldEdge {
  @Field()
  cursor!: string;

  @Field(() => HoldModel)
  node!: HoldModel;
}

@ObjectType({ description: 'Holds, the latest first.' })
export class HoldConnection {
  @Field(() => [HoldEdge])
  edges!: readonly HoldEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'What became of placing or widening a hold.' })
export class HoldPlacement {
  @Field(() => HoldModel)
  hold!: HoldModel;

  @Field(() => ID)
  clauseId!: string;

  @Field(() => HoldStateEnum, { description: 'active: from now on nothing that the clause covers can be destroyed.' })
  state!: ShownHoldState;

  @Field(() => DateTime, { description: 'When that was so.' })
  effectiveAt!: number;

  @Field(() => Int, { description: 'Messages that a batch under way had claimed, and that were taken back from it.' })
  takenBack!: number;

  @Field(() => [ID], {
    description:
      'Batches, by the ids of their certificates, that had destroyed claimed messages before. Whether the hold meant them can no longer be told.',
  })
  destroyedBefore!: readonly string[];
}

@ObjectType({ description: 'A hold that keeps a message, by one of its clauses.' })
export class MessageHold {
  @Field(() => ID)
  holdId!: string;

  @Field(() => ID)
  matterId!: string;

  @Field(() => ID)
  clauseId!: string;

  @Field(() => HoldStateEnum)
  state!: ShownHoldState;

  @Field({ description: 'What the clause covers, to be read by people.' })
  scopeText!: string;

  @Field({ description: 'False: the message lacks a fact that the clause asks for, so whether it is meant cannot be told. It is kept all the same.' })
  isCertain!: boolean;
}

@ObjectType()
export class HoldPreviewCount {
  @Field()
  value!: string;

  @Field(() => String, { nullable: true, description: 'A name for people to read.' })
  label!: string | null;

  @Field(() => Int)
  count!: number;
}

@ObjectType()
export class HoldPreviewMonth {
  @Field(() => DateTime, { nullable: true, description: 'Its first instant; null: messages without a date.' })
  start!: number | null;

  @Field(() => Int)
  count!: number;
}

@ObjectType('HoldPreviewLack')
export class HoldPreviewLack {
  @Field({ description: 'The fact, as scopes name it.' })
  field!: string;

  @Field(() => Int)
  count!: number;
}

@ObjectType('HoldPreview', { description: 'What a hold would cover now. What is imported later comes on top.' })
export class HoldPreviewModel {
  @Field(() => Int)
  messageCount!: number;

  @Field(() => Int, { description: 'Of those, messages that no hold covers so far.' })
  newCount!: number;

  @Field(() => Int, { nullable: true, description: 'Of those, messages that the named hold does not cover so far.' })
  widenedBy!: number | null;

  @Field(() => [HoldPreviewCount], { description: 'The 100 custodians with the most messages. A message may count under several.' })
  byCustodian!: readonly HoldPreviewCount[];

  @Field(() => [HoldPreviewCount], { description: 'The 100 capture streams with the most messages.' })
  bySource!: readonly HoldPreviewCount[];

  @Field(() => [HoldPreviewMonth])
  byMonth!: readonly HoldPreviewMonth[];

  @Field(() => [HoldPreviewLack], {
    description: 'Messages of the archive that lack a fact which the scope asks for: the hold may keep them too, because nobody can tell.',
  })
  lacking!: readonly HoldPreviewLack[];
}
