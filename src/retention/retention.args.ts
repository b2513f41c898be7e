import { ArgsType, Field, ID, InputType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';
import { ActArgs } from '../access/act.args.js';
import { RECORD_ID } from '../domain/record-id.js';
import { FilterInput } from '../filter/filter.input.js';
import { DateTime } from '../graphql/date-time.scalar.js';
import { DEFAULT_TIME_ZONE } from '../graphql/time-zone.js';
import { RetentionActionEnum, RetentionModeEnum, RetentionScopeEnum, RetentionTriggerEnum } from './retention.enums.js';
import {
  RETENTION_ACTIONS,
  RETENTION_MODES,
  RETENTION_SCOPES,
  TRIGGER_KINDS,
  type RetentionAction,
  type RetentionMode,
  type RetentionScope,
  type TriggerKind,
} from './retention-policy.js';

@InputType({ description: 'A rule about how long messages are kept.' })
export class RetentionPolicyInput {
  @Field(() => ID, {
    nullable: true,
    description: 'Up to 40 of a-z and 0-9. Of a policy that there is: replaces it. Made up if not given.',
  })
  @IsOptional()
  @IsString()
  @Matches(RECORD_ID)
  id?: string | null;

  @Field()
  @IsString()
  @MaxLength(200)
  name!: string;

  @Field(() => FilterInput, {
    nullable: true,
    description: 'Messages that it applies to, by exact facts. An empty one is refused: it would mean all.',
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => FilterInput)
  filter?: FilterInput | null;

  @Field({ defaultValue: false, description: 'Instead of a filter: every message.' })
  @IsBoolean()
  appliesToAll!: boolean;

  @Field(() => RetentionActionEnum)
  @IsIn(RETENTION_ACTIONS)
  action!: RetentionAction;

  @Field(() => String, { nullable: true, description: 'ISO 8601 in years, months and days, or in weeks: P7Y, P1Y6M, P90D, P2W.' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  period?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Instead of a period: retain up to this time, as an authority has asked for.' })
  @IsOptional()
  @IsInt()
  until?: number | null;

  @Field(() => RetentionTriggerEnum, { nullable: true, description: 'What the period is counted from.' })
  @IsOptional()
  @IsIn(TRIGGER_KINDS)
  trigger?: TriggerKind | null;

  @Field({
    defaultValue: false,
    description:
      'With `sent`: the exact time of an archive counts, however much later it was captured. ' +
      'Otherwise the capture counts where it was more than a day later.',
  })
  @IsBoolean()
  trustsSentTime!: boolean;

  @Field(() => String, { nullable: true, description: 'With `event`: its name.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  event?: string | null;

  @Field(() => String, { defaultValue: DEFAULT_TIME_ZONE, description: 'IANA name: days begin at midnight there.' })
  @IsString()
  @MaxLength(100)
  timeZone!: string;

  @Field(() => RetentionModeEnum, { defaultValue: 'operational' })
  @IsIn(RETENTION_MODES)
  mode!: RetentionMode;

  @Field(() => RetentionScopeEnum, { defaultValue: 'global' })
  @IsIn(RETENTION_SCOPES)
  scope!: RetentionScope;
}

@InputType({ description: 'Something that happens once and starts periods, e.g. the closing of an account.' })
export class RetentionEventInput {
  @Field({ description: 'Up to 100 Latin letters, digits and _ . : / -' })
  @IsString()
  @MaxLength(100)
  name!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it happened; null: it has not.' })
  @IsOptional()
  @IsInt()
  occurredAt?: number | null;
}

@InputType({ description: 'One change of the policies: exactly one of these.' })
export class RetentionChangeInput {
  @Field(() => RetentionPolicyInput, { nullable: true, description: 'A policy to be set.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => RetentionPolicyInput)
  set?: RetentionPolicyInput | null;

  @Field(() => ID, { nullable: true, description: 'A policy to be retired.' })
  @IsOptional()
  @IsString()
  @Matches(RECORD_ID)
  retire?: string | null;

  @Field(() => RetentionEventInput, { nullable: true, description: 'An event to be recorded.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => RetentionEventInput)
  event?: RetentionEventInput | null;
}

@ArgsType()
export class SetRetentionPolicyArgs extends ActArgs {
  @Field(() => RetentionPolicyInput)
  @ValidateNested()
  @Type(() => RetentionPolicyInput)
  input!: RetentionPolicyInput;
}

@ArgsType()
export class RecordRetentionEventArgs extends ActArgs {
  @Field(() => RetentionEventInput)
  @ValidateNested()
  @Type(() => RetentionEventInput)
  input!: RetentionEventInput;
}

@ArgsType()
export class RetentionExplainArgs {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  messageId!: string;

  @Field(() => DateTime, { nullable: true, description: 'Now if not given.' })
  @IsOptional()
  @IsInt()
  at?: number | null;
}

@ArgsType()
export class RetentionSimulateArgs {
  @Field(() => RetentionChangeInput, { nullable: true, description: 'Left out: what is destroyable under the policies of today.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => RetentionChangeInput)
  change?: RetentionChangeInput | null;

  @Field(() => DateTime, { nullable: true, description: 'Now if not given.' })
  @IsOptional()
  @IsInt()
  at?: number | null;

  @Field(() => String, { defaultValue: DEFAULT_TIME_ZONE, description: 'IANA name: months begin at midnight there.' })
  @IsString()
  @MaxLength(100)
  timeZone!: string;
}
