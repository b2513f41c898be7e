import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { HoldfastError } from '../../errors/errors.js';
import type { PutItem, PutResult, Stub } from '../index-writer.js';
import type { BulkItem, Cluster } from './cluster.js';
import { FailedPart, failureOf, isOverloaded, isWriteBlocked, toEngineError, type Failure } from './engine-error.js';
import { BulkBody, type Replaced, type WriteMark } from './message-body.js';
import type { MessageIndex, PhysicalIndex } from './message-index.js';
import { formatVersion, parseVersion } from './message-version.js';

const REQUESTS_IN_FLIGHT = 2;
/** Milliseconds that the cluster may take over one request. */
const REQUEST_DEADLINE = 20_000;
/** Milliseconds for which a message is sent again and again: a node may be restarting, or the index being replaced. */
const PATIENCE = 60_000;
/** Milliseconds between two tries: 50, 100, … up to the last. */
const PAUSES = [50, 100, 200, 400, 800, 1_600];
const WRITE_ID_BYTES = 6;
/** Bytes of the longest value that can be indexed. */
const LONGEST_TERM = 32_766;
const CONFLICT = 409;
const TOO_LARGE = 413;

/** A stub, and the version of what it replaces; null = the id must be absent. */
export interface StubItem {
  readonly stub: Omit<Stub, 'version'>;
  readonly expected: PutItem['expected'];
}

type Item = PutItem | StubItem;

/** One message or stub on its way. */
interface Pending {
  readonly item: Item;
  readonly position: number;
  /** An earlier request for it may have been carried out, although no answer said so. */
  isDoubtful: boolean;
}

/** What became of one try. */
type Step = 'done' | 'again' | 'replaced';

/** Sends messages to the cluster until each has its outcome. */
export class MessageSender {
  constructor(
    private readonly cluster: Cluster,
    private readonly index: MessageIndex,
  ) {}

  /** One result per item, in order; of several items with one id, the later ones follow the earlier. */
  async put(items: readonly Item[]): Promise<readonly PutResult[]> {
    const results = new Array<PutResult>(items.length);
    let waiting = items.map((item, position): Pending => ({ item, position, isDoubtful: false }));
    while (waiting.length > 0) {
      const ids = new Set<string>();
      const [first, later] = [[] as Pending[], [] as Pending[]];
      for (const pending of waiting) (ids.size === ids.add(idOf(pending.item)).size ? later : first).push(pending);
      await this.sendAll(first, results);
      waiting = later;
    }
    return results;
  }

  /** Requests of limited size, several at a time. */
  private async sendAll(messages: readonly Pending[], results: PutResult[]): Promise<void> {
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < messages.length) {
        const request = new Request(this.cluster, this.index, results);
        while (next < messages.length && request.take(messages[next]!)) next++;
        await request.finish();
      }
    };
    await Promise.all(Array.from({ length: Math.min(REQUESTS_IN_FLIGHT, messages.length) }, lane));
  }
}

/** The messages of one request, and what is left of them. */
class Request {
  private readonly writeId = randomBytes(WRITE_ID_BYTES).toString('base64url');
  private pending: Pending[] = [];
  private body: BulkBody | null = new BulkBody();

  constructor(
    private readonly cluster: Cluster,
    private readonly index: MessageIndex,
    private readonly results: PutResult[],
  ) {}

  /** False when there is no room for the message. */
  take(message: Pending): boolean {
    const body = this.body!;
    if (body.isFull) return false;
    addTo(body, message.item, this.mark);
    this.pending.push(message);
    return true;
  }

  /** Sends until every message has its result. Throws ENGINE_WRITE_BLOCKED, ENGINE_UNAVAILABLE or ENGINE_BUSY when that takes too long. */
  async finish(): Promise<void> {
    const end = performance.now() + PATIENCE;
    for (let attempt = 0; this.pending.length > 0; attempt++) {
      const { step, reason } = await this.attempt();
      if (step === 'done') continue;
      const wait = PAUSES[Math.min(attempt, PAUSES.length - 1)]!;
      if (performance.now() + wait > end) throw reason;
      await pause(wait);
      if (step === 'replaced') this.index.forget();
    }
  }

  private get mark(): WriteMark {
    return { writeId: this.writeId };
  }

  /** One request for all that is pending. `reason`: why there must be another. */
  private async attempt(): Promise<{ readonly step: Step; readonly reason: HoldfastError }> {
    let step: Step = 'done';
    let reason = new HoldfastError('ENGINE_UNAVAILABLE');
    const note = (failure: Failure): void => {
      const next = stepAfter(failure);
      if (next === null) throw toEngineError(new FailedPart(failure));
      if (step !== 'replaced') step = next;
      reason = next === 'replaced' ? REPLACED : toEngineError(new FailedPart(failure));
    };
    try {
      const index = await this.currentIndex();
      this.index.requireFit(index);
      await this.settleForeign(index);
      const sent = this.pending;
      if (sent.length === 0) return { step, reason };
      this.pending = await this.settle(sent, await this.send(index, sent), note);
    } catch (error) {
      const failure = failureOf(error) ?? (error instanceof HoldfastError ? failureOfEngine(error) : null);
      if (failure?.status === TOO_LARGE) await this.split();
      else if (failure === null) throw error;
      else note(failure);
    }
    return { step, reason };
  }

  private async send(index: PhysicalIndex, sent: readonly Pending[]): Promise<readonly BulkItem[]> {
    let body = this.body;
    this.body = null;
    if (body?.count !== sent.length) {
      body = new BulkBody();
      for (const { item } of sent) addTo(body, item, this.mark);
    }
    try {
      return await this.cluster.bulkOnce(index.writes, body.bytes(), REQUEST_DEADLINE);
    } catch (error) {
      const failure = failureOf(error);
      if (failure !== null && isUncertain(failure)) for (const pending of sent) pending.isDoubtful = true;
      throw error;
    }
  }

  /** Gives messages their results; returns those to be sent again. */
  private async settle(sent: readonly Pending[], answers: readonly BulkItem[], note: (failure: Failure) => void): Promise<Pending[]> {
    const again: Pending[] = [];
    const conflicts: Pending[] = [];
    sent.forEach((pending, place) => {
      const answer = answers[place]!;
      const failure = { status: answer.status, types: answer.errorTypes };
      if (failure.types.length === 0) this.results[pending.position] = { outcome: 'written', version: formatVersion(answer) };
      else if (failure.status === CONFLICT) conflicts.push(pending);
      else if (isRefused(failure)) this.results[pending.position] = { outcome: 'refused', problem: problemOf(failure, pending.item) };
      else {
        pending.isDoubtful ||= isUncertain(failure);
        note(failure);
        again.push(pending);
      }
    });
    await this.settleConflicts(conflicts);
    return again;
  }

  /**
   * Where an answer was lost, the conflict may be with what this very request wrote. Reading shows it well enough for an import, which
   * loses nothing should it be wrong; what was destroyed only a further write can tell, so a stub stays in conflict, and a touch.
   */
  private async settleConflicts(conflicts: readonly Pending[]): Promise<void> {
    for (const { position } of conflicts) this.results[position] = { outcome: 'conflict' };
    const doubtful = conflicts.filter(({ isDoubtful, item }) => isDoubtful && 'prepared' in item && item.needsAnswer !== true);
    const found = await this.cluster.read(this.index.names.messages, doubtful.map(({ item }) => idOf(item)), ['writeId']);
    doubtful.forEach(({ position }, place) => {
      const stored = found[place];
      if (stored?.source.writeId === this.writeId) this.results[position] = { outcome: 'written', version: formatVersion(stored) };
    });
  }

  /** Looked up again when an item stands in another one: that may have taken its place, and no write would ever tell. */
  private async currentIndex(): Promise<PhysicalIndex> {
    const known = await this.index.current();
    if (!this.pending.some((pending) => isForeign(pending, known))) return known;
    this.index.forget();
    return this.index.current();
  }

  /** A version of another index stands nowhere in this one. */
  private async settleForeign(index: PhysicalIndex): Promise<void> {
    const foreign = this.pending.filter((pending) => isForeign(pending, index));
    if (foreign.length === 0) return;
    await this.settleConflicts(foreign);
    this.pending = this.pending.filter((pending) => !isForeign(pending, index));
  }

  /** The cluster takes no request of this size: each message by itself, and one that is too large is refused. */
  private async split(): Promise<void> {
    const pending = this.pending;
    this.pending = [];
    if (pending.length === 1) {
      this.results[pending[0]!.position] = { outcome: 'refused', problem: 'The message is larger than the cluster takes.' };
      return;
    }
    for (const message of pending) {
      const request = new Request(this.cluster, this.index, this.results);
      request.take(message);
      await request.finish();
    }
  }
}

const REPLACED = new HoldfastError('ENGINE_WRITE_BLOCKED', 'The index is being replaced. If no reindexing runs, run it again: holdfast reindex');

/** What comes after a failure; null: nothing helps. */
function stepAfter(failure: Failure): Step | null {
  const { status, types } = failure;
  if (isOverloaded(failure) || isUncertain(failure)) return 'again';
  if (isWriteBlocked(failure)) return status === 403 ? 'replaced' : null;
  if (types.includes('index_not_found_exception') || types.includes('index_closed_exception')) return 'replaced';
  return null;
}

/** Whether the request may have been carried out although it failed, or will be a moment later. */
function isUncertain({ status }: Failure): boolean {
  return status === 0 || status === 408 || status >= 500;
}

function isRefused({ status, types }: Failure): boolean {
  return status === 400 && !types.includes('index_not_found_exception') && !types.includes('index_closed_exception');
}

/** What is wrong with a message. The cluster's reasons quote the document, their types do not. */
function problemOf({ types }: Failure, item: Item): string {
  const tooLong = Object.entries('prepared' in item ? item.prepared.values : {}).find(([, value]) => [value].flat().some(isTooLong));
  if (tooLong !== undefined) return `A value of ${tooLong[0]} is longer than 32,766 bytes.`;
  return `The cluster refuses it: ${types.join(', ')}.`;
}

function isTooLong(value: unknown): boolean {
  return typeof value === 'string' && Buffer.byteLength(value) > LONGEST_TERM;
}

/** Requests that were mapped already: looking up the index, reading back. Null: nothing helps. */
function failureOfEngine({ code, facts }: HoldfastError): Failure | null {
  const status = Number(facts['status'] ?? -1);
  return code === 'ENGINE_UNAVAILABLE' || code === 'ENGINE_BUSY' ? { status: status === -1 ? 503 : status, types: [] } : null;
}

/** What the item replaces. A version that is none replaces nothing: it meets a conflict before it is sent. */
function replacedBy({ expected }: Item): Replaced {
  return expected === null ? null : parseVersion(expected);
}

function isForeign({ item }: Pending, { name }: PhysicalIndex): boolean {
  return item.expected !== null && parseVersion(item.expected)?.index !== name;
}

function idOf(item: Item): string {
  return 'prepared' in item ? item.prepared.id : item.stub.id;
}

function addTo(body: BulkBody, item: Item, mark: WriteMark): void {
  if ('prepared' in item) body.add(item.prepared, replacedBy(item), mark, item.disposals);
  else body.addStub(item.stub, replacedBy(item), mark);
}
