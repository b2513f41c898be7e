import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { FOLD_VERSION } from '../src/analysis/fold.js';
import { ARCHIVE_FILE } from '../src/engine/sqlite/open-database.js';
import { SqliteIndexEraser } from '../src/engine/sqlite/sqlite-index-eraser.js';
import type { ElasticsearchSite } from './elasticsearch-site.js';
import type { Workspace } from './workspace.js';

const BATCH = 1_000;
const IN_FLIGHT = 2;
const INTERVAL = 500;
/** Shard copies let go of what was deleted within a minute. */
const PATIENCE = 300_000;

/** How long a store takes at least to be rid of messages. Milliseconds. */
export interface RawErases {
  /** The deletes alone. */
  readonly deleting: number;
  /** Taking the bytes out of the files, without waiting. */
  readonly removing: number;
  /** Until the server lets go. */
  readonly waiting: number;
}

/** A copy of an archive, made before anything is destroyed, from which the same messages are deleted by the plainest means. */
export interface RawCopy {
  erase(ids: readonly string[]): Promise<RawErases>;
  remove(): Promise<void>;
}

/** Copies the messages of an archive. */
export async function copyForErases(workspace: Workspace, name: string): Promise<RawCopy> {
  const site = workspace.elasticsearch;
  return site === null ? copyDatabase(workspace, name) : cloneIndex(site, site.messagesOf(workspace.deploymentOf(name)));
}

async function copyDatabase(workspace: Workspace, name: string): Promise<RawCopy> {
  const directory = join(workspace.directory, 'raw-erases');
  mkdirSync(directory, { recursive: true });
  const source = new Database(join(workspace.deploymentOf(name).dataDirectory, ARCHIVE_FILE), { readonly: true });
  await source.backup(join(directory, ARCHIVE_FILE));
  source.close();
  return {
    erase: (ids) => eraseRows(directory, ids),
    remove: async () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** The rows of message, search row and grams, in transactions of a thousand, with the PRAGMAs of the product; then the product's own removal. */
async function eraseRows(directory: string, ids: readonly string[]): Promise<RawErases> {
  const eraser = SqliteIndexEraser.open(directory, FOLD_VERSION);
  const database = new Database(join(directory, ARCHIVE_FILE));
  for (const pragma of ['synchronous = NORMAL', 'secure_delete = ON', 'cache_size = -65536', 'wal_autocheckpoint = 16384', 'temp_store = MEMORY'])
    database.pragma(pragma);
  const deleteMessage = database.prepare<[Buffer], number>('DELETE FROM message WHERE id = ? RETURNING row').pluck();
  const others = ['search_row WHERE row', 'grams WHERE rowid'].map((where) => database.prepare(`DELETE FROM ${where} = ?`));
  const begin = performance.now();
  for (let start = 0; start < ids.length; start += BATCH) {
    database
      .transaction(() => {
        for (const id of ids.slice(start, start + BATCH)) {
          const row = deleteMessage.get(Buffer.from(id, 'hex'));
          if (row === undefined) throw new Error('a destroyed message is not in the copy');
          for (const statement of others) statement.run(row);
        }
      })
      .immediate();
  }
  const deleting = performance.now() - begin;
  database.close();
  const removal = performance.now();
  for await (const step of eraser.remove(null)) void step;
  const removing = performance.now() - removal;
  await eraser.close();
  return { deleting, removing, waiting: 0 };
}

async function cloneIndex(site: ElasticsearchSite, alias: string): Promise<RawCopy> {
  const index = site.indexBeside('erases');
  const [source] = Object.keys(await site.raw.ask<Record<string, unknown>>('GET', `/${alias}`));
  const block = (value: true | null): Promise<unknown> => site.raw.ask('PUT', `/${source}/_settings`, { 'index.blocks.write': value });
  await site.raw.removeIndices(index);
  await block(true);
  try {
    await site.raw.ask('POST', `/${source}/_clone/${index}`, { settings: { 'index.blocks.write': null, 'index.number_of_replicas': 0 } });
  } finally {
    await block(null);
  }
  await site.raw.ask('GET', `/_cluster/health/${index}?wait_for_status=green&timeout=60s`);
  return { erase: (ids) => eraseDocuments(site, index, ids), remove: () => site.raw.removeIndices(index) };
}

/** Plain `_bulk` deletes, a thousand each, two requests under way; then flush, wait, merge, flush. */
async function eraseDocuments({ raw }: ElasticsearchSite, index: string, ids: readonly string[]): Promise<RawErases> {
  let begin = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < ids.length) {
      const some = ids.slice(next, (next += BATCH));
      const body = some.map((id) => `{"delete":{"_id":"${id}"}}\n`).join('');
      const answer = await raw.post<{ errors: boolean }>(`/${index}/_bulk`, Buffer.from(body), 'application/x-ndjson');
      if (answer.errors) throw new Error('a plain delete failed');
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  await raw.ask('POST', `/${index}/_refresh`);
  const deleting = performance.now() - begin;
  await raw.ask('POST', `/${index}/_flush?force=true&wait_if_ongoing=true`);
  begin = performance.now();
  await untilReleased(raw, index);
  const waiting = performance.now() - begin;
  begin = performance.now();
  for (const step of ['_flush?force=true', '_forcemerge?only_expunge_deletes=true', '_flush?force=true', '_refresh']) await raw.ask('POST', `/${index}/${step}`);
  return { deleting, waiting, removing: performance.now() - begin };
}

interface ShardStats {
  readonly indices: Readonly<Record<string, { readonly shards: Readonly<Record<string, readonly ShardCopy[]>> }>>;
}

interface ShardCopy {
  readonly seq_no: { readonly max_seq_no: number };
  readonly retention_leases: { readonly leases: readonly { readonly retaining_seq_no: number }[] };
}

async function untilReleased(raw: ElasticsearchSite['raw'], index: string): Promise<void> {
  for (const end = performance.now() + PATIENCE; performance.now() < end; await pause(INTERVAL)) {
    const { indices } = await raw.ask<ShardStats>('GET', `/${index}/_stats?level=shards`);
    const copies = Object.values(indices[index]!.shards).flat();
    const isKept = ({ seq_no: numbers, retention_leases: { leases } }: ShardCopy): boolean =>
      leases.some(({ retaining_seq_no: kept }) => kept <= numbers.max_seq_no);
    if (!copies.some(isKept)) return;
  }
  throw new Error('the server does not let go of deleted documents');
}
