import { setTimeout as pause } from 'node:timers/promises';
import { HoldfastError } from '../../errors/errors.js';
import type { Cluster } from './cluster.js';
import { ControlDocuments } from './control-documents.js';
import type { IndexNames } from './index-names.js';
import { ensureSideIndex } from './side-index.js';

const KIND = 'control';
const ID = 'watermark';
/** Milliseconds that one reading serves. */
const LIFETIME = 1_000;
const ATTEMPTS = 100;
/** Milliseconds, at most, before the next attempt. */
const PAUSE = 50;

const opened = new WeakMap<Cluster, Promise<ControlDocuments>>();
const readings = new WeakMap<Cluster, { readonly at: number; readonly watermark: Promise<number> }>();

/**
 * Adds a number of written messages to the watermark, once they are visible to searches. Returns the watermark behind it.
 * Several processes may do so at once: each message counts once.
 */
export async function advanceWatermark(cluster: Cluster, names: IndexNames, written: number): Promise<number> {
  const documents = await documentsOf(cluster, names);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await documents.read(KIND, ID);
    const watermark = Number(before?.value ?? 0) + written;
    const version = await (before === null
      ? documents.create(KIND, ID, String(watermark), false)
      : documents.replace(KIND, ID, before.version, String(watermark), false));
    if (version !== null) return watermark;
    await pause(Math.random() * PAUSE);
  }
  throw new HoldfastError('ENGINE_BUSY', 'Too many importers advance the watermark at once.');
}

/**
 * How many writes of messages are visible to every search that begins from now on: a lower bound, as it only grows and is at
 * most `lifetime` milliseconds old. 0 for an archive without any.
 */
export function readWatermark(cluster: Cluster, names: IndexNames, lifetime = LIFETIME): Promise<number> {
  const known = readings.get(cluster);
  if (known !== undefined && performance.now() - known.at < lifetime) return known.watermark;
  const watermark = lookUp(cluster, names);
  readings.set(cluster, { at: performance.now(), watermark });
  watermark.catch(() => readings.delete(cluster));
  return watermark;
}

async function lookUp(cluster: Cluster, names: IndexNames): Promise<number> {
  const documents = await documentsOf(cluster, names);
  return Number((await documents.read(KIND, ID))?.value ?? 0);
}

/** Makes the index of the catalog, once per connection, if nobody has opened a catalog yet. */
function documentsOf(cluster: Cluster, names: IndexNames): Promise<ControlDocuments> {
  const known = opened.get(cluster);
  if (known !== undefined) return known;
  const documents = ensureSideIndex(cluster, names.catalog, 'catalog').then(() => new ControlDocuments(cluster, names));
  opened.set(cluster, documents);
  documents.catch(() => opened.delete(cluster));
  return documents;
}
