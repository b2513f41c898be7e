import { parseArgs } from 'node:util';

/** Messages from which on the server gets more memory. */
const LARGE = 500_000;

/** The parts of the benchmark, in the order they run in. */
export const PARTS = [
  'import',
  'disk',
  'start',
  'search',
  'paging',
  'facets',
  'evidence',
  'any',
  'terms',
  'concurrent',
  'conversation',
  'load',
  'wecom',
  'governance',
] as const;
export type Part = (typeof PARTS)[number];

export const BENCH_ENGINES = ['sqlite', 'elasticsearch'] as const;
export type BenchEngine = (typeof BENCH_ENGINES)[number];

/** Measured without `--only` and `--governance`. Reading WeCom's files is the same work on either engine. */
const USUAL_PARTS: Readonly<Record<BenchEngine, readonly Part[]>> = {
  sqlite: PARTS.filter((part) => part !== 'governance'),
  elasticsearch: PARTS.filter((part) => part !== 'governance' && part !== 'wecom'),
};

export interface BenchArguments {
  readonly engine: BenchEngine;
  /** Memory of an Elasticsearch server that is started for the run, as Java takes it. */
  readonly heap: string;
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
  --engine NAME     sqlite (if not given) or elasticsearch: a server started for the run, or the one of HOLDFAST_ELASTICSEARCH_URL
  --heap SIZE       memory of the Elasticsearch server that is started (1g, 3g from 500,000 messages on)
  --seed N          any whole number (1)
  --only A,B        only these parts: ${PARTS.join(', ')}
  --governance      holds, retention, disposition and audit; alone unless --only is given, too
  --relevance       ranking quality on the retrieval sets; alone unless --only or --messages is given
  --datasets DIR    where the retrieval sets are (../shared/data)
  --keep            leave the working directory and print its name; of Elasticsearch, indices stay only where the server does
  --data DIR        work on a directory that --keep left`;

/** Reads the command line; throws an error that says what is wrong. */
export function readArguments(commandLine: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...commandLine],
    options: {
      engine: { type: 'string', default: 'sqlite' },
      heap: { type: 'string' },
      messages: { type: 'string' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      governance: { type: 'boolean', default: false },
      relevance: { type: 'boolean', default: false },
      datasets: { type: 'string', default: '../shared/data' },
      data: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) throw new Error(USAGE);
  const isRelevanceAlone = values.relevance && values.only === undefined && values.messages === undefined && values.data === undefined;
  const engine = BENCH_ENGINES.find((name) => name === values.engine);
  if (engine === undefined) throw new Error(`there is no engine ${values.engine}\n${USAGE}`);
  const messages = wholeNumber('messages', values.messages ?? '1000000', 100, 100_000_000);
  return {
    engine,
    heap: values.heap ?? (messages >= LARGE ? '3g' : '1g'),
    messages,
    seed: wholeNumber('seed', values.seed, 0, Number.MAX_SAFE_INTEGER - 1),
    parts: isRelevanceAlone && !values.governance ? new Set() : readParts(values.only, engine, values.governance),
    relevance: values.relevance,
    datasets: values.datasets,
    data: values.data ?? null,
    keep: values.keep || values.data !== undefined,
  };
}

function readParts(only: string | undefined, engine: BenchEngine, hasGovernance: boolean): ReadonlySet<Part> {
  if (only === undefined) return new Set(hasGovernance ? ['governance'] : USUAL_PARTS[engine]);
  const named = only.split(',').map((name) => {
    const part = PARTS.find((candidate) => candidate === name.trim());
    if (part === undefined) throw new Error(`there is no part ${name}\n${USAGE}`);
    return part;
  });
  return new Set([...named, ...(hasGovernance ? (['governance'] as const) : [])]);
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new Error(`--${name} must be a whole number from ${least} to ${most}\n${USAGE}`);
  return value;
}
