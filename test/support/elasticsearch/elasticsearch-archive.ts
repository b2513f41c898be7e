import { createHash } from 'node:crypto';

/** The prefix of the indices of the archive that belongs to a directory. */
export function prefixOf(directory: string): string {
  return `test-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`;
}

/** The variables by which the application finds the archive that belongs to a directory. */
export function elasticsearchVariables(url: string, directory: string): Readonly<Record<string, string>> {
  return { HOLDFAST_ENGINE: 'elasticsearch', HOLDFAST_ELASTICSEARCH_URL: url, HOLDFAST_ELASTICSEARCH_PREFIX: prefixOf(directory) };
}

/** Deletes all indices of the archive that belongs to a directory. */
export async function removeIndices(url: string, directory: string): Promise<void> {
  const listed = await fetch(`${url}/_cat/indices/${prefixOf(directory)}-*?h=index&format=json&expand_wildcards=all`);
  const names = ((await listed.json()) as { index: string }[]).map(({ index }) => index);
  if (names.length === 0) return;
  const deleted = await fetch(`${url}/${names.join(',')}`, { method: 'DELETE' });
  if (!deleted.ok) throw new Error(`the indices of a test could not be deleted: status ${deleted.status}`);
}

interface ShardStats {
  readonly indices?: Readonly<Record<string, { readonly shards: Readonly<Record<string, readonly ShardCopy[]>> }>>;
}

interface ShardCopy {
  readonly routing: { readonly primary: boolean };
  readonly seq_no?: { readonly max_seq_no: number };
}

/**
 * How many documents the archive that belongs to a directory has taken, over every restart of the server: a message counts again when it is
 * merged. 0 if there is none.
 */
export async function indexedChanges(url: string, directory: string): Promise<number> {
  const path = `${prefixOf(directory)}-messages-*/_stats?level=shards&filter_path=indices.*.shards.*.routing,indices.*.shards.*.seq_no`;
  const { indices = {} } = (await (await fetch(`${url}/${path}`)).json()) as ShardStats;
  const copies = Object.values(indices).flatMap(({ shards }) => Object.values(shards).flat());
  return copies.reduce((sum, { routing, seq_no: numbers }) => sum + (routing.primary ? (numbers?.max_seq_no ?? -1) + 1 : 0), 0);
}
