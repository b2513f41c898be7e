import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { ActorEnum, type Actor } from '../access/people.js';
import type { KeepReason } from '../domain/values.js';
import { DateTime } from '../graphql/date-time.scalar.js';
import { JsonObject } from '../graphql/json-object.scalar.js';
import type { FilterNode } from '../query/ast.js';
import {
  ClockDoubtEnum,
  CoverageEnum,
  KeepReasonEnum,
  RetentionActionEnum,
  RetentionModeEnum,
  RetentionScopeEnum,
  RetentionStateEnum,
  RetentionTriggerEnum,
} from './retention.enums.js';
import type { RetentionAction, RetentionMode, RetentionScope, TriggerKind } from './retention-policy.js';

@ObjectType('RetentionPolicy', { description: 'A rule about how long messages are kept.' })
export class RetentionPolicyModel {
  @Field(() => ID)
  id!: string;

  @Field()
  name!: string;

  @Field({ description: 'Messages that it applies to, to be read by people.' })
  filterText!: string;

  @Field(() => JsonObject, { description: 'Messages that it applies to, as it is stored.' })
  filter!: FilterNode;

  @Field(() => RetentionActionEnum)
  action!: RetentionAction;

  @Field(() => String, { nullable: true, description: 'ISO 8601.' })
  period!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Instead of a period: messages are retained up to this time.' })
  until!: number | null;

  @Field(() => RetentionTriggerEnum, { nullable: true })
  trigger!: TriggerKind | null;

  @Field({ description: 'The exact time of an archive counts however much later it was captured.' })
  trustsSentTime!: boolean;

  @Field(() => String, { nullable: true, description: 'Name of the event that starts the period.' })
  event!: string | null;

  @Field({ description: 'IANA name: days begin at midnight there.' })
  timeZone!: string;

  @Field(() => RetentionModeEnum)
  mode!: RetentionMode;

  @Field(() => RetentionScopeEnum)
  scope!: RetentionScope;

  @Field(() => RetentionStateEnum)
  state!: string;

  @Field(() => Int, { description: 'One more with each change.' })
  version!: number;
}

@ObjectType('RetentionEvent', { description: 'Something that happens once and starts periods.' })
export class RetentionEventModel {
  @Field()
  name!: string;

  @Field(() => DateTime, { nullable: true, description: 'Null: it has not happened; what waits for it is kept.' })
  occurredAt!: number | null;
}

@ObjectType({
  description:
    'Two policies of which one deletes what the other keeps. Where both apply, the message is kept until the longer one has passed.',
})
export class RetentionContradiction {
  @Field(() => ID)
  deletingPolicyId!: string;

  @Field(() => ID)
  keepingPolicyId!: string;
}

@ObjectType({ description: 'Every retention policy. A message that none deletes is kept.' })
export class RetentionPolicies {
  @Field(() => Int, { description: 'Of all policies and events together: one more with each change.' })
  version!: number;

  @Field(() => [RetentionPolicyModel], { description: 'Retired ones too.' })
  policies!: readonly RetentionPolicyModel[];

  @Field(() => [RetentionEventModel])
  events!: readonly RetentionEventModel[];

  @Field(() => [RetentionContradiction], { description: 'Pairs of policies in force that disagree.' })
  contradictions!: readonly RetentionContradiction[];
}

@ObjectType({ description: 'What one policy says about a message.' })
export class RetentionTerm {
  @Field(() => RetentionPolicyModel)
  policy!: RetentionPolicyModel;

  @Field(() => CoverageEnum)
  applies!: string;

  @Field(() => DateTime, { nullable: true, description: 'What its period is counted from, where that is known.' })
  triggerAt!: number | null;

  @Field(() => String, { nullable: true, description: 'The day of it in the time zone of the policy, e.g. 2026-01-31.' })
  triggerDate!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'From when on it no longer keeps the message, and lets it go if it deletes; null: not known, or it does not apply.',
  })
  expiresAt!: number | null;

  @Field(() => KeepReasonEnum, { nullable: true, description: 'Why that is not known. Then the message is kept.' })
  problem!: KeepReason | null;

  @Field({ description: 'This policy decided.' })
  isWinner!: boolean;
}

@ObjectType({ description: 'A hold that keeps the message.' })
export class RetentionHold {
  @Field(() => ID)
  holdId!: string;

  @Field(() => ID)
  matterId!: string;

  @Field({ description: 'The scope that covers it, to be read by people.' })
  scopeText!: string;

  @Field({ description: 'False: the message lacks a fact that the scope asks for, so that it may be covered.' })
  isCertain!: boolean;
}

@ObjectType({ description: 'A reason why the message may not go.' })
export class ExplainedReason {
  @Field(() => KeepReasonEnum)
  reason!: KeepReason;

  @Field({ description: 'What it means.' })
  text!: string;
}

@ObjectType({ description: 'Why a message may go, or not.' })
export class RetentionExplanation {
  @Field(() => ID)
  messageId!: string;

  @Field(() => DateTime)
  at!: number;

  @Field({ description: 'Neither policies nor holds keep it. Whether it is destroyed two people decide.' })
  isDestroyable!: boolean;

  @Field(() => [ExplainedReason], { description: 'Every reason why it may not go; none exactly when it is destroyable.' })
  reasons!: readonly ExplainedReason[];

  @Field(() => DateTime, { nullable: true, description: 'Until when policies keep it; null: none does, or there is no known end.' })
  keepUntil!: number | null;

  @Field({ description: 'Policies keep it without a known end.' })
  isEndUnknown!: boolean;

  @Field(() => DateTime, { nullable: true, description: 'From when on policies that delete let it go; null: none does.' })
  deleteAt!: number | null;

  @Field(() => Int, { description: 'Of the policies that decided.' })
  policyVersion!: number;

  @Field(() => [RetentionTerm], { description: 'Of every policy in force.' })
  terms!: readonly RetentionTerm[];

  @Field(() => [RetentionHold])
  holds!: readonly RetentionHold[];
}

@ObjectType()
export class RuleCount {
  @Field(() => RetentionPolicyModel)
  policy!: RetentionPolicyModel;

  @Field(() => Int)
  count!: number;
}

@ObjectType()
export class MonthCount {
  @Field(() => DateTime, { description: 'Where the month begins.' })
  start!: number;

  @Field(() => Int)
  count!: number;
}

@ObjectType()
export class CustodianCount {
  @Field(() => ID)
  custodianId!: string;

  @Field(() => Int)
  count!: number;
}

@ObjectType('RetentionSimulation', { description: 'What a change of the policies would make destroyable. Exact. Nothing was changed.' })
export class RetentionSimulationModel {
  @Field(() => DateTime)
  at!: number;

  @Field(() => Int, {
    description:
      'Messages that would become destroyable: that are not so under the policies of today. Without a change: that are so today.',
  })
  becomingCount!: number;

  @Field(() => Int, { description: 'Messages that the policies would let go beyond that, but holds keep.' })
  heldCount!: number;

  @Field(() => Int, { description: 'Destroyable at that time under the policies of today.' })
  beforeCount!: number;

  @Field(() => Int, { description: 'Destroyable at that time after the change.' })
  afterCount!: number;

  @Field(() => [RuleCount], { description: 'Of those that would become destroyable; one that several policies let go counts for each.' })
  byRule!: readonly RuleCount[];

  @Field(() => [MonthCount], { description: 'Of those that would become destroyable, by when they were sent.' })
  byMonth!: readonly MonthCount[];

  @Field(() => [CustodianCount], {
    description: 'Of those that would become destroyable, the 100 custodians with the most; one of several custodians counts for each.',
  })
  byCustodian!: readonly CustodianCount[];

  @Field(() => Int, { description: 'Further custodians.' })
  otherCustodianCount!: number;

  @Field(() => Int, { description: 'Of those that would become destroyable, without a custodian.' })
  withoutCustodianCount!: number;

  @Field(() => Int, { description: 'Messages that had to be read one by one: edited ones, and such as lack a fact that policies ask for.' })
  readCount!: number;
}

@ObjectType({ description: 'Whether the clock can be trusted with the end of periods.' })
export class ClockStatus {
  @Field({ description: 'Nothing is destroyed until a person has acknowledged the clock.' })
  isSuspended!: boolean;

  @Field(() => ClockDoubtEnum, { nullable: true })
  doubt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'What it showed before.' })
  doubtFrom!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'What it showed then.' })
  doubtTo!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'What it showed when it was last looked at; null: never.' })
  seenAt!: number | null;

  @Field(() => ActorEnum, { nullable: true })
  acknowledgedBy!: Actor | null;

  @Field(() => DateTime, { nullable: true })
  acknowledgedAt!: number | null;
}
