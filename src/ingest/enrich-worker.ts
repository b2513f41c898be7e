import { setImmediate } from 'node:timers/promises';
import { workerData, type MessagePort } from 'node:worker_threads';
import { BlobStore } from '../blobs/blob-store.js';
import { BatchEnricher, type LookUp } from './enrich-batch.js';
import type { EnrichSettings, EnrichTask } from './enrich-pool.js';

const settings = workerData as EnrichSettings;
const enricher = new BatchEnricher(new BlobStore(settings.blobDirectory));

/** Runs one task of an import; what `EnrichPool` calls. */
export default async function runTask(task: EnrichTask): Promise<unknown> {
  // Native packages free their memory between two turns of the event loop, which a busy worker would otherwise never come to.
  await setImmediate();
  switch (task.kind) {
    case 'enrich':
      return enricher.enrich(task.batch, task.context, task.questions === null ? null : lookUpBy(task.questions));
    case 'merge':
      return enricher.merge(task.encounters, task.context);
    case 'prepare':
      return enricher.prepare(task.messages);
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
