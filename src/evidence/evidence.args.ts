import { ArgsType, Field, Float, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsIn, IsNumber, IsOptional, IsString, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { FilterInput } from '../filter/filter.input.js';
import { Cursor, PageSize } from '../graphql/page-arguments.js';
import { DEFAULT_TIME_ZONE } from '../graphql/time-zone.js';
import { RECALL_ORDERS, type RecallOrder } from './recall-timeline.service.js';

export const DEFAULT_THRESHOLD = 0.001;

export const RecallOrderEnum = Object.fromEntries(RECALL_ORDERS.map((order) => [order.toUpperCase(), order]));
registerEnumType(RecallOrderEnum, {
  name: 'RecallOrder',
  description:
    'RECALLED: by the time of the recall, or of sending where that is not known. SENT: by the time of sending, undated ones last.',
});

@ArgsType()
export class RecallTimelineArgs {
  @Field(() => FilterInput, { nullable: true, description: 'Messages whose recalls are listed; all if not given.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => FilterInput)
  filter?: FilterInput | null;

  @Field(() => RecallOrderEnum, { defaultValue: 'recalled', description: 'The earliest first.' })
  @IsIn(RECALL_ORDERS)
  order!: RecallOrder;

  @PageSize()
  first!: number;

  @Cursor(1_000)
  after?: string | null;
}

@ArgsType()
export class CaptureGapsArgs {
  @Field(() => FilterInput, {
    nullable: true,
    description:
      'Messages whose days are counted; all if not given. Of numbered streams, `sources` and `importRunIds` choose which are shown.',
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => FilterInput)
  filter?: FilterInput | null;

  @Field(() => String, { defaultValue: DEFAULT_TIME_ZONE, description: 'IANA name: days begin at midnight there.' })
  @IsString()
  @MaxLength(100)
  timeZone!: string;

  @Field(() => Float, {
    defaultValue: DEFAULT_THRESHOLD,
    description: 'Silences less probable than this are listed; above 0, at most 0.1.',
  })
  @IsNumber()
  @Min(1e-300)
  @Max(0.1)
  threshold!: number;
}
