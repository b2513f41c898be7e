import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import type { AttachmentState } from '../domain/values.js';
import { AttachmentStateEnum, FacetFieldEnum, TextFieldEnum } from '../filter/enums.js';
import { DateTime } from '../graphql/date-time.scalar.js';
import { PageInfo } from '../graphql/page-info.model.js';
import type { Facet, HistogramBar, HistogramRequest } from '../query/aggregation.js';
import type { TextField } from '../query/ast.js';
import type { FieldName } from '../query/fields.js';
import { MessageModel } from './message.model.js';

@ObjectType({ description: 'A place in a snippet, in UTF-16 units.' })
export class Span {
  @Field(() => Int)
  start!: number;

  @Field(() => Int, { description: 'The unit behind the last one.' })
  end!: number;
}

@ObjectType('Highlight', { description: 'A piece of the original text that shows why a message is a hit.' })
export class HighlightModel {
  @Field(() => TextFieldEnum)
  field!: TextField;

  @Field(() => ID, { nullable: true, description: 'Whose name or text it is; null in the body.' })
  attachmentId!: string | null;

  @Field()
  snippet!: string;

  @Field(() => [Span])
  spans!: readonly Span[];
}

@ObjectType({ description: 'A hit.' })
export class SearchEdge {
  @Field({ description: 'Pass it as `after` to go on behind this hit.' })
  cursor!: string;

  @Field(() => MessageModel)
  message!: MessageModel;

  @Field(() => [HighlightModel])
  highlights!: readonly HighlightModel[];

  @Field(() => Float, { nullable: true, description: 'Relevance; null when sorted by time.' })
  score!: number | null;
}

@ObjectType('FacetBucket')
export class FacetBucketModel {
  @Field()
  value!: string;

  @Field(() => String, { nullable: true, description: 'A name for people to read, if there is one.' })
  label!: string | null;

  @Field(() => Int)
  count!: number;
}

@ObjectType('Facet', { description: 'How many hits have each value of a field; exact, over all hits.' })
export class FacetModel {
  @Field(() => FacetFieldEnum)
  field!: FieldName;

  @Field(() => [FacetBucketModel], { description: 'The most frequent values.' })
  buckets!: readonly FacetBucketModel[];

  @Field(() => Int, { description: 'Sum of the counts of all further values.' })
  otherCount!: number;

  @Field(() => Int, { description: 'Hits without any value.' })
  missingCount!: number;
}

@ObjectType('HistogramBar')
export class HistogramBarModel {
  @Field(() => DateTime, { nullable: true, description: 'Start of the bar; null is the bar of undated messages.' })
  start!: number | null;

  @Field(() => Int)
  count!: number;
}

@ObjectType({ description: 'Attachments that were not, or not wholly, searched.' })
export class AttachmentsNotSearched {
  @Field(() => AttachmentStateEnum)
  state!: AttachmentState;

  @Field(() => Int)
  count!: number;
}

@ObjectType({ description: 'What was searched, and what could not be, within the filter of the search.' })
export class Completeness {
  @Field()
  engine!: string;

  @Field({ description: 'Version of the text rules.' })
  foldVersion!: string;

  @Field(() => Float, { description: 'Every change up to this number was searched.' })
  watermark!: number;

  @Field(() => Int, {
    description: 'Records that imports could not keep; of the import runs and sources that the filter names, else of all.',
  })
  recordsRejected!: number;

  @Field(() => [AttachmentsNotSearched])
  attachmentsNotSearched!: readonly AttachmentsNotSearched[];
}

@ObjectType({ description: 'What match ANY made of the text.' })
export class SearchTerms {
  @Field(() => [String], { description: 'Words that were searched for, the rarest first.' })
  kept!: readonly string[];

  @Field(() => [String], { description: 'Words that were left out.' })
  dropped!: readonly string[];
}

@ObjectType('SearchResult', { description: 'The answer to a search; all parts come from one snapshot.' })
export class SearchAnswer {
  @Field(() => Int, { description: 'Exact.' })
  totalCount!: number | null;

  @Field(() => [SearchEdge])
  edges!: readonly SearchEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  @Field(() => Completeness)
  completeness!: Completeness | null;

  @Field(() => SearchTerms, { nullable: true, description: 'For match ANY.' })
  terms!: SearchTerms | null;

  /** Every facet and histogram that was wanted; `search.resolver.ts` hands them out by their arguments. */
  allFacets!: readonly Facet[];
  allHistograms!: readonly (HistogramRequest & { readonly bars: readonly HistogramBar[] })[];
}
