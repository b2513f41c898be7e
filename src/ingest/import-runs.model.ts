import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { RejectionReason, WarningCode } from '../domain/values.js';
import { RejectionReasonEnum, WarningCodeEnum } from '../filter/enums.js';
import { DateTime } from '../graphql/date-time.scalar.js';
import { PageInfo } from '../graphql/page-info.model.js';
import type { ImportedFileState, ImportRunState } from './import-run.js';
import type { RecordOutcome } from './line-ranges.js';

const ImportRunStateEnum: Readonly<Record<ImportRunState, ImportRunState>> = {
  running: 'running',
  interrupted: 'interrupted',
  finished: 'finished',
  failed: 'failed',
  waiting: 'waiting',
};
registerEnumType(ImportRunStateEnum, {
  name: 'ImportRunState',
  description: 'How far an import has come. An interrupted one goes on when it is started again.',
});

const ImportedFileStateEnum: Readonly<Record<ImportedFileState, ImportedFileState>> = {
  waiting: 'waiting',
  reading: 'reading',
  finished: 'finished',
  failed: 'failed',
};
registerEnumType(ImportedFileStateEnum, { name: 'ImportedFileState', description: 'How far the import of a file has come.' });

@ObjectType({ description: 'What became of the records; every record read is counted in exactly one of the others.' })
export class ImportCounts {
  @Field(() => Int)
  read!: number;

  @Field(() => Int)
  new!: number;

  @Field(() => Int, { description: 'Known already, character for character or in all that counts.' })
  duplicate!: number;

  @Field(() => Int, { description: 'Joined into a known message.' })
  merged!: number;

  @Field(() => Int, { description: 'Contradicts a known message; both texts are kept.' })
  conflict!: number;

  @Field(() => Int, { description: 'Destroyed before under a disposition, and refused now.' })
  disposed!: number;

  @Field(() => Int, { description: 'Destroyed before under a disposition, and stored again: a hold covers it.' })
  reintroduced!: number;

  @Field(() => Int, { description: 'Could not be kept.' })
  rejected!: number;
}

@ObjectType({ description: 'Where the records of one outcome stand in a file.' })
export class OutcomeLines {
  @Field({ description: 'As in "12-40, 57": up to 1,000 ranges, fewer in a run of many files.' })
  ranges!: string;

  @Field(() => Int, { description: 'Records behind the last range, whose lines are not told.' })
  omittedCount!: number;
}

@ObjectType({ description: 'The lines of the records of a file, by what became of them.' })
export class ImportLines implements Record<RecordOutcome, OutcomeLines> {
  @Field()
  new!: OutcomeLines;

  @Field()
  duplicate!: OutcomeLines;

  @Field()
  merged!: OutcomeLines;

  @Field()
  conflict!: OutcomeLines;

  @Field()
  disposed!: OutcomeLines;

  @Field()
  reintroduced!: OutcomeLines;

  @Field()
  rejected!: OutcomeLines;
}

@ObjectType({ description: 'Where something was seen in an archive file.' })
export class LineNote {
  @Field()
  file!: string;

  @Field(() => Int)
  line!: number;

  @Field()
  detail!: string;
}

@ObjectType()
export class RejectionCount {
  @Field(() => RejectionReasonEnum)
  reason!: RejectionReason;

  @Field(() => Int)
  count!: number;

  @Field(() => [LineNote], { description: 'The first places.' })
  first!: readonly LineNote[];
}

@ObjectType({ description: 'Encrypted records that one version of a key would open.' })
export class EncryptedCount {
  @Field()
  keyVersion!: string;

  @Field(() => Int)
  count!: number;
}

@ObjectType()
export class WarningCount {
  @Field(() => WarningCodeEnum)
  code!: WarningCode;

  @Field(() => Int)
  count!: number;

  @Field(() => [LineNote], { description: 'The first places.' })
  first!: readonly LineNote[];
}

@ObjectType({ description: 'Numbers of a stream that no record has, although records before and behind them are there.' })
export class MissingNumbers {
  @Field({ description: 'Decimal digits.' })
  first!: string;

  @Field({ description: 'Decimal digits.' })
  last!: string;
}

@ObjectType({ description: 'How far an import is, as it last said; it does so every two seconds.' })
export class ImportRunProgress {
  @Field(() => Float, { description: 'Of the files as they stand on disk.' })
  bytesDone!: number;

  @Field(() => Float)
  bytesTotal!: number;

  @Field(() => Float, { nullable: true, description: 'Since the import began or last went on; null until the first records are stored.' })
  recordsPerSecond!: number | null;
}

@ObjectType('ImportedFile', { description: 'One file of an import run.' })
export class ImportedFileModel {
  @Field()
  name!: string;

  @Field(() => Float, { description: 'Bytes on disk.' })
  bytes!: number;

  @Field(() => String, { nullable: true, description: 'SHA-256 of the file, hex; null until it was read to its end.' })
  sha256!: string | null;

  @Field()
  format!: string;

  @Field({ description: 'Why it was taken for this format.' })
  why!: string;

  @Field(() => ImportedFileStateEnum)
  state!: ImportedFileState;

  @Field(() => Float, { description: 'Bytes read so far, as they stand on disk.' })
  bytesDone!: number;

  @Field(() => ImportCounts)
  counts!: ImportCounts;

  @Field(() => ImportLines)
  lines!: ImportLines;

  @Field(() => [RejectionCount])
  rejections!: readonly RejectionCount[];

  @Field(() => [EncryptedCount], { description: 'Records that no key is configured for.' })
  encrypted!: readonly EncryptedCount[];

  @Field(() => [WarningCount])
  warnings!: readonly WarningCount[];

  @Field(() => [MissingNumbers], { description: 'The first hundred gaps in the numbers of its records, where these have numbers.' })
  gaps!: readonly MissingNumbers[];

  @Field(() => [String], { description: 'What is wrong with the file as a whole.' })
  problems!: readonly string[];
}

@ObjectType('ImportRun', { description: 'One import of a file or a directory.' })
export class ImportRunModel {
  @Field(() => ID)
  id!: string;

  @Field(() => ImportRunStateEnum)
  state!: ImportRunState;

  @Field(() => DateTime)
  startedAt!: number;

  @Field(() => DateTime, { nullable: true })
  finishedAt!: number | null;

  @Field({ description: 'What was imported.' })
  name!: string;

  @Field({ description: 'The capture stream that it was imported as.' })
  source!: string;

  @Field(() => String, { nullable: true, description: 'As the caller named it.' })
  identitySpace!: string | null;

  @Field(() => [ImportedFileModel])
  files!: readonly ImportedFileModel[];

  @Field(() => [String], { description: 'Files that no importer knows and no message refers to.' })
  unclaimed!: readonly string[];

  @Field(() => [String], { description: 'What had to be assumed.' })
  assumptions!: readonly string[];

  @Field(() => ImportRunProgress)
  progress!: ImportRunProgress;

  @Field(() => ImportCounts)
  counts!: ImportCounts;

  @Field(() => [RejectionCount])
  rejections!: readonly RejectionCount[];

  @Field(() => [EncryptedCount], { description: 'Records that no key is configured for.' })
  encrypted!: readonly EncryptedCount[];

  @Field(() => [WarningCount])
  warnings!: readonly WarningCount[];

  @Field(() => [MissingNumbers], { description: 'The first hundred gaps in the numbers of its records, all files together.' })
  gaps!: readonly MissingNumbers[];

  @Field(() => DateTime, { nullable: true, description: 'Of the accepted messages.' })
  earliestSentAt!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'Of the accepted messages.' })
  latestSentAt!: number | null;
}

@ObjectType()
export class ImportRunEdge {
  @Field()
  cursor!: string;

  @Field(() => ImportRunModel)
  node!: ImportRunModel;
}

@ObjectType({ description: 'Import runs, the latest first.' })
export class ImportRunConnection {
  @Field(() => Int)
  totalCount!: number;

  @Field(() => [ImportRunEdge])
  edges!: readonly ImportRunEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
