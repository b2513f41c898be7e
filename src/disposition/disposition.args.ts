import { ArgsType, Field, ID } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';
import { ActArgs, RecordActArgs } from '../access/act.args.js';
import { RECORD_ID } from '../domain/record-id.js';
import { FilterInput } from '../filter/filter.input.js';
import { DateTime } from '../graphql/date-time.scalar.js';

const SHA256 = /^[0-9a-f]{64}$/;
/** Something that can be seen. */
const VISIBLE = /[\p{L}\p{N}]/u;

@ArgsType()
export class ProposeDispositionArgs extends ActArgs {
  @Field(() => FilterInput, { nullable: true, description: 'Only of these messages; of all if not given.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => FilterInput)
  filter?: FilterInput | null;
}

@ArgsType()
export class ApproveDispositionArgs extends RecordActArgs {
  @Field({ description: 'Of the set that is agreed to, as the proposal shows it.' })
  @IsString()
  @Matches(SHA256)
  setHash!: string;
}

@ArgsType()
export class RemoveDestroyedArgs extends ActArgs {
  @Field({ defaultValue: false, description: 'The actor says that the archive which was given up by a move to another engine is deleted.' })
  @IsBoolean()
  movedArchiveIsDeleted!: boolean;
}

@ArgsType()
export class RequestErasureArgs extends ActArgs {
  @Field(() => FilterInput, { description: 'The messages that it is about.' })
  @ValidateNested()
  @Type(() => FilterInput)
  filter!: FilterInput;

  @Field()
  @IsString()
  @Matches(VISIBLE)
  @MaxLength(2_000)
  reason!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was received; now if not given. Messages can go a day later.' })
  @IsOptional()
  @IsInt()
  receivedAt?: number | null;

  @Field(() => ID, { nullable: true, description: 'Up to 40 of a-z and 0-9, to give the same request again after a failure; made up if not given.' })
  @IsOptional()
  @IsString()
  @Matches(RECORD_ID)
  id?: string | null;
}
