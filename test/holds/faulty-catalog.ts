import { CatalogStore, type CatalogKind, type CatalogRecord } from '../../src/catalog/catalog-store.js';
import { HoldfastError } from '../../src/errors/errors.js';
import type { Call, Fate, Process, Scheduler } from './scheduler.js';

type Stored = CatalogRecord<unknown>;

export interface CatalogCommit {
  readonly step: number;
  readonly process: string;
  /** What clocks showed, UTC milliseconds. */
  readonly time: number;
  readonly record: Stored;
}

/** What truly stands in a catalog, and stood: kept beside it, by the calls that it has carried out. */
export class CatalogTruth {
  readonly commits: CatalogCommit[] = [];
  private readonly uncommitted = new Map<string, Stored>();
  private readonly everImagined: Stored[] = [];
  private uncommittedWrites = 0;

  constructor(
    readonly base: CatalogStore,
    readonly scheduler: Scheduler,
  ) {}

  /** The last commit of a record; as it was at a step. */
  latest<Value>(kind: CatalogKind, id: string, step = Infinity): CatalogRecord<Value> | null {
    const commit = this.commits.findLast((known) => known.step <= step && known.record.kind === kind && known.record.id === id);
    return (commit?.record as CatalogRecord<Value> | undefined) ?? null;
  }

  all<Value>(kind: CatalogKind): CatalogRecord<Value>[] {
    const records = new Map(this.commits.filter(({ record }) => record.kind === kind).map(({ record }) => [record.id, record]));
    return [...records.values()] as CatalogRecord<Value>[];
  }

  /** Every value a record has had, in order. */
  historyOf(kind: CatalogKind, id: string): CatalogCommit[] {
    return this.commits.filter(({ record }) => record.kind === kind && record.id === id);
  }

  /** What a record was once, or that it was not there. */
  old<Value>(kind: CatalogKind, id: string): CatalogRecord<Value> | null {
    const { random, now, lag } = this.scheduler;
    if (random !== null) return this.latest(kind, id, random.below(now));
    const history = this.historyOf(kind, id);
    return ((history.at(-1 - lag) ?? history[0])?.record as CatalogRecord<Value> | undefined) ?? null;
  }

  async commit(process: string, write: Promise<Stored | null>): Promise<Stored | null> {
    const record = await write;
    if (record !== null) this.commits.push({ step: this.scheduler.now, time: this.scheduler.time, process, record });
    return record;
  }

  imagine(kind: CatalogKind, id: string, value: unknown): void {
    this.uncommittedWrites += 1;
    const record = { kind, id, version: `uncommitted-${this.uncommittedWrites}`, value: JSON.parse(JSON.stringify(value)) as unknown };
    this.uncommitted.set(`${kind} ${id}`, record);
    this.everImagined.push(record);
  }

  /** Everything that was never committed, of a kind. */
  imaginedAll<Value>(kind: CatalogKind): Value[] {
    return this.everImagined.filter((record) => record.kind === kind).map(({ value }) => value as Value);
  }

  imagined<Value>(kind: CatalogKind, id: string): CatalogRecord<Value> | null {
    return (structuredClone(this.uncommitted.get(`${kind} ${id}`)) as CatalogRecord<Value> | undefined) ?? null;
  }
}

export function noAnswer(): HoldfastError {
  return new HoldfastError('ENGINE_UNAVAILABLE', 'No answer.');
}

/** A catalog as one process sees it: each call waits for its turn, and may go wrong in every way that a cluster can. */
export class FaultyCatalog extends CatalogStore {
  constructor(
    private readonly process: Process,
    private readonly truth: CatalogTruth,
  ) {
    super();
  }

  override create<Value>(kind: CatalogKind, id: string, value: Value): Promise<CatalogRecord<Value> | null> {
    return this.write({ action: 'create', target: `${kind} ${id}`, isWrite: true }, (base) => base.create(kind, id, value), async (base) => {
      if ((await base.get(kind, id)) === null) this.truth.imagine(kind, id, value);
    });
  }

  override get<Value>(kind: CatalogKind, id: string): Promise<CatalogRecord<Value> | null> {
    return this.process.reach({ action: 'get', target: `${kind} ${id}`, isWrite: false }, async (fate) => {
      requireAnswer(fate);
      if (fate === 'old') return this.truth.old<Value>(kind, id);
      const imagined = fate === 'uncommitted' ? this.truth.imagined<Value>(kind, id) : null;
      return imagined ?? this.truth.base.get<Value>(kind, id);
    });
  }

  override list<Value>(
    kind: CatalogKind, page: { readonly after?: string; readonly first: number; readonly order?: 'up' | 'down' },
  ): Promise<readonly CatalogRecord<Value>[]> {
    return this.process.reach({ action: 'list', target: kind, isWrite: false }, async (fate) => {
      requireAnswer(fate);
      const records = await this.truth.base.list<Value>(kind, page);
      if (fate === 'plain') return records;
      return records.flatMap((record) => {
        const seen = fate === 'old' ? this.truth.old<Value>(kind, record.id) : (this.truth.imagined<Value>(kind, record.id) ?? record);
        return seen === null ? [] : [seen];
      });
    });
  }

  override replace<Value>(kind: CatalogKind, id: string, version: string, value: Value): Promise<CatalogRecord<Value> | null> {
    return this.write(
      { action: 'replace', target: `${kind} ${id}`, isWrite: true },
      (base) => base.replace(kind, id, version, value),
      async (base) => {
        const standing = [await base.get(kind, id), this.truth.imagined(kind, id)];
        if (standing.some((known) => known?.version === version)) this.truth.imagine(kind, id, value);
      },
    );
  }

  override async close(): Promise<void> {}

  private write<Value>(
    call: Call, carryOut: (base: CatalogStore) => Promise<CatalogRecord<Value> | null>, imagine: (base: CatalogStore) => Promise<void>,
  ): Promise<CatalogRecord<Value> | null> {
    const { base, scheduler } = this.truth;
    const commit = () => this.truth.commit(this.process.name, carryOut(base)) as Promise<CatalogRecord<Value> | null>;
    return this.process.reach(call, async (fate) => {
      if (fate === 'plain' || fate === 'old') return commit();
      if (fate === 'refused') return commit().then(() => null);
      if (fate === 'unanswered') await commit();
      if (fate === 'late') scheduler.later(call, commit);
      if (fate === 'uncommitted') await imagine(base);
      throw noAnswer();
    });
  }
}

/** Of a read, only `plain`, `old` and `uncommitted` bring an answer. */
export function requireAnswer(fate: Fate): void {
  if (fate !== 'plain' && fate !== 'old' && fate !== 'uncommitted') throw noAnswer();
}
