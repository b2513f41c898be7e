import type { CatalogRecord, CatalogStore } from '../catalog/catalog-store.js';
import { messageIdOf, tokensOf, type BlobToken } from '../domain/blob-token.js';
import type { StoredMessage } from '../domain/message.js';
import { HoldfastError } from '../errors/errors.js';
import { settle, type SettleTools } from '../holds/settle.js';
import { adoptBytes, isUnadopted } from './adopt-bytes.js';
import { sha256OfPart } from './blob-parts.js';
import { LEGACY, names, type BlobRecord } from './blob-record.js';
import { BlobReferences } from './blob-references.js';
import type { BlobPlace, BlobStore } from './blob-store.js';
import { ListedBytes } from './listed-bytes.js';

/** Records of one page; each may hold thousands of references. */
const PAGE = 20;
const BATCH = 1_000;

export interface SweepTools extends SettleTools {
  readonly catalog: CatalogStore;
  readonly store: BlobStore;
  /** Throws where another archive in the same directory counts. */
  readonly requireCurrent: () => Promise<void>;
}

export interface SweepReport {
  /** Messages of earlier versions that were given references. */
  readonly adopted: number;
  /** References that no message lists, taken away. */
  readonly orphans: number;
  /** Files that no record names, deleted. */
  readonly files: number;
}

/**
 * Finds what imports that died have left: references that no message lists, and bytes that no record names. It may run beside imports
 * and dispositions, and be stopped anywhere. Yields how many messages, records and files it has looked at. Throws INDEX_CORRUPT, and has
 * deleted nothing, where a message lists a reference that is not there.
 */
export async function* sweepBlobs(tools: SweepTools): AsyncGenerator<number, SweepReport> {
  const references = new BlobReferences(tools.catalog, tools.store);
  let [looked, adopted, orphans, files] = [0, 0, 0, 0];
  await tools.requireCurrent();
  if (await isWithoutBlobs(tools)) return { adopted, orphans, files };
  for (;;) {
    let adoptedNow = 0;
    await tools.writer.refresh();
    for await (const batch of tools.writer.readAll()) {
      await requireReferences(batch, tools);
      const ids = batch.filter(({ message }) => isUnadopted(message)).map(({ message }) => message.id);
      adoptedNow += await adoptBytes(ids, tools, references);
      yield (looked += batch.length);
    }
    adopted += adoptedNow;
    // Only a look at everything that found nothing shows that no message needs what stands for all of them.
    if (adoptedNow === 0) break;
  }
  for await (const records of pagesOf(tools.catalog)) {
    orphans += await sweepReferences(records, tools, references);
    yield (looked += records.length);
  }
  for await (const places of inBatches(tools.store.places())) {
    // Asked after they were listed: what was there then was named by this catalog, or never will be.
    await tools.requireCurrent();
    files += await sweepFiles(places, tools, references);
    yield (looked += places.length);
  }
  return { adopted, orphans, files };
}

/** The same without a look at how far it is. */
export async function sweepToEnd(tools: SweepTools): Promise<SweepReport> {
  const steps = sweepBlobs(tools);
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

/** Most archives have no media: no message need be read then. */
async function isWithoutBlobs({ catalog, store }: SweepTools): Promise<boolean> {
  if ((await catalog.list('blob', { first: 1 })).length > 0) return false;
  for await (const _place of store.places()) return false;
  return true;
}

/** A catalog that was lost, or is older than the messages, must not cost bytes. */
async function requireReferences(batch: readonly StoredMessage[], { writer, catalog, store }: SweepTools): Promise<void> {
  const listed = new ListedBytes(catalog, store);
  for (const { message } of batch) {
    if (message.attachments.length === 0 || (await listed.stateOf(message)) !== 'unreferred') continue;
    // It may have been written, or destroyed, since it was listed.
    const [current] = await writer.read([message.id]);
    if (current === null || (await new ListedBytes(catalog, store).stateOf(current!.message)) !== 'unreferred') continue;
    const [again] = await writer.read([message.id]);
    if (again?.version !== current!.version) continue;
    throw new HoldfastError('INDEX_CORRUPT', 'The record of an attachment does not know of a message that lists it.', { id: message.id });
  }
}

/** Takes away what no message lists, once no import can come to list it any more. Returns how many. */
async function sweepReferences(
  records: readonly CatalogRecord<Pick<BlobRecord, 'references'>>[],
  tools: SweepTools,
  references: BlobReferences,
): Promise<number> {
  const all = records.flatMap(({ id, value }) => value.references.map((token): BlobToken => ({ sha256: sha256OfPart(id) ?? id, token })));
  const legacy = all.filter(({ token }) => token === LEGACY);
  const orphans: BlobToken[] = [...legacy];
  for (const batch of chunked(all.filter(({ token }) => token !== LEGACY))) orphans.push(...(await orphansAmong(batch, tools)));
  await references.release(orphans);
  for (const { id } of records) if (sha256OfPart(id) === null) await references.tidy(id);
  return orphans.length - legacy.length;
}

async function orphansAmong(tokens: readonly BlobToken[], tools: SweepTools): Promise<readonly BlobToken[]> {
  const ids = [...new Set(tokens.map(({ token }) => messageIdOf(token)))];
  const suspects = unlisted(tokens, await tools.writer.read(ids));
  if (suspects.length === 0) return [];
  // From here on a stalled import finds another version, and takes a token of its own again.
  const settled = await settle(tools, suspects.map(({ token }) => messageIdOf(token)));
  return unlisted(
    suspects,
    [...settled.values()].map(({ standing }) => (standing.kind === 'message' ? standing.message : null)),
  );
}

function unlisted(tokens: readonly BlobToken[], messages: readonly (StoredMessage | null)[]): readonly BlobToken[] {
  const listed = new Set(messages.flatMap((stored) => (stored === null ? [] : tokensOf(stored.message).map(({ token }) => token))));
  return tokens.filter(({ token }) => !listed.has(token));
}

async function sweepFiles(places: readonly BlobPlace[], { catalog, store }: SweepTools, references: BlobReferences): Promise<number> {
  let files = 0;
  for (const place of places) {
    const known = await catalog.get<BlobRecord>('blob', place.sha256);
    if (known !== null && names(known.value, place.generation)) continue;
    // A generation is named before its bytes exist: one that is not named for certain never will be.
    if (names(await references.tidy(place.sha256), place.generation)) continue;
    await store.remove(place);
    files += 1;
  }
  return files;
}

async function* pagesOf(catalog: CatalogStore): AsyncGenerator<readonly CatalogRecord<BlobRecord>[]> {
  for (let after: string | undefined; ;) {
    const records = await catalog.list<BlobRecord>('blob', { first: PAGE, ...(after !== undefined && { after }) });
    if (records.length > 0) yield records;
    if (records.length < PAGE) return;
    after = records.at(-1)!.id;
  }
}

async function* inBatches<Item>(items: AsyncIterable<Item>): AsyncGenerator<readonly Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function* chunked<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += BATCH) yield items.slice(from, from + BATCH);
}
