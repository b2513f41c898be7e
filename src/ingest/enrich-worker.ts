import { setImmediate } from 'node:timers/promises';
import { workerData, type MessagePort } from 'node:worker_threads';
import { BlobReferences } from '../blobs/blob-references.js';
import { BlobStore } from '../blobs/blob-store.js';
import { BatchEnricher, type LookUp } from './enrich-batch.js';
import type { EnrichSettings, EnrichTask } from './enrich-pool.js';

const settings = workerData as EnrichSettings;
const blobs = new BlobStore(settings.blobDirectory);
let references: Promise<BlobReferences> | null = null;
const enricher = new BatchEnricher(() => (references ??= openReferences()));

/** Runs one task of an import; what `EnrichPool` calls. */
export default async function runTask(task: EnrichTask): Promise<unknown> {
  // Native packages free their memory between two turns of the event loop, which a busy worker would otherwise never come to.
  await setImmediate();
  switch (task.kind) {
    case 'enrich':
      return enricher.enrich(task.batch, task.context, task.questions === null ? null : lookUpBy(task.questions));
    case 'merge':
      return enricher.merge(task.encounters, task.context);
    case 'release':
      return enricher.release(task.tokens);
    case 'prepare':
      return enricher.prepare(task.messages);
  }
}

/** With a catalog of its own: the main thread is busy writing. Most imports have no media and load none of this. */
async function openReferences(): Promise<BlobReferences> {
  try {
    const { openCatalog } = await import('../engine/open-engine.js');
    return new BlobReferences(await openCatalog(settings.engine), blobs);
  } catch (error) {
    references = null;
    throw error;
  }
}

/** Asks the main thread, which alone has the archive open. */
function lookUpBy(questions: MessagePort): LookUp {
  return (ids) =>
    new Promise((resolve) => {
      questions.once('message', resolve);
      questions.postMessage(ids);
    });
}
