import type { StoredMessage } from '../../src/domain/message.js';
import { decodeDocument } from '../../src/engine/document-codec.js';
import type { EraseItem, EraseResult, IndexEraser } from '../../src/engine/index-eraser.js';
import type { IndexWriter, PreparedMessage, PutItem, PutResult, Stub } from '../../src/engine/index-writer.js';
import { readStanding, type Standing } from '../../src/engine/standing.js';
import type { Origin, Scheduler } from './scheduler.js';

/** A write that took place. */
export interface MessageCommit {
  readonly step: number;
  readonly process: string;
  /** The step at which the operation that wrote it began. */
  readonly startedAt: number;
  readonly action: 'put' | 'stub' | 'erase';
  readonly id: string;
  readonly before: Standing;
  readonly after: Standing;
  /** The batch that erased it. */
  readonly batchId: string | null;
}

const decoded = new WeakMap<PreparedMessage, StoredMessage>();

/** The message that was prepared. */
export function decodeOnce(prepared: PreparedMessage): StoredMessage {
  const known = decoded.get(prepared) ?? decodeDocument(prepared.document);
  decoded.set(prepared, known);
  return known;
}

/** What truly stands in an index, and stood. See `CatalogTruth`. */
export class MessageTruth {
  readonly commits: MessageCommit[] = [];
  private readonly histories = new Map<string, MessageCommit[]>();
  private readonly uncommitted = new Map<string, Standing>();
  private readonly imaginations: Standing[] = [];
  private uncommittedWrites = 0;

  /** `nameOf`: what the trace calls a message. */
  constructor(
    readonly writer: IndexWriter,
    readonly eraser: IndexEraser,
    readonly scheduler: Scheduler,
    private readonly nameOf: (id: string) => string,
  ) {}

  namesOf(ids: readonly string[]): string {
    return ids.map((id) => this.nameOf(id)).join();
  }

  /** What stands under the id. */
  now(id: string): Standing {
    return this.histories.get(id)?.at(-1)?.after ?? { kind: 'nothing', id };
  }

  /** Everything that stood there between two steps. */
  statesWithin(id: string, from: number, to: number): Standing[] {
    const history = (this.histories.get(id) ?? []).filter(({ step }) => step <= to);
    const begun = history.findLast(({ step }) => step <= from)?.after ?? { kind: 'nothing', id };
    return [begun, ...history.filter(({ step }) => step > from).map(({ after }) => after)];
  }

  /** What stood there once; at first, nothing did. */
  before(id: string): Standing {
    const { random, lag } = this.scheduler;
    const states = (this.histories.get(id) ?? []).map(({ before }) => before);
    return (random === null ? (states.at(-lag) ?? states[0]) : states[random.below(Math.max(1, states.length))]) ?? { kind: 'nothing', id };
  }

  /** As a search finds it. */
  seen(id: string, isBehind: boolean): Standing {
    return isBehind ? this.before(id) : this.now(id);
  }

  async imagine(id: string, make: (standing: Standing, version: string) => Standing | null): Promise<void> {
    this.uncommittedWrites += 1;
    const version = `uncommitted-${this.uncommittedWrites}`;
    const [standing] = await readStanding(this.writer, [id]);
    const imagined = make(standing!, version) ?? (this.uncommitted.has(id) ? make(this.uncommitted.get(id)!, version) : null);
    if (imagined === null) return;
    this.uncommitted.set(id, imagined);
    this.imaginations.push(imagined);
  }

  /** Everything that was never committed under an id. */
  everImagined(id: string): Standing[] {
    return this.imaginations.filter((standing) => standing.id === id);
  }

  imagined(id: string): Standing | null {
    return this.uncommitted.get(id) ?? null;
  }

  async put(origin: Origin, items: readonly PutItem[]): Promise<readonly PutResult[]> {
    if (items.length === 0) return [];
    const results = await this.writer.put(items);
    results.forEach((result, place) => {
      const { prepared, disposals = [] } = items[place]!;
      if (result.outcome !== 'written') return;
      const message = { ...decodeOnce(prepared), version: result.version, disposals };
      this.commit(origin, 'put', { kind: 'message', id: prepared.id, message });
    });
    return results;
  }

  async createStubs(origin: Origin, stubs: readonly Omit<Stub, 'version'>[]): Promise<readonly PutResult[]> {
    return this.commitStubs(origin, stubs, stubs.length === 0 ? [] : await this.writer.createStubs(stubs));
  }

  async rewriteStubs(origin: Origin, stubs: readonly Stub[]): Promise<readonly PutResult[]> {
    return this.commitStubs(origin, stubs, stubs.length === 0 ? [] : await this.writer.rewriteStubs(stubs));
  }

  async erase(origin: Origin, items: readonly EraseItem[], batchId: string): Promise<readonly EraseResult[]> {
    if (items.length === 0) return [];
    const results = await this.eraser.erase(items, batchId);
    results.forEach((result, place) => {
      const { id } = items[place]!;
      if (result.outcome !== 'erased') return;
      const before = this.now(id);
      const disposals = [...(before.kind === 'message' ? before.message.disposals : []), batchId];
      this.commit(origin, 'erase', { kind: 'stub', id, stub: { id, version: result.version, disposals } }, batchId);
    });
    return results;
  }

  private commitStubs(origin: Origin, stubs: readonly Omit<Stub, 'version'>[], results: readonly PutResult[]): readonly PutResult[] {
    results.forEach((result, place) => {
      const stub = stubs[place]!;
      if (result.outcome === 'written') this.commit(origin, 'stub', { kind: 'stub', id: stub.id, stub: { ...stub, version: result.version } });
    });
    return results;
  }

  private commit({ name, startedAt }: Origin, action: MessageCommit['action'], after: Standing, batchId: string | null = null): void {
    const history = this.histories.get(after.id) ?? [];
    const commit = { step: this.scheduler.now, process: name, startedAt, action, id: after.id, before: this.now(after.id), after, batchId };
    this.histories.set(after.id, [...history, commit]);
    this.commits.push(commit);
  }
}
