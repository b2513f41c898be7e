import type { ImportRun } from './import-run.js';
import type { ImportTally } from './tally.js';

/** What an import came to. */
export interface ImportReport {
  readonly run: ImportRun;
  /** 0 clean; 1 with warnings; 2 nothing of a file could be imported; 130 stopped on request. */
  readonly exitCode: 0 | 1 | 2 | 130;
}

/** A file with too many bad records is probably of another format. */
const SUSPICIOUS_SHARE = 0.2;
const LEAST_TO_JUDGE_BY = 50;
/** From here on a file is judged while it is read, and given up. */
const LEAST_TO_GIVE_UP_BY = 1_000;

/** Judges a run whose files were all tried. */
export function reportOf(run: ImportRun): ImportReport {
  return { run, exitCode: exitCodeOf(run) };
}

/** What is wrong with a file as a whole, given what became of its records so far; one sentence, or null. */
export function suspicionOf({ counts, rejections }: ImportTally, isWhole: boolean): string | null {
  // A record that is encrypted is of the right format.
  const bad = counts.rejected - (rejections.ENCRYPTED?.count ?? 0);
  if (counts.read < (isWhole ? LEAST_TO_JUDGE_BY : LEAST_TO_GIVE_UP_BY) || bad / counts.read <= SUSPICIOUS_SHARE) return null;
  return `${isWhole ? '' : 'Stopped: '}${bad} of ${counts.read} records were rejected: the format is probably another one.`;
}

function exitCodeOf(run: ImportRun): ImportReport['exitCode'] {
  if (run.state === 'interrupted') return 130;
  const isWithoutFile = run.files.length === 0 && run.unclaimed.length > 0;
  if (isWithoutFile || run.files.some(isLost)) return 2;
  const { rejected, conflict } = run.tally.counts;
  const hasWarnings =
    Object.keys(run.tally.warnings).length > 0 || run.unclaimed.length > 0 || run.files.some(({ problems }) => problems.length > 0);
  return hasWarnings || rejected > 0 || conflict > 0 ? 1 : 0;
}

/** Nothing of it was imported although there was something: an empty file is not lost. */
function isLost({ state, tally, problems }: ImportRun['files'][number]): boolean {
  const { read, rejected } = tally.counts;
  return (state === 'failed' || problems.length > 0 || read > 0) && read === rejected;
}
