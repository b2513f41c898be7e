import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { FOLD_VERSION } from '../src/analysis/fold.js';
import { foldMessage, indexGrams } from '../src/analysis/index-text.js';
import type { IndexedGrams } from '../src/analysis/indexed-grams.js';
import { PLATFORMS } from '../src/domain/values.js';
import { decodeDocument } from '../src/engine/document-codec.js';
import { messageTokens } from '../src/engine/sqlite/filter-tokens.js';
import { ARCHIVE_FILE, openArchiveForWriting, type Connection } from '../src/engine/sqlite/open-database.js';
import { BATCH_RECORDS } from '../src/ingest/import-file.js';
import type { Workspace } from './workspace.js';

const MERGE_PAGES = 2000;

export interface RawInsertRates {
  readonly messages: number;
  /** Messages a second: inserts and commits alone. */
  readonly inserting: number;
  /** The same with the merge and the checkpoint that end an import. */
  readonly withMerge: number;
  /** Inserts and commits, a second of processor time. */
  readonly byProcessorTime: number;
}

interface ReadyRow {
  readonly grams: IndexedGrams;
  readonly tokens: string;
}

/**
 * How fast the finished grams of the imported archive go into an empty FTS5 table in one process and nothing else: same schema,
 * PRAGMAs, batches and columns as the product's writer. Making the grams is not measured.
 */
export async function rawInsertRate(workspace: Workspace): Promise<RawInsertRates> {
  const source = new Database(join(workspace.deployment.dataDirectory, ARCHIVE_FILE), { readonly: true });
  const directory = mkdtempSync(join(workspace.directory, 'raw-'));
  const target = openArchiveForWriting(directory, FOLD_VERSION);
  try {
    return measure(source, target);
  } finally {
    source.close();
    target.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function measure(source: Connection, target: Connection): RawInsertRates {
  const insert = target.prepare(
    'INSERT INTO grams (rowid, clean, raw, masked, names, attachments, digits, words, tokens) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  let messages = 0;
  let inserting = 0;
  let processorTime = 0;
  for (const batch of readyBatches(source)) {
    const begin = performance.now();
    const used = process.cpuUsage();
    target
      .transaction(() => {
        for (const { grams, tokens } of batch) {
          messages += 1;
          insert.run(messages, grams.clean, grams.raw, grams.masked, grams.names, grams.attachments, grams.digits, grams.words, tokens);
        }
      })
      .immediate();
    inserting += performance.now() - begin;
    const { user, system } = process.cpuUsage(used);
    processorTime += (user + system) / 1000;
  }
  const begin = performance.now();
  mergeAll(target);
  const merging = performance.now() - begin;
  return {
    messages,
    inserting: (messages / inserting) * 1000,
    withMerge: (messages / (inserting + merging)) * 1000,
    byProcessorTime: (messages / processorTime) * 1000,
  };
}

/** As the writer does when an import ends. */
function mergeAll(target: Connection): void {
  const changes = target.prepare<[], number>('SELECT total_changes()').pluck();
  const merge = target.prepare(`INSERT INTO grams (grams, rank) VALUES ('merge', CAST(? AS INTEGER))`);
  for (let before = -2; changes.get()! - before >= 2;) {
    before = changes.get()!;
    merge.run(MERGE_PAGES);
  }
  target.pragma('wal_checkpoint(TRUNCATE)');
}

/** The rows of the archive in the order they were written, analyzed again. */
function* readyBatches(source: Connection): Generator<readonly ReadyRow[]> {
  const numbers = new Map<string, number>();
  const numberOf = (value: string | null): number => {
    if (value === null) return 0;
    const known = numbers.get(value) ?? numbers.size + 1;
    numbers.set(value, known);
    return known;
  };
  let batch: ReadyRow[] = [];
  for (const document of source.prepare<[], Buffer>('SELECT document FROM message ORDER BY row').pluck().iterate()) {
    const { message } = decodeDocument(document);
    const tokens = messageTokens(
      {
        identitySpace: numberOf(message.identitySpace),
        platform: PLATFORMS.indexOf(message.platform),
        conversationId: numberOf(message.conversationId),
        senderId: numberOf(message.senderId),
      },
      message.sentAt,
    );
    batch.push({ grams: indexGrams(foldMessage(message)), tokens });
    if (batch.length === BATCH_RECORDS) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
