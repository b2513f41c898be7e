import type { ImportedFile, ImportRun } from '../ingest/import-run.js';
import { linesText } from '../ingest/line-ranges.js';
import { gapsOf, type SequenceRange } from '../ingest/sequence-ranges.js';
import type { ImportCounts, ImportTally, LineNote, Occurrences } from '../ingest/tally.js';

/** Files that are listed by name. */
const SHOWN_FILES = 20;
/** Ranges of lines that are listed of each outcome; `runs ID --json` lists them all. */
const SHOWN_RANGES = 12;

/** The report of an import run, for people. Names files and lines, never content. */
export function importText(run: ImportRun): string {
  const { tally } = run;
  return [
    `${run.name}: ${stateOf(run)}`,
    `  ${countsText(tally.counts)}`,
    ...(tally.earliestSentAt === null ? [] : [`  sent from ${isoSeconds(tally.earliestSentAt)} to ${isoSeconds(tally.latestSentAt!)}`]),
    ...filesText(run),
    ...section('rejected', tally.rejections, (note) => `${placeOf(note, run)}: ${note.detail}`, '\n      '),
    ...list(
      'encrypted, by publickey_ver',
      Object.entries(tally.encrypted).map(([version, count]) => `${version}: ${count}`),
    ),
    ...section('warnings', tally.warnings, (note) => placeOf(note, run), ', '),
    ...attachmentsText(tally),
    ...list('numbers of the records that are missing', gapsOf(tally.sequences).map(rangeText)),
    ...list('not imported (no importer knows them)', run.unclaimed),
    ...list('assumed', run.assumptions),
  ].join('\n');
}

/** One line on a run. */
export function importLine(run: ImportRun): string {
  return `${run.id}  ${isoSeconds(run.startedAt)}  ${run.state.padEnd(11)}  ${run.name}: ${countsText(run.tally.counts)}`;
}

function stateOf({ id, state, startedAt, finishedAt }: ImportRun): string {
  const seconds = finishedAt === null ? '' : ` in ${((finishedAt - startedAt) / 1000).toFixed(1)} s`;
  const hint = state === 'interrupted' || state === 'failed' ? '; the same command goes on from here' : '';
  return `${state}${seconds}, run ${id}${hint}`;
}

/** All that is not zero, with "new" always. */
function countsText({ read, ...outcomes }: ImportCounts): string {
  const parts = Object.entries(outcomes)
    .filter(([outcome, count]) => count > 0 || outcome === 'new')
    .map(([outcome, count]) => `${count} ${outcome}`);
  return `${read} ${read === 1 ? 'record' : 'records'}: ${parts.join(', ')}`;
}

function filesText({ files, source, identitySpace }: ImportRun): string[] {
  const naming = `source "${source}"${identitySpace === null ? '' : `, identity space "${identitySpace}"`}`;
  const [only] = files;
  if (files.length === 1 && only !== undefined) {
    return [
      `  ${naming}, format ${only.format}: ${only.why}`,
      `  ${hashText(only)}`,
      ...linesOf(only).map((line) => `  ${line}`),
      ...only.problems.map((problem) => `  PROBLEM ${problem}`),
    ];
  }
  const broken = files.filter(({ problems }) => problems.length > 0);
  return [
    `  ${naming}, ${files.length} files`,
    ...files.slice(0, SHOWN_FILES).flatMap(fileText),
    ...(files.length > SHOWN_FILES ? [`    and ${files.length - SHOWN_FILES} more`] : []),
    ...broken.flatMap(({ name, problems }) => problems.map((problem) => `  PROBLEM ${name}: ${problem}`)),
  ];
}

function fileText(file: ImportedFile): string[] {
  const { name, format, why, tally } = file;
  return [
    `    ${name} (${format === '' ? 'unreadable' : `${format}: ${why}`}): ${countsText(tally.counts)}`,
    ...(format === '' ? [] : [hashText(file), ...linesOf(file)].map((line) => `      ${line}`)),
  ];
}

function hashText({ sha256 }: ImportedFile): string {
  return `SHA-256 ${sha256 ?? 'not known, the file was not read to its end'}`;
}

/** Where the records of each outcome stand. */
function linesOf({ lines = {} }: ImportedFile): string[] {
  return Object.entries(lines).map(([outcome, places]) => `${outcome} in lines ${linesText(places, SHOWN_RANGES)}`);
}

function section(
  title: string,
  table: Readonly<Partial<Record<string, Occurrences>>>,
  show: (note: LineNote) => string,
  separator: string,
): string[] {
  const entries = Object.entries(table) as [string, Occurrences][];
  if (entries.length === 0) return [];
  const lines = entries.map(([code, { count, first }]) => {
    const more = count > first.length ? [`and ${count - first.length} more`] : [];
    return `    ${code} ${count}:${separator.startsWith('\n') ? separator : ' '}${[...first.map(show), ...more].join(separator)}`;
  });
  return [`  ${title}:`, ...lines];
}

function attachmentsText({ attachments }: ImportTally): string[] {
  const states = Object.entries(attachments).map(([state, count]) => `${count} ${state}`);
  return states.length === 0 ? [] : [`  attachments: ${states.join(', ')}`];
}

function rangeText([first, last]: SequenceRange): string {
  return first === last ? first : `${first} to ${last}`;
}

function list(title: string, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  const more = items.length > SHOWN_FILES ? [`    and ${items.length - SHOWN_FILES} more`] : [];
  return [`  ${title}:`, ...items.slice(0, SHOWN_FILES).map((item) => `    ${item}`), ...more];
}

/** The file is named only where there are several. */
function placeOf({ file, line }: LineNote, { files }: ImportRun): string {
  return files.length === 1 ? `line ${line}` : `${file} line ${line}`;
}

function isoSeconds(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
