import { randomUUID } from 'node:crypto';
import type { VersionToken } from '../../domain/version-token.js';
import { HoldfastError } from '../../errors/errors.js';
import type { BulkItem, Cluster, FoundDocument } from './cluster.js';
import type { ElasticsearchSettings } from './elasticsearch-settings.js';
import { FailedPart } from './engine-error.js';
import { IndexNames, writeAliasOf } from './index-names.js';
import { formatVersion, parseVersion, type DocumentPlace } from './message-version.js';
import { openOnCluster } from './open-cluster.js';
import { Deadline } from './searching.js';
import { ensureSideIndex } from './side-index.js';

/** Milliseconds for one document, or one look-up: whoever waits for the audit must hear soon that it cannot be written. */
const DEADLINE = 10_000;
/** Milliseconds for finding out what became of a write. */
const CHECK_DEADLINE = 2_000;
/** Documents of one answer. */
const ANSWER_DOCUMENTS = 500;
const CONFLICT = 409;

/** A small record: JSON as text, so that nothing in it needs a mapping. */
export interface ControlDocument {
  readonly id: string;
  readonly version: VersionToken;
  readonly value: string;
}

/** As it is stored. `writer` names the one call that wrote this state. */
interface Stored {
  readonly kind: string;
  readonly id: string;
  readonly value: string;
  readonly writer: string;
}

interface Write {
  readonly action: object;
  readonly document: Stored;
  readonly refresh: boolean;
  /** The version that is replaced; null: none may be there. */
  readonly expected: VersionToken | null;
}

/**
 * The documents of the catalog's index, created and compared-and-set one by one. A write whose answer was lost is looked for
 * by its writer, and written again where it is found, so that it counts exactly once, and only when it was answered.
 */
export class ControlDocuments {
  constructor(private readonly cluster: Cluster, private readonly names: IndexNames) {}

  /** With a connection of its own; `close` ends it. */
  static open(settings: ElasticsearchSettings): Promise<ControlDocuments> {
    const names = new IndexNames(settings.prefix);
    return openOnCluster(settings, async (cluster) => {
      await ensureSideIndex(cluster, names.catalog, 'catalog');
      return new ControlDocuments(cluster, names);
    });
  }

  /** The version of the new document, or null when there is one of this id. `refresh`: lists see it at once. */
  async create(kind: string, id: string, value: string, refresh: boolean): Promise<VersionToken | null> {
    const action = { create: { _index: this.names.catalog, _id: keyOf(kind, id), require_alias: true } };
    return this.write({ action, document: { kind, id, value, writer: randomUUID() }, refresh, expected: null });
  }

  /** The version it stands at now, or null when it did not stand at `version`. */
  async replace(kind: string, id: string, version: VersionToken, value: string, refresh: boolean): Promise<VersionToken | null> {
    const expected = parseVersion(version);
    if (expected === null) return null;
    const action = replaceAction(keyOf(kind, id), expected);
    return this.write({ action, document: { kind, id, value, writer: randomUUID() }, refresh, expected: version });
  }

  /** Real-time. */
  async read(kind: string, id: string): Promise<ControlDocument | null> {
    const found = await this.find(kind, id);
    return found === null ? null : { id, version: formatVersion(found), value: found.source.value };
  }

  /** By id, beginning behind `after`; sees what was written with `refresh`, or before the last `refresh`. */
  async list(
    kind: string, page: { readonly after: string | null; readonly first: number; readonly order: 'up' | 'down' },
  ): Promise<readonly ControlDocument[]> {
    const documents: ControlDocument[] = [];
    for (let after = page.after; documents.length < page.first; after = documents.at(-1)!.id) {
      const size = Math.min(page.first - documents.length, ANSWER_DOCUMENTS);
      const { hits } = await this.cluster.search(this.names.catalog, {
        query: { bool: { filter: [{ term: { kind } }] } },
        sort: [{ id: page.order === 'up' ? 'asc' : 'desc' }],
        size,
        seq_no_primary_term: true,
        _source: ['id', 'value'],
        ...(after !== null && { search_after: [after] }),
      });
      for (const { _index: index, _seq_no: sequence, _primary_term: term, _source: source } of hits.hits) {
        const { id, value } = source as unknown as Stored;
        documents.push({ id, version: formatVersion({ index, sequence: sequence!, term: term! }), value });
      }
      if (hits.hits.length < size) break;
    }
    return documents;
  }

  /** Makes every finished write visible to lists. */
  refresh(): Promise<void> {
    return limited(DEADLINE, () => this.cluster.refresh(this.names.catalog));
  }

  close(): Promise<void> {
    return this.cluster.close();
  }

  private async write(write: Write): Promise<VersionToken | null> {
    let item: BulkItem;
    try {
      item = await limited(DEADLINE, () => this.send(write));
    } catch (error) {
      const outcome = await limited(CHECK_DEADLINE, () => this.outcomeOf(write)).catch(() => undefined);
      if (outcome === undefined) throw error;
      return outcome;
    }
    if (item.status !== CONFLICT) return formatVersion(item);
    // A repeated request meets its own first attempt, which nobody has answered.
    return (await this.outcomeOf(write)) ?? null;
  }

  private async send({ action, document, refresh }: Write): Promise<BulkItem> {
    const lines = Buffer.from(`${JSON.stringify(action)}\n${JSON.stringify(document)}\n`);
    return this.cluster.request(async () => {
      const [item] = await this.cluster.bulk(lines, { refresh, deadline: DEADLINE });
      if (item === undefined) throw new HoldfastError('ENGINE_UNAVAILABLE');
      const { status, errorTypes: types } = item;
      if (types.length > 0 && status !== CONFLICT) throw new FailedPart({ status, types });
      return item;
    }, DEADLINE);
  }

  /** What became of a write: its version, null when another was quicker, undefined when it may still come. */
  private async outcomeOf(write: Write): Promise<VersionToken | null | undefined> {
    const { document, expected } = write;
    const found = await this.find(document.kind, document.id);
    if (found?.source.writer === document.writer) return this.confirm(write, found);
    const standsAsBefore = found === null ? expected === null : formatVersion(found) === expected;
    return standsAsBefore ? undefined : null;
  }

  /** A read may show what is never committed: only a write over it that is answered tells. */
  private async confirm(write: Write, found: FoundDocument<Stored>): Promise<VersionToken> {
    const { kind, id } = write.document;
    const item = await this.send({ ...write, action: replaceAction(keyOf(kind, id), found) });
    if (item.status === CONFLICT) throw new HoldfastError('ENGINE_UNAVAILABLE', 'Whether a record was written cannot be told.');
    return formatVersion(item);
  }

  private async find(kind: string, id: string): Promise<FoundDocument<Stored> | null> {
    const [found] = await limited(DEADLINE, () => this.cluster.read<Stored>(this.names.catalog, [keyOf(kind, id)]));
    return found ?? null;
  }
}

/** What `work` gives; ENGINE_UNAVAILABLE after so many milliseconds, whatever the requests inside wait for: nothing was searched. */
async function limited<Value>(milliseconds: number, work: () => Promise<Value>): Promise<Value> {
  try {
    return await new Deadline(milliseconds).limit(work);
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'QUERY_TIMEOUT') throw error;
    throw new HoldfastError('ENGINE_UNAVAILABLE', '', error.facts, { cause: error });
  }
}

function replaceAction(key: string, { index, sequence, term }: DocumentPlace): object {
  const target = { _index: writeAliasOf(index), _id: key, require_alias: true };
  return { index: { ...target, if_seq_no: sequence, if_primary_term: term } };
}

function keyOf(kind: string, id: string): string {
  return `${kind}:${id}`;
}
