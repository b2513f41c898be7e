import type { Command } from 'commander';
import { FOLD_VERSION } from '../analysis/fold.js';
import { Progress } from './progress.js';
import { runAction } from './run-action.js';
import { withWriter } from './with-writer.js';

export function registerReindexCommand(program: Command): void {
  program
    .command('reindex')
    .description('write the index again with the text rules of this version; goes on where it was stopped')
    .action(() => runAction(reindex));
}

async function reindex(): Promise<0> {
  const total = await withWriter(async (writer, prepare) => {
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
  console.log(`${total} messages stand in the index with the text rules ${FOLD_VERSION}.`);
  return 0;
}
