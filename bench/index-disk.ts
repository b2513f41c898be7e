import type { ElasticsearchSite } from './elasticsearch-site.js';
import type { RawCluster } from './raw-cluster.js';
import { table, whole, type Report } from './report.js';
import type { Workspace } from './workspace.js';

/** Until the server may drop its second copies of the documents, milliseconds; it moves its retention leases every 30 s. */
const LEASE_LIMIT = 40_000;
const LEASE_INTERVAL = 500;
/** Documents that are looked through for grams. */
const LOOKED_AT = 200;
const NO_ANALYSIS = 'the server cannot tell the parts';

/** Bytes of one field, or of all, by what they are for. */
interface FieldUsage {
  readonly total_in_bytes: number;
  readonly inverted_index: { readonly total_in_bytes: number };
  readonly stored_fields_in_bytes: number;
  readonly doc_values_in_bytes: number;
  readonly points_in_bytes: number;
  readonly norms_in_bytes: number;
}

interface ShardCopy {
  readonly seq_no?: { readonly max_seq_no: number };
  readonly retention_leases?: { readonly leases: readonly { readonly retaining_seq_no: number }[] };
}

/** The bytes of the index of messages, as it is and merged into one segment; by part, and whether grams are stored twice. */
export async function measureIndexDisk(workspace: Workspace, site: ElasticsearchSite, report: Report): Promise<number> {
  const { messages } = workspace.prepareCorpus().statistics;
  const { raw } = site;
  const alias = site.messagesOf(workspace.deployment);
  await raw.ask('POST', `/${alias}/_flush?force=true&wait_if_ongoing=true`);
  const before = await storeBytes(raw, alias);
  const hasMoved = await untilLeasesMoved(raw, alias);
  await raw.ask('POST', `/${alias}/_flush?force=true&wait_if_ongoing=true`);
  await raw.ask('POST', `/${alias}/_forcemerge?max_num_segments=1`);
  await raw.ask('POST', `/${alias}/_flush?force=true&wait_if_ongoing=true`);
  await raw.ask('POST', `/${alias}/_refresh`);
  const after = await storeBytes(raw, alias);
  report.note(
    `index as the import left it: ${(before / messages).toFixed(1)} bytes a message; merged${hasMoved ? '' : ` (leases had not moved after ${LEASE_LIMIT / 1000} s: second copies are still in it)`}: ` +
      `${(after / messages).toFixed(1)}`,
  );
  const gramFields = await textFields(raw, alias);
  await reportParts(raw, alias, gramFields, messages, report);
  const found = await storedGrams(raw, alias, gramFields);
  report.promise(
    `grams in _source (${LOOKED_AT} documents looked at)`,
    workspace.targets.gramsInSource,
    found.length,
    found.join(', ') || 'none',
    gramFields.length > 0,
  );
  return after;
}

async function storeBytes(raw: RawCluster, index: string): Promise<number> {
  const stats = await raw.ask<{ _all: { primaries: { store: { size_in_bytes: number } } } }>('GET', `/${index}/_stats/store`);
  return stats._all.primaries.store.size_in_bytes;
}

/** Whether every shard copy has let go of its operations within the limit: before that no merge drops second copies. */
async function untilLeasesMoved(raw: RawCluster, index: string): Promise<boolean> {
  const limit = performance.now() + LEASE_LIMIT;
  for (;;) {
    const { indices } = await raw.ask<{ indices: Record<string, { shards: Record<string, ShardCopy[]> }> }>(
      'GET',
      `/${index}/_stats?level=shards`,
    );
    const copies = Object.values(indices).flatMap(({ shards }) => Object.values(shards).flat());
    const haveMoved = copies.every((copy) =>
      (copy.retention_leases?.leases ?? []).every((lease) => lease.retaining_seq_no > (copy.seq_no?.max_seq_no ?? 0)),
    );
    if (haveMoved) return true;
    if (performance.now() > limit) return false;
    await new Promise((resolve) => setTimeout(resolve, LEASE_INTERVAL));
  }
}

async function textFields(raw: RawCluster, index: string): Promise<readonly string[]> {
  const found = await raw.ask<Record<string, { mappings: { properties: Record<string, { type?: string }> } }>>('GET', `/${index}/_mapping`);
  return Object.values(found).flatMap(({ mappings }) =>
    Object.entries(mappings.properties).flatMap(([name, { type }]) => (type === 'text' ? [name] : [])),
  );
}

async function storedGrams(raw: RawCluster, index: string, gramFields: readonly string[]): Promise<readonly string[]> {
  const { hits } = await raw.ask<{ hits: { hits: { _source: Record<string, unknown> }[] } }>('POST', `/${index}/_search`, {
    size: LOOKED_AT,
    sort: ['id'],
  });
  const stored = new Set(hits.hits.flatMap((hit) => Object.keys(hit._source)));
  return gramFields.filter((name) => stored.has(name));
}

async function reportParts(raw: RawCluster, index: string, gramFields: readonly string[], messages: number, report: Report): Promise<void> {
  let usage: Record<string, { fields?: Record<string, FieldUsage> }>;
  try {
    usage = await raw.ask('POST', `/${index}/_disk_usage?run_expensive_tasks=true`);
  } catch (error) {
    return report.note(`${NO_ANALYSIS}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const fields = Object.values(usage).flatMap((one) => Object.entries(one.fields ?? {}));
  const rows = partsOf(fields, gramFields).filter(([, bytes]) => bytes > 0);
  const total = fields.reduce((sum, [, one]) => sum + one.total_in_bytes, 0);
  report.note(
    table(
      ['part of the index', 'MB', 'bytes a message', 'share'],
      [...rows, ['all that fields take', total] as const].map(([part, bytes]) => [
        part,
        (bytes / 1e6).toFixed(1),
        (bytes / messages).toFixed(1),
        `${whole((bytes / total) * 100)} %`,
      ]),
    ),
  );
}

/** Every byte once. */
function partsOf(fields: readonly (readonly [string, FieldUsage])[], gramFields: readonly string[]): (readonly [string, number])[] {
  const grams = fields.filter(([name]) => gramFields.includes(name));
  const stored = fields.filter(([name]) => name === '_source' || name === '_recovery_source');
  const ids = fields.filter(([name]) => name === '_id' || name === 'id');
  const rest = fields.filter((field) => ![...grams, ...stored, ...ids].includes(field));
  const sum = (pick: (usage: FieldUsage) => number): number => rest.reduce((bytes, [, usage]) => bytes + pick(usage), 0);
  return [
    ...[...grams, ...stored, ...ids].map(
      ([name, usage]) => [gramFields.includes(name) ? `grams: ${name}` : name, usage.total_in_bytes] as const,
    ),
    ['facts: inverted index', sum((usage) => usage.inverted_index.total_in_bytes)],
    ['facts: points', sum((usage) => usage.points_in_bytes)],
    ['facts: doc values', sum((usage) => usage.doc_values_in_bytes)],
    ['facts: stored and norms', sum((usage) => usage.stored_fields_in_bytes + usage.norms_in_bytes)],
  ];
}
