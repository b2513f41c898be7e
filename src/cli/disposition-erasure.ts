import type { Command } from 'commander';
import type { ErasureStatus } from '../disposition/erasure-requests.service.js';
import { shownErasure } from '../disposition/shown-disposition.js';
import { withDisposition } from '../disposition/with-disposition.js';
import { actorOption, type ActorOptions } from './actor-option.js';
import { addFilterOptions, filterOf, instant, wholeNumber, type FilterOptions } from './filter-options.js';
import { runAction } from './run-action.js';
import { showTable } from './show-table.js';

interface RequestOptions extends FilterOptions, ActorOptions {
  readonly reason: string;
  readonly receivedAt?: number;
  readonly requestId?: string;
  readonly json?: true;
}

/** Adds `request-erasure`, `withdraw-erasure` and `erasures` to the command `disposition`. */
export function registerDispositionErasure(disposition: Command): void {
  const request = disposition
    .command('request-erasure')
    .description("take in a subject's request: from a day later on proposals offer what no hold covers and no rule retains")
    .requiredOption('--reason <text>', 'why')
    .option('--received-at <time>', 'when it was received; now if not given', instant)
    .option('--request-id <id>', 'to give the same request again after a failure; made up if not given');
  addFilterOptions(request)
    .addOption(actorOption())
    .option('--json', 'the request as JSON')
    .action((options: RequestOptions) => runAction(() => requestErasure(options)));
  disposition
    .command('withdraw-erasure')
    .description('no longer offer what is left of a request')
    .argument('<id>', 'the request')
    .addOption(actorOption())
    .option('--json', 'the request as JSON')
    .action((id: string, { as, json }: ActorOptions & { readonly json?: true }) =>
      runAction(() => withDisposition(async ({ requests }) => print([await requests.status(await requests.withdraw(as, id))], json))),
    );
  disposition
    .command('erasures')
    .description('list requests to erase data, with what is left of each, the latest first')
    .option('--first <count>', 'requests to list', wholeNumber, 20)
    .option('--json', 'the requests as JSON')
    .action(({ first, json }: { readonly first: number; readonly json?: true }) =>
      runAction(() => withDisposition(async ({ requests }) => print(await requests.list(first), json))),
    );
}

function requestErasure(options: RequestOptions): Promise<0> {
  const { as, reason, receivedAt, requestId, json } = options;
  return withDisposition(async ({ requests }) => {
    const request = await requests.request(as, { filter: filterOf(options), reason, receivedAt, id: requestId });
    return print([await requests.status(request)], json);
  });
}

function print(statuses: readonly ErasureStatus[], json?: true): 0 {
  const shown = statuses.map(shownErasure);
  const rows = shown.map(({ id, state, leftCount, heldCount, receivedAt, reason }) => [
    ...[id, state, String(leftCount), String(heldCount), new Date(receivedAt).toISOString(), reason],
  ]);
  const table = showTable(['request', 'state', 'left', 'held', 'received', 'reason'], rows).join('\n').trimStart();
  console.log(json ? JSON.stringify(shown, null, 2) : shown.length === 0 ? 'Nobody has asked for anything to be erased.' : table);
  return 0;
}
