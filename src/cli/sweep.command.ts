import { join } from 'node:path';
import type { Command } from 'commander';
import { LOCAL_INVESTIGATOR } from '../access/viewer.js';
import { AuditLog } from '../audit/audit-log.js';
import { BlobStore } from '../blobs/blob-store.js';
import { sweepBlobs, type SweepReport, type SweepTools } from '../blobs/sweep-blobs.js';
import { CatalogStore } from '../catalog/catalog-store.js';
import { loadEnvironment } from '../config/env.js';
import { refuseMovedArchive } from '../ingest/refuse-moved-archive.js';
import { abortedByControlC } from './aborted-by-control-c.js';
import { Progress } from './progress.js';
import { runAction, type ExitCode } from './run-action.js';
import { withServices } from './with-services.js';
import { withWriter } from './with-writer.js';

const INTERRUPTED = 130;

export function registerSweepCommand(program: Command): void {
  program
    .command('sweep')
    .description('delete attachment bytes that no message refers to, as imports that were killed leave them; may run beside anything')
    .option('--json', 'the report as JSON')
    .addHelpText('after', '\nExit codes: 0 done, 2 not done, 130 interrupted; the same command goes on.')
    .action(({ json }: { readonly json?: true }) => runAction(() => sweep(json ?? false)));
}

async function sweep(json: boolean): Promise<ExitCode> {
  const signal = abortedByControlC();
  const store = new BlobStore(join(loadEnvironment().HOLDFAST_DATA_DIR, 'blobs'));
  const report = await withServices((services) =>
    withWriter(async (writer, prepare) => {
      const catalog = services.get(CatalogStore);
      const requireCurrent = (): Promise<void> => refuseMovedArchive(catalog);
      await requireCurrent();
      await services.get(AuditLog).append({ kind: 'attachments_swept', viewer: LOCAL_INVESTIGATOR.name });
      await store.sweep(Date.now());
      return sweepShown({ writer, prepare, catalog, store, requireCurrent }, signal);
    }),
  );
  if (report === null) return INTERRUPTED;
  console.log(json ? JSON.stringify(report, null, 2) : asText(report));
  return 0;
}

/** Null when it was interrupted. */
async function sweepShown(tools: SweepTools, signal: AbortSignal): Promise<SweepReport | null> {
  const progress = new Progress('messages, records and files');
  try {
    const steps = sweepBlobs(tools);
    for (;;) {
      if (signal.aborted) return null;
      const step = await steps.next();
      if (step.done) return step.value;
      progress.show({ done: step.value, total: step.value });
    }
  } finally {
    progress.end();
  }
}

function asText({ adopted, orphans, files }: SweepReport): string {
  return [
    `${orphans} references that no message lists were taken away, ${files} files that no record names deleted.`,
    ...(adopted === 0 ? [] : [`${adopted} messages of an earlier version refer to their attachments now.`]),
  ].join('\n');
}
