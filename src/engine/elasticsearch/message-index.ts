import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { estypes } from '@elastic/elasticsearch';
import { HoldfastError } from '../../errors/errors.js';
import type { Cluster } from './cluster.js';
import { failureOf } from './engine-error.js';
import { IndexNames, writeAliasOf } from './index-names.js';
import { MESSAGES } from './stubs.js';

/** Raised whenever a message is stored in another way. */
export const SCHEMA_VERSION = 1;

const MAPPING_FILE = new URL('../../../mappings/messages.elasticsearch.json', import.meta.url);
const MAPPING_TEXT = readFileSync(MAPPING_FILE, 'utf8');
const MAPPING = JSON.parse(MAPPING_TEXT) as { readonly settings: estypes.IndicesIndexSettings; readonly mappings: estypes.MappingTypeMapping };
/** Names the mapping that this program makes indices with. */
export const MAPPING_HASH = hash('sha256', JSON.stringify(MAPPING), 'hex').slice(0, 12);

/** Milliseconds between two tries at the start. */
const START_INTERVAL = 500;
/** Longest wait for the first copy of each shard. */
const SHARD_DEADLINE = 60_000;

/** What an index says about how it was made. */
interface IndexMeta {
  readonly schema: number;
  readonly foldVersion: string;
  readonly mappingHash: string;
  /** While an index is being filled from another one. */
  readonly copying?: CopyProgress;
}

/** How far a reindexing is; kept in the new index. */
export interface CopyProgress {
  /** The physical index that is copied. */
  readonly from: string;
  /** Every write to it up to this sequence number, in each shard, was finished before the copying began. */
  readonly checkpoint: number;
  /** The messages up to this id have been copied. */
  readonly lastId: string;
}

/** One physical index of messages. */
export interface PhysicalIndex extends IndexMeta {
  readonly name: string;
  /** The alias that it is written through. */
  readonly writes: string;
  readonly number: number;
}

/** The index of the messages: finds it behind its alias, makes it, and knows whether it fits this program. */
export class MessageIndex {
  readonly names: IndexNames;
  private known: PhysicalIndex | null = null;

  private constructor(
    readonly cluster: Cluster,
    readonly foldVersion: string,
  ) {
    this.names = new IndexNames(cluster.settings.prefix);
  }

  /**
   * Makes the index if there is none, and waits as long as the settings say until it can be used. Does not check its versions:
   * `requireVersions` does. Throws what `current` does.
   */
  static async open(cluster: Cluster, foldVersion: string): Promise<MessageIndex> {
    const index = new MessageIndex(cluster, foldVersion);
    const end = performance.now() + cluster.settings.startTimeout;
    for (;;) {
      try {
        if ((await index.find()) === null) await index.createFirst();
        await index.waitForShards((await index.current()).name, end - performance.now());
        return index;
      } catch (error) {
        // A cluster that is starting answers before it has a master.
        const isPassing = error instanceof HoldfastError && error.code === 'ENGINE_UNAVAILABLE';
        if (!isPassing || performance.now() + START_INTERVAL > end) throw error;
        await new Promise((resolve) => setTimeout(resolve, START_INTERVAL));
      }
    }
  }

  /**
   * The index behind the alias, as it was when it was last looked up; `forget` makes it look again. Throws INDEX_CORRUPT when the
   * alias does not name exactly one index that Holdfast made, ENGINE_UNAVAILABLE when there is none.
   */
  async current(): Promise<PhysicalIndex> {
    this.known ??= await this.find();
    if (this.known === null) throw new HoldfastError('ENGINE_UNAVAILABLE', `There is no index behind ${this.names.messages}.`);
    return this.known;
  }

  /** The name of the index behind the alias. */
  async currentIndex(): Promise<string> {
    return (await this.current()).name;
  }

  /** Called when a write finds that the index was replaced. */
  forget(): void {
    this.known = null;
  }

  /** Looks the index up again and refuses one that does not fit this program, with INDEX_VERSION_MISMATCH. */
  async requireVersions(): Promise<PhysicalIndex> {
    this.forget();
    const index = await this.current();
    this.requireFit(index);
    return index;
  }

  /** Throws INDEX_VERSION_MISMATCH unless the index has this program's layout, mapping and text rules. */
  requireFit(index: PhysicalIndex): void {
    this.requireReadable(index);
    const { foldVersion, mappingHash, schema } = index;
    if (foldVersion !== this.foldVersion) {
      throw new HoldfastError('INDEX_VERSION_MISMATCH', `Run: holdfast reindex (its text rules are ${foldVersion}, not ${this.foldVersion}).`);
    }
    if (schema !== SCHEMA_VERSION || mappingHash !== MAPPING_HASH) {
      throw new HoldfastError('INDEX_VERSION_MISMATCH', `Run: holdfast reindex (its mapping is ${schema}/${mappingHash}, not ${SCHEMA_VERSION}/${MAPPING_HASH}).`);
    }
  }

  /** Whether the index has this program's layout, mapping and text rules. */
  fits({ foldVersion, mappingHash, schema }: PhysicalIndex): boolean {
    return foldVersion === this.foldVersion && mappingHash === MAPPING_HASH && schema === SCHEMA_VERSION;
  }

  /** Throws INDEX_VERSION_MISMATCH for an index that a newer Holdfast made: reindexing would lose what this one does not know. */
  requireReadable({ schema }: PhysicalIndex): void {
    if (schema <= SCHEMA_VERSION) return;
    throw new HoldfastError(
      'INDEX_VERSION_MISMATCH',
      `A newer one made it (layout ${schema}, this one knows ${SCHEMA_VERSION}): use that.`,
    );
  }

  /** Makes a physical index without the reading alias, to be filled from another one; nothing when it exists. */
  createCopy(number: number, copying: CopyProgress): Promise<void> {
    return this.create(number, { copying });
  }

  /** A physical index by its number, whether the alias names it or not; null when there is none. */
  async physical(number: number): Promise<PhysicalIndex | null> {
    const name = this.names.physical(number);
    const found = (await this.lookUp(name))[name];
    return found === undefined ? null : this.describe(name, found);
  }

  /** Notes in the index how far its filling is; null: it is complete. */
  async note(name: string, copying: CopyProgress | null): Promise<void> {
    await this.cluster.request(() => this.client.indices.putMapping({ index: name, _meta: this.meta({ copying: copying ?? undefined }) }));
  }

  /** Until every shard has a first copy. Whoever needs one that is missing for longer fails with what is wrong. */
  private async waitForShards(index: string, milliseconds: number): Promise<void> {
    const deadline = Math.round(Math.min(Math.max(milliseconds, 1), SHARD_DEADLINE));
    const wait = { index, wait_for_status: 'yellow', timeout: `${deadline}ms` } as const;
    await this.client.cluster.health(wait, { requestTimeout: deadline + START_INTERVAL, maxRetries: 0 }).catch(() => undefined);
  }

  private get client(): Cluster['client'] {
    return this.cluster.client;
  }

  /** Null when nothing is behind the alias. */
  private async find(): Promise<PhysicalIndex | null> {
    const alias = this.names.messages;
    const found = await this.lookUp(alias);
    const names = Object.keys(found);
    if (names.length === 0) return null;
    if (names.length > 1) {
      throw new HoldfastError('INDEX_CORRUPT', `The alias ${alias} names several indices: ${names.sort().join(', ')}. Remove all but one from it.`, {
        indices: names,
      });
    }
    const state = found[names[0]!]!;
    const index = this.describe(names[0]!, state);
    // Without it searches would meet what stands in the place of destroyed messages.
    if (!isDeepStrictEqual(state.aliases?.[alias]?.filter, MESSAGES)) {
      throw new HoldfastError('INDEX_CORRUPT', `The alias ${alias} has lost its filter. Put it on again: ${JSON.stringify(MESSAGES)}`);
    }
    return index;
  }

  private describe(name: string, { mappings, aliases }: estypes.IndicesIndexState): PhysicalIndex {
    const meta = mappings?._meta?.['holdfast'] as IndexMeta | undefined;
    const number = this.names.numberOf(name);
    const writes = writeAliasOf(name);
    if (meta === undefined || number === null || aliases?.[writes] === undefined) {
      throw new HoldfastError('INDEX_CORRUPT', `${this.names.messages} leads to ${name}, which Holdfast did not make. Choose another prefix, or remove it.`, {
        index: name,
      });
    }
    return { ...meta, name, writes, number };
  }

  /** Name and state of the indices that an alias or name stands for. */
  private async lookUp(name: string): Promise<Record<string, estypes.IndicesIndexState>> {
    return this.cluster.request(async () => {
      try {
        return await this.client.indices.get({ index: name, features: ['aliases', 'mappings'] });
      } catch (error) {
        if (failureOf(error)?.status === 404) return {};
        throw error;
      }
    });
  }

  private async createFirst(): Promise<void> {
    const left = Object.keys(await this.lookUp(`${this.names.messages}-*`)).filter((name) => this.names.numberOf(name) !== null);
    // Made by another process just now, behind the alias already; or without it.
    if (left.length > 0 && (await this.find()) !== null) return;
    if (left.length > 0) {
      throw new HoldfastError('INDEX_CORRUPT', `The alias ${this.names.messages} is missing, but there is ${left.sort().join(', ')}. Put it on the right one, with the filter ${JSON.stringify(MESSAGES)}`, {
        indices: left,
      });
    }
    await this.create(1, { isRead: true });
  }

  /** Nothing when somebody else made it first. */
  private async create(number: number, { isRead = false, copying }: { isRead?: boolean; copying?: CopyProgress }): Promise<void> {
    const index = this.names.physical(number);
    const settings = { ...MAPPING.settings, 'index.number_of_shards': this.cluster.settings.shards };
    const mappings = { ...MAPPING.mappings, _meta: this.meta({ copying }) };
    const aliases = { [writeAliasOf(index)]: {}, ...(isRead && { [this.names.messages]: { filter: MESSAGES } }) };
    await this.cluster.createIndex({ index, settings, mappings, aliases, wait_for_active_shards: 1 });
  }

  private meta({ copying }: { copying: CopyProgress | undefined }): estypes.Metadata {
    const meta: IndexMeta = {
      schema: SCHEMA_VERSION, foldVersion: this.foldVersion, mappingHash: MAPPING_HASH, ...(copying !== undefined && { copying }),
    };
    return { holdfast: meta };
  }
}
