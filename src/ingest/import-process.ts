import { setPriority } from 'node:os';
import { loadEnvironment } from '../config/env.js';
import { HoldfastError } from '../errors/errors.js';
import { describeFailure } from '../errors/format-error.js';
import type { ImportOpening, ImportOrder } from './import-archives.service.js';
import { withIngest } from './with-ingest.js';

/** Searches that run meanwhile go first. */
const NICENESS = 5;

const stop = new AbortController();
let isOpened = false;

// Before any thread begins: threads take over the priority of the one that makes them.
setPriority(NICENESS);
// A terminal sends the signal to server and import alike, and the server sends it once more.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
process.on('disconnect', () => stop.abort());
process.once('message', (order: ImportOrder) => void run(order));

/** One import for a server: the whole life of the process that `ImportArchives` starts. */
async function run(order: ImportOrder): Promise<void> {
  try {
    await withIngest((ingest) =>
      ingest.importPath({
        ...order,
        excludedDirectory: loadEnvironment().HOLDFAST_DATA_DIR,
        signal: stop.signal,
        onProgress: () => {},
        untilTurn,
      }),
    );
  } catch (error) {
    process.exitCode = 1;
    const known = error instanceof HoldfastError ? error : null;
    if (!isOpened) tell({ code: known?.code ?? null, detail: known?.detail ?? '', facts: known?.facts ?? {} });
    if (known === null) process.stderr.write(`An import failed.\n${describeFailure(error)}\n`);
  }
  if (process.connected) process.disconnect();
}

function untilTurn(importRunId: string): Promise<void> {
  return new Promise((resolve) => {
    if (stop.signal.aborted) return resolve();
    // The only further message is that its turn has come.
    process.once('message', () => resolve());
    stop.signal.addEventListener('abort', () => resolve());
    isOpened = true;
    tell({ importRunId });
  });
}

function tell(opening: ImportOpening): void {
  if (process.connected) process.send!(opening);
}
