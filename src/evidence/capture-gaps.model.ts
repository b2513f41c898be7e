import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { PageInfo } from '../graphql/page-info.model.js';
import type { CaptureGapsAnswer, FoundSilence } from './capture-gaps.service.js';
import { dateOfDay } from './local-day.js';

@ObjectType('SequenceGap', {
  description: 'Missing places in the order of a stream, first and last included; in digits, of up to 64 bits.',
})
export class SequenceGapModel {
  @Field()
  first!: string;

  @Field()
  last!: string;

  @Field({ description: 'How many numbers are missing here.' })
  count!: string;

  @Field(() => String, { nullable: true, description: 'The file with the place right before the gap.' })
  fileBefore!: string | null;

  @Field(() => String, { nullable: true, description: 'The file with the place right behind the gap.' })
  fileBehind!: string | null;
}

@ObjectType('SourceSequence', { description: 'How complete a capture stream is by the numbers of its records, over all its imports.' })
export class SourceSequenceModel {
  @Field()
  source!: string;

  @Field({ description: 'The lowest number, in digits.' })
  first!: string;

  @Field({ description: 'The highest number.' })
  last!: string;

  @Field({ description: 'Numbers missing in between, in digits.' })
  missingCount!: string;

  @Field(() => Int)
  gapCount!: number;

  @Field(() => [SequenceGapModel], { description: 'The first 100 gaps.' })
  gaps!: readonly SequenceGapModel[];

  @Field(() => Int, { description: 'Records that imports could not keep; their numbers are among the missing ones.' })
  recordsRejected!: number;
}

@ObjectType('Silence', {
  description: 'Days without a message that the rhythm of the sender makes improbable. An indication, not a proof.',
})
export class SilenceModel {
  @Field(() => ID)
  senderId!: string;

  @Field(() => String, { nullable: true, description: 'From the newest message that names the sender.' })
  senderName!: string | null;

  @Field({ description: 'Whether the account of the sender is archived.' })
  isCustodian!: boolean;

  @Field({ description: 'The first silent day, e.g. 2026-01-31.' })
  firstDay!: string;

  @Field({ description: 'The last silent day.' })
  lastDay!: string;

  @Field(() => Int)
  days!: number;

  @Field(() => Int, { description: 'Of those, days of the week on which the sender usually writes.' })
  usualDays!: number;

  @Field(() => Float, { description: 'How many messages the weeks around would lead one to expect.' })
  expectedMessages!: number;

  @Field(() => Float, { description: 'Chance of this silence, were each day independent of the others.' })
  probability!: number;

  @Field({ description: 'Goes on to the last day of the archive.' })
  isOpen!: boolean;

  @Field(() => Int, { description: 'Messages of other senders in these days: none may be a holiday, or a hole in the capture.' })
  messagesOfOthers!: number;
}

@ObjectType()
export class SilenceEdge {
  @Field()
  cursor!: string;

  @Field(() => SilenceModel)
  node!: SilenceModel;
}

@ObjectType({ description: 'Silences, those of custodians first, the least probable first.' })
export class SilenceConnection {
  @Field(() => Int)
  totalCount!: number;

  @Field(() => [SilenceEdge])
  edges!: readonly SilenceEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'What may be missing from the archive.' })
export class CaptureGaps {
  @Field(() => [SourceSequenceModel], { description: 'Streams that number their records.' })
  sequences!: readonly SourceSequenceModel[];

  @Field(() => Int, { description: 'Senders whose days were looked at.' })
  sendersConsidered!: number;

  @Field(() => Int, { description: 'Senders beyond the 10,000 with the most messages, whose days were not looked at.' })
  sendersLeftOut!: number;

  /** `silences` pages through them. */
  allSilences!: readonly FoundSilence[];
}

/** The answer as the schema shows it. */
export function toCaptureGaps({ silences, ...answer }: CaptureGapsAnswer): CaptureGaps {
  return { ...answer, allSilences: silences };
}

export function toSilence(silence: FoundSilence, senderName: string | null): SilenceModel {
  return { ...silence, senderName, firstDay: dateOfDay(silence.firstDay), lastDay: dateOfDay(silence.lastDay) };
}
