import { parseArgs } from 'node:util';

/** The parts of the benchmark, in the order they run in. */
export const PARTS = [
  'import',
  'disk',
  'start',
  'search',
  'facets',
  'evidence',
  'any',
  'terms',
  'concurrent',
  'conversation',
  'wecom',
] as const;
export type Part = (typeof PARTS)[number];

export interface BenchArguments {
  readonly messages: number;
  readonly seed: number;
  readonly parts: ReadonlySet<Part>;
  readonly relevance: boolean;
  /** Where the retrieval sets are. */
  readonly datasets: string;
  /** A directory that an earlier run with `keep` left. */
  readonly data: string | null;
  readonly keep: boolean;
}

export const USAGE = `npm run bench -- [options]
  --messages N      messages in the generated archive (1,000,000)
  --seed N          any whole number (1)
  --only A,B        only these parts: ${PARTS.join(', ')}
  --relevance       ranking quality on the retrieval sets; alone unless --only or --messages is given
  --datasets DIR    where the retrieval sets are (../shared/data)
  --keep            leave the working directory and print its name
  --data DIR        work on a directory that --keep left`;

/** Reads the command line; throws an error that says what is wrong. */
export function readArguments(commandLine: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...commandLine],
    options: {
      messages: { type: 'string' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      relevance: { type: 'boolean', default: false },
      datasets: { type: 'string', default: '../shared/data' },
      data: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) throw new Error(USAGE);
  const isRelevanceAlone = values.relevance && values.only === undefined && values.messages === undefined && values.data === undefined;
  return {
    messages: wholeNumber('messages', values.messages ?? '1000000', 100, 100_000_000),
    seed: wholeNumber('seed', values.seed, 0, Number.MAX_SAFE_INTEGER - 1),
    parts: isRelevanceAlone ? new Set() : readParts(values.only),
    relevance: values.relevance,
    datasets: values.datasets,
    data: values.data ?? null,
    keep: values.keep || values.data !== undefined,
  };
}

function readParts(only: string | undefined): ReadonlySet<Part> {
  if (only === undefined) return new Set(PARTS);
  return new Set(
    only.split(',').map((name) => {
      const part = PARTS.find((candidate) => candidate === name.trim());
      if (part === undefined) throw new Error(`there is no part ${name}\n${USAGE}`);
      return part;
    }),
  );
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new Error(`--${name} must be a whole number from ${least} to ${most}\n${USAGE}`);
  return value;
}
