import { HoldfastError } from '../../errors/errors.js';
import type { Answer, Cluster, SearchBody, Snapshot } from './cluster.js';

/** The end of the time that one call may take. */
export class Deadline {
  private readonly end: number;

  /** `milliseconds`: from now. */
  constructor(milliseconds: number) {
    this.end = performance.now() + milliseconds;
  }

  /** Milliseconds left, at least 1. Throws QUERY_TIMEOUT when none are. */
  left(): number {
    const left = this.end - performance.now();
    if (left <= 0) throw new HoldfastError('QUERY_TIMEOUT');
    return Math.max(1, Math.ceil(left));
  }

  /** What `work` gives, or QUERY_TIMEOUT once no time is left, whatever the requests inside are waiting for. */
  async limit<Value>(work: () => Promise<Value>): Promise<Value> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new HoldfastError('QUERY_TIMEOUT')), this.left());
    });
    try {
      return await Promise.race([work(), timeout]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Searches over the newest state of an index, or, inside `inSnapshot`, all over the same state. */
export class Searching {
  private constructor(
    readonly cluster: Cluster,
    /** The alias or index that is read. */
    readonly index: string,
    /** The point in time that every search reads; null: each reads the newest state. */
    readonly pit: Snapshot | null,
  ) {}

  /** Every search sees the newest state. */
  static of(cluster: Cluster, index: string): Searching {
    return new Searching(cluster, index, null);
  }

  /** Runs `work` with searches that all see one state of the index; inside such a `work` already, the same state. */
  inSnapshot<Value>(work: (searching: Searching) => Promise<Value>): Promise<Value> {
    if (this.pit !== null) return work(this);
    return this.cluster.inSnapshot(this.index, (pit) => work(new Searching(this.cluster, this.index, pit)));
  }

  /** The same for generators: whoever opens it closes it, whatever happens. */
  async openSnapshot(): Promise<{ readonly searching: Searching; close(): Promise<void> }> {
    const snapshot = await this.cluster.openSnapshot(this.index);
    return { searching: new Searching(this.cluster, this.index, snapshot.pit), close: () => snapshot.close() };
  }

  /** One search; renews the point in time. Throws QUERY_TIMEOUT after the deadline. */
  search(body: SearchBody, deadline: Deadline): Promise<Answer> {
    return this.cluster.search(this.target, this.withSnapshot(body), deadline.left());
  }

  /** Several searches in one request, their answers in order. */
  searchAll(bodies: readonly SearchBody[], deadline: Deadline): Promise<readonly Answer[]> {
    return this.cluster.searchAll(this.target, bodies.map((body) => this.withSnapshot(body)), deadline.left());
  }

  private get target(): string | null {
    return this.pit === null ? this.index : null;
  }

  private withSnapshot(body: SearchBody): SearchBody {
    return this.pit === null ? body : { ...body, pit: this.pit };
  }
}
