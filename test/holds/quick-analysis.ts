import type { Prepare, PreparedMessage } from '../../src/engine/index-writer.js';
import { BatchEnricher, type FileContext, type MergedBatch } from '../../src/ingest/enrich-batch.js';
import type { MergeEncounters } from '../../src/ingest/store-batch.js';
import { prepare } from '../support/prepare.js';

/** Of the file that every copy of `cast.ts` stands in. */
export const CONTEXT = { importRunId: 'run-1', file: 'archive.jsonl' } as FileContext;

const enricher = new BatchEnricher(async () => {
  throw new Error('no message of the cast has bytes');
});
const prepared = new Map<string, PreparedMessage>();
const merged = new Map<string, Promise<MergedBatch>>();

function remembered<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

/** The analysis of an import. Few messages in few states meet again and again: each is analyzed once. */
export const quickPrepare: Prepare = async (batch) =>
  batch.map(({ message, raws }) => remembered(prepared, JSON.stringify([message, raws]), () => prepare(message, raws)));

/** The joining of an import, likewise. */
export const quickMerge: MergeEncounters = (encounters) => {
  const keys = encounters.map(({ stored, arriving }) => [
    stored && [stored.message, stored.raws],
    ...arriving.map((document) => Buffer.from(document).toString('base64')),
  ]);
  return remembered(merged, JSON.stringify(keys), () => enricher.merge(encounters, CONTEXT));
};
