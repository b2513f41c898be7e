import { becomeChildOfServer } from '../config/child-of-server.js';
import { loadEnvironment } from '../config/env.js';
import { HoldfastError } from '../errors/errors.js';
import { describeFailure } from '../errors/format-error.js';
import type { ImportOpening, ImportOrder } from './import-archives.service.js';
import { withIngest } from './with-ingest.js';

const stop = becomeChildOfServer();
let isOpened = false;

process.once('message', (order: ImportOrder) => void run(order));

/** One import for a server: the whole life of the process that `ImportArchives` starts. */
async function run(order: ImportOrder): Promise<void> {
  try {
    await withIngest((ingest) =>
      ingest.importPath({
        ...order,
        excludedDirectory: loadEnvironment().HOLDFAST_DATA_DIR,
        signal: stop,
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
    if (stop.aborted) return resolve();
    // The only further message is that its turn has come.
    process.once('message', () => resolve());
    stop.addEventListener('abort', () => resolve());
    isOpened = true;
    tell({ importRunId });
  });
}

function tell(opening: ImportOpening): void {
  if (process.connected) process.send!(opening);
}
