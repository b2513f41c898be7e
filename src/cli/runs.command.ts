import type { Command } from 'commander';
import { loadEnvironment } from '../config/env.js';
import { engineSettings } from '../engine/engine-settings.js';
import { openCatalog } from '../engine/open-engine.js';
import { HoldfastError } from '../errors/errors.js';
import { ImportRunLog } from '../ingest/import-run-log.js';
import type { ImportRun } from '../ingest/import-run.js';
import { wholeNumber } from './filter-options.js';
import { importJson } from './import-json.js';
import { importLine, importText } from './import-text.js';
import { runAction } from './run-action.js';

interface RunsOptions {
  readonly first: number;
  readonly json?: true;
}

export function registerRunsCommand(program: Command): void {
  program
    .command('runs')
    .description('list what was imported, the latest first; with an id, the whole report of that import')
    .argument('[id]', 'an import run')
    .option('--first <count>', 'runs to list', wholeNumber, 20)
    .option('--json', 'the records as JSON')
    .action((id: string | undefined, options: RunsOptions) => runAction(() => showRuns(id, options)));
}

async function showRuns(id: string | undefined, { first, json }: RunsOptions): Promise<0> {
  const runs = await readRuns(id, first);
  const show = id === undefined ? importLine : importText;
  if (json) console.log(JSON.stringify(runs.map(importJson), null, 2));
  else console.log(runs.length === 0 ? 'Nothing was imported yet.' : runs.map(show).join('\n'));
  return 0;
}

async function readRuns(id: string | undefined, first: number): Promise<readonly ImportRun[]> {
  const catalog = await openCatalog(engineSettings(loadEnvironment()));
  try {
    const log = new ImportRunLog(catalog);
    if (id === undefined) return await log.list(first);
    const run = await log.find(id);
    if (run === null) throw new HoldfastError('NOT_FOUND', `import run ${id}`, { id });
    return [run];
  } finally {
    await catalog.close();
  }
}
