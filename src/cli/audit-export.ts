import { open, rm } from 'node:fs/promises';
import type { Command } from 'commander';
import { LOCAL_INVESTIGATOR } from '../access/viewer.js';
import { AuditReader } from '../audit/audit-reader.service.js';
import { HoldfastError } from '../errors/errors.js';
import { abortedByControlC } from './aborted-by-control-c.js';
import { Progress } from './progress.js';
import { runAction } from './run-action.js';
import { withServices } from './with-services.js';

const INTERRUPTED = 130;
/** Characters that are written at a time. */
const PIECE = 1_000_000;

export function registerAuditExport(audit: Command): void {
  audit
    .command('export')
    .description('write the whole audit, a block a line, to a new file that `audit verify` reads')
    .argument('<file>')
    .action((file: string) => runAction(() => exportAudit(file)));
}

async function exportAudit(path: string): Promise<0 | typeof INTERRUPTED> {
  const signal = abortedByControlC();
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    const detail = error.code === 'EEXIST' ? 'There is such a file already: name another one.' : 'The file cannot be made.';
    throw new HoldfastError('INPUT_INVALID', detail, { parameters: ['file'] });
  });
  let isWhole = false;
  try {
    const blocks = await withServices(async (services) => {
      const { blocks: total, lines } = await services.get(AuditReader).export(LOCAL_INVESTIGATOR);
      isWhole = await writeLines(lines, total, (piece) => file.appendFile(piece), signal);
      return total;
    });
    await file.sync();
    if (!isWhole) return INTERRUPTED;
    console.log(`${blocks} blocks. Verify them, without the archive: holdfast audit verify ${path} --checkpoint FILE --key FILE`);
    return 0;
  } finally {
    await file.close();
    if (!isWhole) await rm(path, { force: true });
  }
}

/** Whether all of it was written. */
async function writeLines(
  lines: AsyncIterable<string>,
  total: number,
  write: (piece: string) => Promise<void>,
  signal: AbortSignal,
): Promise<boolean> {
  const progress = new Progress('blocks');
  try {
    let [piece, done] = ['', 0];
    for await (const line of lines) {
      if (signal.aborted) return false;
      piece += line;
      done += 1;
      if (piece.length < PIECE) continue;
      await write(piece);
      piece = '';
      progress.show({ done, total });
    }
    await write(piece);
    return true;
  } finally {
    progress.end();
  }
}
