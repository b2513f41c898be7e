import type { Command } from 'commander';
import { FOLD_VERSION } from '../analysis/fold.js';
import { readArchiveState } from '../catalog/archive-state.js';
import { loadEnvironment } from '../config/env.js';
import { SystemClock } from '../domain/clock.js';
import { engineSettings } from '../engine/engine-settings.js';
import { openCatalog } from '../engine/open-engine.js';
import { Rebuilding } from '../holds/rebuilding.js';
import { RegisterStore } from '../holds/register-store.js';
import { Progress } from './progress.js';
import { runAction } from './run-action.js';
import { withWriter } from './with-writer.js';

const COMMAND = 'reindex';

export function registerReindexCommand(program: Command): void {
  program
    .command(COMMAND)
    .description('write the index again with the text rules of this version; goes on where it was stopped')
    .action(() => runAction(reindex));
}

async function reindex(): Promise<0> {
  const catalog = await openCatalog(engineSettings(loadEnvironment()));
  try {
    // Nothing is ever claimed in an archive that was moved away.
    const isMoved = (await readArchiveState(catalog))?.value.role === 'moved';
    const rebuilding = isMoved ? null : await Rebuilding.enter(new RegisterStore(catalog), COMMAND, new SystemClock());
    const total = await writeAnew();
    // Not after a fault: the index is half made, and what is under way may still land.
    await rebuilding?.leave();
    console.log(`${total} messages stand in the index with the text rules ${FOLD_VERSION}.`);
    return 0;
  } finally {
    await catalog.close();
  }
}

/** Returns the number of messages. */
function writeAnew(): Promise<number> {
  return withWriter(async (writer, prepare) => {
    const progress = new Progress('messages');
    let messages = 0;
    try {
      for await (const step of writer.reindex(prepare)) {
        progress.show(step);
        messages = step.total;
      }
    } finally {
      progress.end();
    }
    await writer.finish();
    return messages;
  });
}
