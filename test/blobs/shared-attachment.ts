import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BlobRecord } from '../../src/blobs/blob-record.js';
import { BlobReferences } from '../../src/blobs/blob-references.js';
import { BlobStore } from '../../src/blobs/blob-store.js';
import { sweepToEnd, type SweepReport } from '../../src/blobs/sweep-blobs.js';
import type { CatalogStore } from '../../src/catalog/catalog-store.js';
import { tokensOf, type BlobToken } from '../../src/domain/blob-token.js';
import type { ImportOutcome } from '../../src/domain/values.js';
import type { EraseResult } from '../../src/engine/index-eraser.js';
import type { IndexWriter } from '../../src/engine/index-writer.js';
import { unpackMessages } from '../../src/engine/prepared-batch.js';
import { readStanding, type Prepare } from '../../src/engine/standing.js';
import { settle } from '../../src/holds/settle.js';
import { importerOf } from '../../src/importers/index.js';
import { BatchEnricher, type FileContext } from '../../src/ingest/enrich-batch.js';
import { RecordBatcher } from '../../src/ingest/record-batch.js';
import { storeBatch } from '../../src/ingest/store-batch.js';
import { messageId } from '../../src/domain/message-id.js';
import { prepare as prepareMessage } from '../support/prepare.js';

/** What every process of a history uses; a test may count, stop and hold back the calls. */
export type Share = <Target extends object>(target: Target) => Target;

/** Destroys a message as disposition does: one compare-and-set. */
export interface Eraser {
  erase(items: readonly { readonly id: string; readonly version: string }[], batchId: string): Promise<readonly EraseResult[]>;
}

export interface Places {
  readonly writer: IndexWriter;
  readonly eraser: Eraser;
  readonly catalog: CatalogStore;
  readonly directory: string;
}

/** What a disposition would have written down before it destroys. */
interface Batch {
  readonly batchId: string;
  readonly id: string;
  readonly version: string;
  readonly tokens: readonly BlobToken[];
}

const FORMAT = 'holdfast-jsonl';
const SOURCE = 'phone';
const unshared: Share = (target) => target;
const analyze: Prepare = async (batch) => batch.map(({ message, raws }) => prepareMessage(message, raws));
/** What was destroyed stays so: these tests are about bytes. */
const destroyed = { decide: async (items: readonly unknown[]) => items.map(() => 'disposed' as const) };

/** One archive with messages that refer to files, and the processes that import and destroy them. */
export class SharedAttachment {
  readonly store: BlobStore;
  readonly blobDirectory: string;
  private readonly mediaDirectory: string;
  private readonly batches: Batch[] = [];
  private runs = 100;
  /** Of the sweeps. */
  requireCurrent: () => Promise<void> = async () => {};

  constructor(readonly places: Places) {
    this.blobDirectory = join(places.directory, 'blobs');
    this.mediaDirectory = join(places.directory, 'media');
    mkdirSync(this.mediaDirectory, { recursive: true });
    this.store = new BlobStore(this.blobDirectory);
  }

  /** Writes a file that messages may refer to. */
  file(name: string, content: string): void {
    writeFileSync(join(this.mediaDirectory, name), content);
  }

  idOf(nativeId: string): string {
    return messageId(importerOf(FORMAT).identitySpace(SOURCE), nativeId);
  }

  /** Imports one message that refers to files, as a worker and a writer do. `known`: the worker knew it, as `looksFirst` lets it. */
  async import(
    nativeId: string, files: readonly string[], share: Share = unshared, text = '', looksFirst = false,
  ): Promise<ImportOutcome | 'known'> {
    const writer = share(this.places.writer);
    const references = new BlobReferences(share(this.places.catalog), share(this.store));
    const enricher = new BatchEnricher(async () => references);
    const attachments = files.map((path) => ({ name: path, path }));
    const record = { id: nativeId, conversationId: 'c', senderId: 's', sentAt: 1_767_225_600_000, text: text || nativeId, attachments };
    const batcher = new RecordBatcher(1, 1);
    batcher.add({ bytes: Buffer.from(JSON.stringify(record)), line: 1, endOffset: 1 });
    const context: FileContext = {
      ...{ format: FORMAT, file: 'a.jsonl', source: SOURCE, identitySpace: importerOf(FORMAT).identitySpace(SOURCE) },
      ...{ importRunId: `run ${(this.runs += 1)}`, now: 1_767_225_600_000 },
      places: { base: this.mediaDirectory, root: this.mediaDirectory, mediaDirectory: null },
    };
    const { messages, tokens } = await enricher.enrich(batcher.take(), context, looksFirst ? (ids) => writer.readDocuments(ids) : null);
    if (messages.count === 0) return 'known';
    const media = { tokens, release: (unused: readonly BlobToken[]) => enricher.release(unused) };
    const merge = enricher.merge.bind(enricher);
    const [outcome] = await storeBatch(unpackMessages(messages), context, writer, merge, destroyed, media);
    if (typeof outcome !== 'string') throw new Error('not stored');
    return outcome;
  }

  /** Destroys one message with what it alone refers to. The batch is written down before, so that others can go on. */
  async destroy(nativeId: string, share: Share = unshared): Promise<void> {
    const { writer, eraser, catalog } = this.places;
    const [found] = await readStanding(share(writer), [this.idOf(nativeId)]);
    if (found?.kind !== 'message') return;
    const { message, version } = found.message;
    const batch = { batchId: randomUUID(), id: found.id, version, tokens: tokensOf(message) };
    this.batches.push(batch);
    const [result] = await share(eraser).erase([batch], batch.batchId);
    if (result!.outcome === 'erased') await new BlobReferences(share(catalog), share(this.store)).release(batch.tokens);
  }

  sweep(share: Share = unshared): Promise<SweepReport> {
    const { writer, catalog } = this.places;
    const tools = { writer: share(writer), catalog: share(catalog), store: share(this.store), prepare: analyze };
    return sweepToEnd({ ...tools, requireCurrent: () => this.requireCurrent() });
  }

  /** What somebody else does after a crash: finishes every destruction that was begun, and sweeps. */
  async recover(): Promise<void> {
    const { writer, catalog } = this.places;
    for (const { batchId, id, tokens } of this.batches) {
      const settled = await settle({ writer, prepare: analyze }, [id]);
      if (settled.get(id)!.disposals.includes(batchId)) await new BlobReferences(catalog, this.store).release(tokens);
    }
    await this.sweep();
  }

  /** What is wrong with the bytes of the messages that stand: each must be there, and be referred to. */
  async lost(): Promise<readonly string[]> {
    const problems: string[] = [];
    for await (const batch of this.places.writer.readAll()) {
      for (const { message } of batch) {
        for (const { sha256, token } of tokensOf(message)) {
          const record = (await this.places.catalog.get<BlobRecord>('blob', sha256))?.value;
          if (!record?.references.includes(token)) problems.push(`${message.nativeId} is not referred to`);
          const place = { sha256, generation: record?.generation ?? 'none' };
          if ((await this.store.hash(place))?.sha256 !== sha256) problems.push(`${message.nativeId} has lost its bytes`);
        }
      }
    }
    return problems;
  }

  /** What is there though nothing needs it: files, references, trash. */
  async leftOver(): Promise<readonly string[]> {
    const listed = new Set<string>();
    for await (const batch of this.places.writer.readAll())
      for (const { message } of batch) for (const { token } of tokensOf(message)) listed.add(token);
    const problems: string[] = [];
    const files = new Set(this.files());
    for (const { id, value } of await this.places.catalog.list<BlobRecord>('blob', { first: 1_000 })) {
      for (const token of value.references) if (!listed.has(token)) problems.push('a reference that no message lists');
      if (value.trash.length > 0) problems.push('trash');
      if (value.references.length > 0) files.delete(`${id}.${value.generation!}`);
      else if (value.state !== 'empty') problems.push(`${value.state} without references`);
    }
    return [...problems, ...[...files].map(() => 'a file that nobody needs')];
  }

  /** Names of all files with bytes. */
  files(): readonly string[] {
    return readdirSync(this.blobDirectory, { recursive: true, encoding: 'utf8' }).flatMap((name) => /[0-9a-f]{64}\.[0-9a-f]+$/.exec(name) ?? []);
  }
}
