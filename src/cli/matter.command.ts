import type { Command } from 'commander';
import type { Matter } from '../matters/matter.js';
import { Matters } from '../matters/matters.service.js';
import { actorOption, type ActorOptions } from './actor-option.js';
import { wholeNumber } from './filter-options.js';
import { runAction } from './run-action.js';
import { showTable } from './show-table.js';
import { withServices } from './with-services.js';

interface OpenOptions extends ActorOptions {
  readonly name: string;
  readonly purpose: string;
  readonly json?: true;
}

interface CloseOptions extends ActorOptions {
  readonly json?: true;
}

interface ListOptions {
  readonly first: number;
  readonly json?: true;
}

/** Adds `matter open|close|list`. */
export function registerMatterCommand(program: Command): void {
  const matter = program.command('matter').description('what holds hang on: open, close and list matters');
  matter
    .command('open')
    .description('open a matter and print its id')
    .requiredOption('--name <name>', 'what it is called')
    .requiredOption('--purpose <text>', 'why messages are kept for it')
    .addOption(actorOption())
    .option('--json', 'the matter as JSON')
    .action((options: OpenOptions) => runAction(() => openMatter(options)));
  matter
    .command('close')
    .description('close a matter; refused while a hold of it stands')
    .argument('<id>', 'the matter')
    .addOption(actorOption())
    .option('--json', 'the matter as JSON')
    .action((id: string, options: CloseOptions) => runAction(() => closeMatter(id, options)));
  matter
    .command('list')
    .description('list the matters, the latest first')
    .option('--first <count>', 'matters to list', wholeNumber, 20)
    .option('--json', 'the matters as JSON')
    .action((options: ListOptions) => runAction(() => listMatters(options)));
}

async function openMatter({ as, name, purpose, json }: OpenOptions): Promise<0> {
  const matter = await withServices((services) => services.get(Matters).open(as, { name, purpose }));
  console.log(json ? JSON.stringify(matter, null, 2) : matter.id);
  return 0;
}

async function closeMatter(id: string, { as, json }: CloseOptions): Promise<0> {
  const matter = await withServices((services) => services.get(Matters).close(as, id));
  console.log(json ? JSON.stringify(matter, null, 2) : asText([matter]));
  return 0;
}

async function listMatters({ first, json }: ListOptions): Promise<0> {
  const matters = await withServices((services) => services.get(Matters).list(first));
  console.log(json ? JSON.stringify(matters, null, 2) : matters.length === 0 ? 'There is no matter.' : asText(matters));
  return 0;
}

function asText(matters: readonly Matter[]): string {
  return showTable(
    ['matter', 'state', 'opened', 'name', 'purpose'],
    matters.map(({ id, state, openedAt, name, purpose }) => [id, state, new Date(openedAt).toISOString(), name, purpose]),
  )
    .join('\n')
    .trimStart();
}
