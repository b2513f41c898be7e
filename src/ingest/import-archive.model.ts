import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';

const LONGEST_PATH = 4_096;
const LONGEST_NAME = 200;

@InputType({ description: 'What to import from the inbox directory.' })
export class ImportArchiveInput {
  @Field({ description: 'A file, or a directory to import whole; relative to the inbox.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_PATH)
  path!: string;

  @Field(() => String, { nullable: true, description: 'The capture stream the files come from; "archive" if not given.' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NAME)
  source?: string | null;

  @Field(() => String, { nullable: true, description: "Where message ids are unique; the format's own if not given." })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NAME)
  identitySpace?: string | null;

  @Field(() => String, { nullable: true, description: 'Instead of finding it out file by file.' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NAME)
  format?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'A directory in the inbox that attachments named by absolute paths, or by their hash alone, may be in.',
  })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_PATH)
  mediaPath?: string | null;
}

@ObjectType()
export class ImportArchiveResult {
  @Field(() => ID, { description: 'How it goes is told by `importRun`.' })
  importRunId!: string;
}
