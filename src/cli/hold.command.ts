import { Option, type Command } from 'commander';
import { LOCAL_INVESTIGATOR } from '../access/viewer.js';
import { HoldfastError } from '../errors/errors.js';
import { HoldPreviews, type HoldPreview } from '../holds/hold-preview.service.js';
import type { HoldModel } from '../holds/hold.model.js';
import { HoldService } from '../holds/hold.service.js';
import { holdScope } from '../holds/hold-scope.js';
import { DEFAULT_TIME_ZONE } from '../graphql/time-zone.js';
import { MessageHolds } from '../holds/message-holds.service.js';
import type { Placed } from '../holds/finish-placing.js';
import { shownHold } from '../holds/shown-hold.js';
import { actorOption, type ActorOptions } from './actor-option.js';
import { addFilterOptions, filterOf, wholeNumber, type FilterOptions } from './filter-options.js';
import { runAction, type ExitCode } from './run-action.js';
import { showTable } from './show-table.js';
import { withServices } from './with-services.js';

interface JsonOptions {
  readonly json?: true;
}

interface ScopeOptions extends FilterOptions, JsonOptions {
  readonly wholeArchive?: boolean;
}

interface PlaceOptions extends ScopeOptions, ActorOptions {
  readonly matter: string;
  readonly reason: string;
  readonly holdId?: string;
}

interface PreviewOptions extends ScopeOptions {
  readonly widens?: string;
  readonly timeZone: string;
}

type ActOptions = ActorOptions & JsonOptions;

/** Adds `hold place|widen|release|approve|recall|complete|list|show|preview|of`. */
export function registerHoldCommand(program: Command): void {
  const hold = program.command('hold').description('holds: what they cover is never destroyed');
  registerPlacing(hold);
  registerRelease(hold);
  registerReading(hold);
}

function registerPlacing(hold: Command): void {
  const place = hold
    .command('place')
    .description('keep every message that fits the filter, also those imported later')
    .requiredOption('--matter <id>', 'the matter it hangs on')
    .requiredOption('--reason <text>', 'why')
    .option('--hold-id <id>', 'to place the same hold again after a failure; made up if not given');
  addScopeOptions(place)
    .addOption(actorOption())
    .action((options: PlaceOptions) => runAction(() => placeHold(options)));
  const widen = hold
    .command('widen')
    .description('add a scope to a hold; what it covers already stays covered')
    .argument('<id>', 'the hold');
  addScopeOptions(widen)
    .addOption(actorOption())
    .action((id: string, options: ScopeOptions & ActorOptions) => runAction(() => widenHold(id, options)));
}

function registerRelease(hold: Command): void {
  const act = (name: string, description: string, run: (id: string, options: ActOptions & { reason: string }) => Promise<ExitCode>): Command =>
    hold
      .command(name)
      .description(description)
      .argument('<id>', 'the hold')
      .addOption(actorOption())
      .option('--json', 'the hold as JSON')
      .action((id: string, options: ActOptions & { reason: string }) => runAction(() => run(id, options)));
  act('release', 'ask for the release of a hold; nothing changes until a second person agrees', (id, options) =>
    changed(id, options, (service) => service.requestRelease(options.as, id, options.reason)),
  ).addOption(new Option('--reason <text>', 'why').makeOptionMandatory());
  act('approve', 'agree to a release, as another person than who asked; the hold binds on for HOLDFAST_RELEASE_DAYS', (id, options) =>
    changed(id, options, (service) => service.approveRelease(options.as, id)),
  );
  act('recall', 'call a release back', (id, options) => changed(id, options, (service) => service.recallRelease(options.as, id)));
  hold
    .command('complete')
    .description('finish clauses that are still being placed, and releases whose time has passed')
    .addOption(actorOption())
    .option('--json', 'what was finished as JSON')
    .action((options: ActOptions) => runAction(() => completeHolds(options)));
}

function registerReading(hold: Command): void {
  hold
    .command('list')
    .description('list the holds, the latest first')
    .option('--first <count>', 'holds to list', wholeNumber, 20)
    .option('--json', 'the holds as JSON')
    .action((options: JsonOptions & { readonly first: number }) => runAction(() => listHolds(options)));
  hold
    .command('show')
    .description('show one hold')
    .argument('<id>', 'the hold')
    .option('--json', 'the hold as JSON')
    .action((id: string, { json }: JsonOptions) => runAction(() => withServices(async (services) => print(await readHold(services.get(HoldService), id), json))));
  const preview = hold
    .command('preview')
    .description('count what a hold would cover, and what of it no hold covers so far')
    .option('--widens <id>', 'the hold that this scope would widen')
    .option('--time-zone <name>', 'months begin at midnight there', DEFAULT_TIME_ZONE);
  addScopeOptions(preview).action((options: PreviewOptions) => runAction(() => previewHold(options)));
  hold
    .command('of')
    .description('list the holds that keep a message, with the clause that covers it')
    .argument('<message>', 'the id of a message')
    .option('--json', 'the holds as JSON')
    .action((id: string, options: JsonOptions) => runAction(() => holdsOf(id, options)));
}

function addScopeOptions(command: Command): Command {
  return addFilterOptions(command)
    .option('--whole-archive', 'instead of a filter: every message')
    .option('--json', 'the answer as JSON');
}

async function placeHold(options: PlaceOptions): Promise<0> {
  const { as, matter, reason, holdId, wholeArchive, json } = options;
  const scope = holdScope({ filter: filterOf(options), wholeArchive });
  const request = { matterId: matter, reason, scope, isWholeArchive: wholeArchive === true };
  return withServices(async (services) => printPlaced(await services.get(HoldService).place(as, request, holdId), json));
}

async function widenHold(id: string, options: ScopeOptions & ActorOptions): Promise<0> {
  const { as, wholeArchive, json } = options;
  const scope = holdScope({ filter: filterOf(options), wholeArchive });
  return withServices(async (services) => printPlaced(await services.get(HoldService).widen(as, id, scope, wholeArchive), json));
}

async function changed(id: string, { json }: JsonOptions, change: (service: HoldService) => Promise<unknown>): Promise<0> {
  return withServices(async (services) => {
    const service = services.get(HoldService);
    await change(service);
    return print(await readHold(service, id), json);
  });
}

async function completeHolds({ as, json }: ActOptions): Promise<0> {
  const finished = await withServices(async (services) => {
    const service = services.get(HoldService);
    const placed = await service.complete();
    return { placed, released: await service.completeReleases(as) };
  });
  const { placed, released } = finished;
  console.log(json ? JSON.stringify(finished, null, 2) : `${placed.length} clauses placed; ${released.length} holds released`);
  return 0;
}

async function listHolds({ first, json }: JsonOptions & { readonly first: number }): Promise<0> {
  const holds = await withServices(async (services) => {
    const service = services.get(HoldService);
    const [records, register] = [await service.list(first), await service.register()];
    return records.map((record) => shownHold(record, register));
  });
  const rows = holds.map(({ id, state, matterId, clauses, reason }) => [id, state, matterId, clauses.map(({ scopeText }) => scopeText).join(' | '), reason]);
  const table = showTable(['hold', 'state', 'matter', 'scope', 'reason'], rows).join('\n').trimStart();
  console.log(json ? JSON.stringify(holds, null, 2) : holds.length === 0 ? 'There is no hold.' : table);
  return 0;
}

async function previewHold(options: PreviewOptions): Promise<0> {
  const { widens, timeZone, wholeArchive, json } = options;
  const parameters = { filter: filterOf(options), wholeArchive, holdId: widens, timeZone };
  const preview = await withServices((services) => services.get(HoldPreviews).preview(LOCAL_INVESTIGATOR, parameters));
  console.log(json ? JSON.stringify(preview, null, 2) : previewText(preview, timeZone));
  return 0;
}

async function holdsOf(id: string, { json }: JsonOptions): Promise<0> {
  const holds = await withServices((services) => services.get(MessageHolds).find(LOCAL_INVESTIGATOR, id));
  const rows = holds.map(({ holdId, matterId, state, scopeText, isCertain }) => [holdId, matterId, state, `${scopeText}${isCertain ? '' : ' (cannot be told)'}`]);
  const table = showTable(['hold', 'matter', 'state', 'clause'], rows).join('\n').trimStart();
  console.log(json ? JSON.stringify(holds, null, 2) : holds.length === 0 ? 'No hold keeps it.' : table);
  return 0;
}

async function readHold(service: HoldService, id: string): Promise<HoldModel> {
  const record = await service.find(id);
  if (record === null) throw new HoldfastError('NOT_FOUND', `hold ${id}`, { id });
  return shownHold(record, await service.register());
}

function printPlaced(placed: Placed, json?: true): 0 {
  const { holdId, state, settled, destroyedBefore } = placed;
  const gone = destroyedBefore.length === 0 ? '' : `; destroyed before, meant or not, by ${destroyedBefore.join(', ')}`;
  console.log(json ? JSON.stringify(placed, null, 2) : `${holdId}\t${state}, ${settled} messages taken back from batches under way${gone}`);
  return 0;
}

function print(hold: HoldModel, json?: true): 0 {
  const { id, state, matterId, reason, clauses, releaseRequest, release } = hold;
  const lines = [
    `hold ${id}: ${state}`,
    `matter: ${matterId}`,
    `reason: ${reason}`,
    ...(releaseRequest === null ? [] : [`release asked for by ${releaseRequest.requestedBy}: ${releaseRequest.reason}`]),
    ...(release === null ? [] : [`release agreed to by ${release.approvedBy}; binds until ${new Date(release.until).toISOString()}`]),
    ...showTable(['clause', 'state', 'scope'], clauses.map((clause) => [clause.id, clause.state, clause.scopeText])),
  ];
  console.log(json ? JSON.stringify(hold, null, 2) : lines.join('\n'));
  return 0;
}

function previewText(preview: HoldPreview, timeZone: string): string {
  const { messageCount, newCount, widenedBy, byCustodian, bySource, byMonth, lacking } = preview;
  const month = new Intl.DateTimeFormat('sv', { timeZone, year: 'numeric', month: '2-digit' });
  return [
    `${messageCount} messages; ${newCount} of them no hold covers so far${widenedBy === null ? '' : `, ${widenedBy} of them this hold does not`}`,
    ...lacking.map(({ field, count }) => `${count} messages of the archive have no ${field}: it may keep those too`),
    ...showTable(['custodian', 'messages'], byCustodian.buckets.map(({ value, count }) => [value, String(count)])),
    ...showTable(['source', 'messages'], bySource.buckets.map(({ value, count }) => [value, String(count)])),
    ...showTable(['month', 'messages'], byMonth.map(({ start, count }) => [start === null ? 'undated' : month.format(start), String(count)])),
  ].join('\n');
}
