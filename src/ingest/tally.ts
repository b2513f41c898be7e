import type { AttachmentState, ImportOutcome, RejectionReason, WarningCode } from '../domain/values.js';
import { joinRanges, SequenceCollector, type SequenceRanges } from './sequence-ranges.js';

/** How many lines of each kind a report names. */
const FIRST_LINES = 10;

export type ImportCounts = Readonly<Record<'read' | 'rejected' | ImportOutcome, number>>;

export interface LineNote {
  readonly file: string;
  readonly line: number;
  /** What is wrong with it; never content. */
  readonly detail: string;
}

/** How often something was seen, and the first places. */
export interface Occurrences {
  readonly count: number;
  readonly first: readonly LineNote[];
}

/** What became of the records of a file, a batch or a whole run. Plain data: it is stored and sent between threads. */
export interface ImportTally {
  readonly counts: ImportCounts;
  readonly rejections: Readonly<Partial<Record<RejectionReason, Occurrences>>>;
  readonly warnings: Readonly<Partial<Record<WarningCode, Occurrences>>>;
  /** Encrypted records by the version of the key that would open them. */
  readonly encrypted: Readonly<Record<string, number>>;
  /** Attachments of the accepted records. */
  readonly attachments: Readonly<Partial<Record<AttachmentState, number>>>;
  /** UTC milliseconds, of the accepted records with a time; null when none has one. */
  readonly earliestSentAt: number | null;
  readonly latestSentAt: number | null;
  /** Places in their stream of the accepted records that tell one. */
  readonly sequences: SequenceRanges;
}

export const EMPTY_TALLY: ImportTally = {
  counts: { read: 0, new: 0, duplicate: 0, merged: 0, conflict: 0, disposed: 0, reintroduced: 0, rejected: 0 },
  rejections: {},
  warnings: {},
  encrypted: {},
  attachments: {},
  earliestSentAt: null,
  latestSentAt: null,
  sequences: [],
};

export function addTallies(left: ImportTally, right: ImportTally): ImportTally {
  return {
    counts: addCounts(left.counts, right.counts) as ImportCounts,
    rejections: addOccurrences(left.rejections, right.rejections),
    warnings: addOccurrences(left.warnings, right.warnings),
    encrypted: addCounts(left.encrypted, right.encrypted),
    attachments: addCounts(left.attachments, right.attachments),
    earliestSentAt: least(left.earliestSentAt, right.earliestSentAt),
    latestSentAt: greatest(left.latestSentAt, right.latestSentAt),
    sequences: joinRanges(left.sequences, right.sequences),
  };
}

/** Throws when a record was lost or counted twice: each one read must have exactly one outcome. */
export function requireBalance({ counts }: ImportTally): void {
  const { read, ...outcomes } = counts;
  const accounted = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  if (accounted !== read) throw new Error(`${read} records were read, but ${accounted} have an outcome`);
}

/** Collects a tally record by record. */
export class TallyBuilder {
  private readonly counts = { ...EMPTY_TALLY.counts };
  private readonly rejections: Partial<Record<RejectionReason, Occurrences>> = {};
  private readonly warnings: Partial<Record<WarningCode, Occurrences>> = {};
  private readonly encrypted: Record<string, number> = {};
  private readonly attachments: Partial<Record<AttachmentState, number>> = {};
  private earliestSentAt: number | null = null;
  private latestSentAt: number | null = null;
  private readonly sequences = new SequenceCollector();

  constructor(private readonly file: string) {}

  addRead(count: number): void {
    this.counts.read += count;
  }

  addOutcome(outcome: ImportOutcome): void {
    this.counts[outcome] += 1;
  }

  addRejection(reason: RejectionReason, line: number, detail: string): void {
    this.counts.rejected += 1;
    this.rejections[reason] = addOne(this.rejections[reason], { file: this.file, line, detail });
  }

  addWarning(code: WarningCode, line: number): void {
    this.warnings[code] = addOne(this.warnings[code], { file: this.file, line, detail: '' });
  }

  addEncrypted(keyVersion: string): void {
    this.encrypted[keyVersion] = (this.encrypted[keyVersion] ?? 0) + 1;
  }

  addAttachment(state: AttachmentState): void {
    this.attachments[state] = (this.attachments[state] ?? 0) + 1;
  }

  addTime(sentAt: number | null): void {
    this.earliestSentAt = least(this.earliestSentAt, sentAt);
    this.latestSentAt = greatest(this.latestSentAt, sentAt);
  }

  addSequence(sequence: string): void {
    this.sequences.add(sequence);
  }

  build(): ImportTally {
    const { counts, rejections, warnings, encrypted, attachments, earliestSentAt, latestSentAt } = this;
    return { counts, rejections, warnings, encrypted, attachments, earliestSentAt, latestSentAt, sequences: this.sequences.build() };
  }
}

type OccurrenceTable = Readonly<Partial<Record<string, Occurrences>>>;

function addOne(known: Occurrences | undefined, note: LineNote): Occurrences {
  const { count, first } = known ?? { count: 0, first: [] };
  return { count: count + 1, first: first.length < FIRST_LINES ? [...first, note] : first };
}

function addOccurrences(left: OccurrenceTable, right: OccurrenceTable): OccurrenceTable {
  const sum: Record<string, Occurrences> = {};
  for (const [key, { count, first }] of [...Object.entries(left), ...Object.entries(right)] as [string, Occurrences][]) {
    const known = sum[key] ?? { count: 0, first: [] };
    sum[key] = { count: known.count + count, first: [...known.first, ...first].slice(0, FIRST_LINES) };
  }
  return sum;
}

function addCounts(left: Readonly<Record<string, number>>, right: Readonly<Record<string, number>>): Record<string, number> {
  const sum: Record<string, number> = { ...left };
  for (const [key, count] of Object.entries(right)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}

function least(left: number | null, right: number | null): number | null {
  return left === null ? right : right === null ? left : Math.min(left, right);
}

function greatest(left: number | null, right: number | null): number | null {
  return left === null ? right : right === null ? left : Math.max(left, right);
}
