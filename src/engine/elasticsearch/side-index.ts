import { readFileSync } from 'node:fs';
import type { estypes } from '@elastic/elasticsearch';
import { HoldfastError } from '../../errors/errors.js';
import type { Cluster } from './cluster.js';
import { FailedPart } from './engine-error.js';
import { writeAliasOf } from './index-names.js';

/** What stands beside the messages; `mappings/<name>.elasticsearch.json` says how. */
export type SideIndex = 'catalog' | 'rejected';

interface Definition {
  readonly settings: estypes.IndicesIndexSettings;
  readonly mappings: estypes.MappingTypeMapping & { readonly _meta: { readonly holds: string; readonly schema: number } };
}

/**
 * Makes the index behind an alias if there is none; several processes may do so at once. Throws INDEX_CORRUPT when the alias
 * stands for something else, INDEX_VERSION_MISMATCH when a newer Holdfast made the index.
 */
export async function ensureSideIndex(cluster: Cluster, alias: string, name: SideIndex): Promise<void> {
  const definition = readDefinition(name);
  const found = (await findIndex(cluster, alias)) ?? (await makeIndex(cluster, alias, definition));
  const { holds, schema } = (found.mappings?._meta ?? {}) as Partial<Definition['mappings']['_meta']>;
  if (holds !== name || schema === undefined) throw new HoldfastError('INDEX_CORRUPT', `${alias} is not an index of Holdfast.`, { alias });
  if (schema > definition.mappings._meta.schema) {
    throw new HoldfastError('INDEX_VERSION_MISMATCH', `A newer one made ${alias}: use that.`, { alias });
  }
}

/** Sends actions that may be repeated, a line of JSON each and their documents, until the cluster has taken all of them. */
export async function writeAll(cluster: Cluster, lines: Uint8Array): Promise<void> {
  await cluster.request(async () => {
    for (const { status, errorTypes: types } of await cluster.bulk(lines)) if (types.length > 0) throw new FailedPart({ status, types });
  });
}

async function findIndex(cluster: Cluster, alias: string): Promise<estypes.IndicesIndexState | null> {
  const found = await cluster.request(() => cluster.client.indices.get({ index: alias, ignore_unavailable: true }));
  const [state, ...others] = Object.values(found);
  if (others.length > 0) throw new HoldfastError('INDEX_CORRUPT', `The alias ${alias} stands for several indices.`, { alias });
  if (state !== undefined && found[alias] !== undefined) throw new HoldfastError('INDEX_CORRUPT', `${alias} is not an alias.`, { alias });
  return state ?? null;
}

async function makeIndex(cluster: Cluster, alias: string, { settings, mappings }: Definition): Promise<estypes.IndicesIndexState> {
  const index = `${alias}-000001`;
  await cluster.createIndex({ index, settings, mappings, aliases: { [alias]: {}, [writeAliasOf(index)]: {} } });
  await cluster.request(() => cluster.client.cluster.health({ index, wait_for_status: 'yellow', timeout: '30s' }));
  const made = await findIndex(cluster, alias);
  if (made === null) throw new HoldfastError('INDEX_CORRUPT', `${index} exists, but ${alias} does not stand for it.`, { alias });
  return made;
}

function readDefinition(name: SideIndex): Definition {
  return JSON.parse(readFileSync(new URL(`../../../mappings/${name}.elasticsearch.json`, import.meta.url), 'utf8')) as Definition;
}
