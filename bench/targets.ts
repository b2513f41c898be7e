import type { BenchEngine } from './arguments.js';

/** What is promised of one measured value. */
export interface Target {
  readonly text: string;
  readonly holds: (value: number) => boolean;
}

const atMost = (limit: number, text: string): Target => ({ text, holds: (value) => value <= limit });
const atLeast = (limit: number, text: string): Target => ({ text, holds: (value) => value >= limit });
const near = (distance: number, text: string): Target => ({ text, holds: (value) => Math.abs(value) <= distance });

type TargetsByEngine = Readonly<Record<BenchEngine, Target | null>>;

/** Of one engine only; on the other the value is measured and shown without a verdict. */
const sqlite = (target: Target): TargetsByEngine => ({ sqlite: target, elasticsearch: null });
const elasticsearch = (target: Target): TargetsByEngine => ({ sqlite: null, elasticsearch: target });
const both = (target: Target): TargetsByEngine => ({ sqlite: target, elasticsearch: target });

/** Every promise. Ratios, shares and differences as numbers, times in milliseconds unless the name says otherwise, memory in MB. */
const TARGETS = {
  importRate: sqlite(atLeast(15_000, '>= 15,000 messages/s')),
  /** Against what the engine's store takes at most: FTS5 inserts, or a plain `_bulk` loop. */
  importRatio: { sqlite: atLeast(0.35, '>= 0.35'), elasticsearch: atLeast(0.5, '>= 0.5') },
  importAgain: elasticsearch(atLeast(2, '>= 2x as fast')),
  importMemoryChange: sqlite(near(0.1, 'within 10 %')),
  importMemory: sqlite(atMost(700, '<= 700 MB')),
  bytesPerMessage: sqlite(atMost(1_200, '<= 1.2 kB a message')),
  gramsInSource: elasticsearch(atMost(0, 'none')),
  startSeconds: sqlite(atMost(3, '<= 3 s')),
  searchUsual: sqlite(atMost(10, '<= 10 ms')),
  search: { sqlite: atMost(40, '<= 40 ms'), elasticsearch: atMost(15, '<= 15 ms') },
  /** p50 over HTTP less p50 of the service in process, or of a plain client that sends the same body. */
  searchAdded: both(atMost(3, '<= 3 ms')),
  wrongTotals: both(atMost(0, 'none')),
  /** The slowest tenth of the pages against the first page. */
  paging: elasticsearch(atMost(2, '<= 2x the first page')),
  loadMemory: elasticsearch(atMost(400, '<= 400 MB')),
  facets: sqlite(atMost(120, '<= 120 ms')),
  evidence: sqlite(atMost(1_000, '<= 1,000 ms')),
  relevanceTime: sqlite(atMost(500, 'p95 <= 500 ms or QUERY_TOO_BROAD')),
  termReportSeconds: sqlite(atMost(3, '<= 3 s')),
  searchBesideImport: sqlite(atMost(30, '<= 30 ms')),
  conversation: sqlite(atMost(10, 'p95 <= 10 ms')),
  wecomRate: sqlite(atLeast(10_000, '>= 10,000/s')),
  wecomAgain: sqlite(atLeast(2, '>= 2x as fast')),
  wecomMemoryChange: sqlite(near(0.1, 'within 10 %')),
  wecomMemory: sqlite(atMost(700, '<= 700 MB')),
  /** Messages a second, from the approval until no file of the engine holds them. */
  dispositionRate: sqlite(atLeast(5_000, '>= 5,000 messages/s')),
  /** Against plain deletes of the same messages; on Elasticsearch without the time that the server wants to be waited for. */
  dispositionRatio: { sqlite: atLeast(0.25, '>= 0.25'), elasticsearch: atLeast(0.3, '>= 0.3') },
  /** Growth between the second quarter of the time and the last. */
  dispositionMemory: both(atMost(0.1, 'at most 10 % more')),
  placeHold: both(atMost(1, '<= 1 s')),
  holdPreview: sqlite(atMost(2_000, '<= 2 s')),
  retentionSimulate: sqlite(atMost(2_000, '<= 2 s')),
  auditRate: both(atLeast(10_000, '>= 10,000/s')),
  auditAdded: both(atMost(1, 'at most 1 ms more')),
  rankingDifference: elasticsearch(near(0.01, 'within 0.01')),
} as const satisfies Record<string, TargetsByEngine>;

/** The promises of one engine; null where it has none. */
export type Targets = Readonly<Record<keyof typeof TARGETS, Target | null>>;

export function targetsOf(engine: BenchEngine): Targets {
  return Object.fromEntries(Object.entries(TARGETS).map(([name, targets]) => [name, targets[engine]])) as Targets;
}
