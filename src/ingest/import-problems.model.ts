import { ArgsType, Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { IsBoolean, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { REJECTION_REASONS, type RejectionReason } from '../domain/values.js';
import { RejectionReasonEnum } from '../filter/enums.js';
import { Cursor, PageSize } from '../graphql/page-arguments.js';
import { PageInfo } from '../graphql/page-info.model.js';

const LONGEST_CURSOR = 10_000;

@ArgsType()
export class ImportProblemsArgs {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  runId!: string;

  @Field(() => RejectionReasonEnum, { nullable: true, description: 'Records rejected for this reason; all if not given.' })
  @IsOptional()
  @IsIn(REJECTION_REASONS)
  reason?: RejectionReason | null;

  @PageSize('1 to 100; 1 to 20 with `wholeBytes`.')
  first!: number;

  @Cursor(LONGEST_CURSOR)
  after?: string | null;

  @Field({ defaultValue: false, description: 'All bytes that are kept of each record, up to 64 KiB, instead of its first KiB.' })
  @IsBoolean()
  wholeBytes!: boolean;
}

@ObjectType({ description: 'A record that an import could not keep as a message.' })
export class ImportProblem {
  @Field()
  file!: string;

  @Field(() => Int, { description: 'Beginning with 1; the ordinal of the record in a file without lines.' })
  line!: number;

  @Field(() => RejectionReasonEnum)
  reason!: RejectionReason;

  @Field({ description: 'What is wrong with it; never content.' })
  detail!: string;

  @Field(() => Float, { description: 'Bytes of the whole record.' })
  length!: number;

  @Field(() => String, { nullable: true, description: 'SHA-256 of the whole record, hex.' })
  sha256!: string | null;

  @Field({ description: 'The record as it stands in the file, base64.' })
  bytes!: string;

  @Field({ description: '`bytes` as text; control characters and characters that are not seen are shown as what they are.' })
  text!: string;

  @Field({ description: 'Whether `bytes` and `text` hold the beginning of the record only.' })
  isCut!: boolean;
}

@ObjectType()
export class ImportProblemEdge {
  @Field()
  cursor!: string;

  @Field(() => ImportProblem)
  node!: ImportProblem;
}

@ObjectType({ description: 'Rejected records, in the order of the files and their lines.' })
export class ImportProblemConnection {
  @Field(() => Int)
  totalCount!: number;

  @Field(() => [ImportProblemEdge])
  edges!: readonly ImportProblemEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
