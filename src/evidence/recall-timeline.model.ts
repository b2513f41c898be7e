import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { DateTime } from '../graphql/date-time.scalar.js';
import { PageInfo } from '../graphql/page-info.model.js';
import { MessageModel, MessageSourceModel, toMessageModel } from '../search/message.model.js';
import { FacetBucketModel } from '../search/search.model.js';
import type { RecallEntry, RecallSummary, RecallTimelineAnswer } from './recall-timeline.service.js';

@ObjectType({ description: 'A record of a recalled message, and when it came.' })
export class RecallSource extends MessageSourceModel {
  @Field(() => DateTime, { nullable: true, description: 'When the import began that brought it.' })
  importedAt!: number | null;
}

@ObjectType('RecalledMessage', { description: 'A message that was recalled, or the recall of a message that is not in the archive.' })
export class RecalledMessageModel {
  @Field(() => MessageModel)
  message!: MessageModel;

  @Field(() => DateTime, { nullable: true })
  recalledAt!: number | null;

  @Field(() => ID, { nullable: true })
  recalledBy!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Whole seconds from sending to recall, rounded up; null where a time is unknown or the recall seems to come first.',
  })
  delaySeconds!: number | null;

  @Field({ description: 'Only the recall is known, not the content.' })
  isOrphan!: boolean;

  @Field(() => [RecallSource], { description: 'Records that tell of the recall and nothing else.' })
  toldBy!: readonly RecallSource[];

  @Field(() => [RecallSource], { description: 'Records that kept the content.' })
  answeredBy!: readonly RecallSource[];

  @Field({ description: 'The content is there, and only sources have it that do not tell of the recall.' })
  isAnsweredElsewhere!: boolean;
}

@ObjectType()
export class RecallEdge {
  @Field()
  cursor!: string;

  @Field(() => RecalledMessageModel)
  node!: RecalledMessageModel;
}

@ObjectType({ description: 'How many messages somebody recalled.' })
export class RecallerCount {
  @Field(() => ID)
  id!: string;

  @Field(() => Int)
  count!: number;
}

@ObjectType({ description: 'What only the recalled messages themselves tell.' })
export class Recallers {
  @Field(() => [RecallerCount], { description: 'The most recalls first; at most 100.' })
  counts!: readonly RecallerCount[];

  @Field(() => Int, { description: 'Recalls that do not say by whom.' })
  unknownCount!: number;

  @Field(() => Int, { description: 'Messages whose content only sources have that do not tell of the recall.' })
  answeredElsewhereCount!: number;
}

@ObjectType('RecallSummary', { description: 'Over all recalled messages that the filter lets through; exact.' })
export class RecallSummaryModel {
  @Field(() => Int)
  orphanCount!: number;

  @Field(() => Int, { description: 'Recalls with a known delay; the next three are over them.' })
  delayCount!: number;

  @Field(() => Int, { nullable: true, description: 'Seconds.' })
  shortestDelay!: number | null;

  @Field(() => Int, { nullable: true, description: 'Seconds.' })
  longestDelay!: number | null;

  @Field(() => Float, { nullable: true, description: 'Seconds.' })
  meanDelay!: number | null;

  @Field(() => [FacetBucketModel], { description: 'The senders with the most recalled messages, up to 20.' })
  bySender!: readonly FacetBucketModel[];

  @Field(() => [FacetBucketModel], { description: 'The conversations with the most recalled messages, up to 20.' })
  byConversation!: readonly FacetBucketModel[];

  @Field(() => Recallers, { nullable: true, description: 'Null above 10,000 recalled messages: a filter narrows them.' })
  recallers!: Recallers | null;
}

@ObjectType({ description: 'Recalled messages, the earliest first.' })
export class RecallTimeline {
  @Field(() => Int, { description: 'Exact.' })
  totalCount!: number;

  @Field(() => RecallSummaryModel)
  summary!: RecallSummaryModel;

  @Field(() => [RecallEdge])
  edges!: readonly RecallEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

const MOST_RECALLERS = 100;

/** The answer as the schema shows it. */
export function toRecallTimeline({ summary, edges, pageInfo }: RecallTimelineAnswer): RecallTimeline {
  return {
    totalCount: summary.total,
    summary: toSummary(summary),
    edges: edges.map(({ cursor, entry }) => ({ cursor, node: toRecalledMessage(entry) })),
    pageInfo,
  };
}

function toSummary({ orphans, withDelay, total: _total, recallers, ...summary }: RecallSummary): RecallSummaryModel {
  return {
    ...summary,
    orphanCount: orphans,
    delayCount: withDelay,
    recallers: recallers && {
      ...recallers,
      counts: recallers.counts.slice(0, MOST_RECALLERS).map(({ value, count }) => ({ id: value, count })),
    },
  };
}

function toRecalledMessage({ stored, ...facts }: RecallEntry): RecalledMessageModel {
  return { ...facts, message: toMessageModel(stored) };
}
