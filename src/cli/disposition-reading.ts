import type { Command } from 'commander';
import type { Certificate } from '../disposition/certificate.js';
import { shownBatch, shownDisposition, shownRemoval } from '../disposition/shown-disposition.js';
import { withDisposition } from '../disposition/with-disposition.js';
import { HoldfastError } from '../errors/errors.js';
import { dispositionText, keptTable } from './disposition-text.js';
import { wholeNumber } from './filter-options.js';
import { runAction } from './run-action.js';
import { showTable } from './show-table.js';

interface ListOptions {
  readonly first: number;
  readonly json?: true;
}

/** Adds `list` and `show` to the command `disposition`. */
export function registerDispositionReading(disposition: Command): void {
  disposition
    .command('list')
    .description('list the dispositions, the latest first')
    .option('--first <count>', 'dispositions to list', wholeNumber, 20)
    .option('--json', 'the dispositions as JSON')
    .action((options: ListOptions) => runAction(() => listDispositions(options)));
  disposition
    .command('show')
    .description('show one disposition, what became of it, and where bytes may be left')
    .argument('<id>', 'the disposition')
    .option('--json', 'the disposition as JSON')
    .action((id: string, { json }: { readonly json?: true }) => runAction(() => showDisposition(id, json)));
}

async function listDispositions({ first, json }: ListOptions): Promise<0> {
  const proposals = await withDisposition(({ service }) => service.list(first));
  const rows = proposals.map(({ proposalId, state, itemCount, proposedBy, proposedAt, approvedBy }) => [
    ...[proposalId, state, String(itemCount), new Date(proposedAt).toISOString(), proposedBy, approvedBy ?? '-'],
  ]);
  const table = showTable(['disposition', 'state', 'messages', 'proposed', 'by', 'approved by'], rows).join('\n').trimStart();
  if (json) console.log(JSON.stringify(proposals.map((proposal) => shownDisposition(proposal)), null, 2));
  else console.log(proposals.length === 0 ? 'Nothing was proposed yet.' : table);
  return 0;
}

async function showDisposition(id: string, json: true | undefined): Promise<0> {
  const found = await withDisposition(async ({ service, removal }) => {
    const proposal = await service.find(id);
    if (proposal === null) throw new HoldfastError('NOT_FOUND', `disposition ${id}`, { id });
    const batches: Certificate[] = [];
    for await (const certificate of service.certificates(proposal)) batches.push(certificate);
    return { proposal, batches: batches.map(shownBatch), removals: await removal.covering(proposal.batchIds) };
  });
  const disposition = shownDisposition(found.proposal);
  const removals = found.removals.map((removal) => shownRemoval(removal, Date.now()));
  const batches = found.batches.map(({ certificate: _certificate, ...batch }) => batch);
  if (json) {
    console.log(JSON.stringify({ ...disposition, batches, removals }, null, 2));
    return 0;
  }
  const lines = removals.flatMap(({ lines }) => lines.filter(({ isClosed }) => !isClosed));
  console.log(
    [
      dispositionText(disposition),
      ...showTable(['batch', 'destroyed', 'hash of the certificate'], batches.map(({ id: batch, destroyedCount, hash }) => [batch, String(destroyedCount), hash])),
      ...batches.flatMap(({ kept }) => keptTable(kept)),
      ...showTable(['bytes may be left in', 'waits for'], lines.map(({ store, waitsFor }) => [store.replaceAll('_', ' '), waitsFor ?? ''])),
      ...(batches.length > 0 && removals.length === 0 ? ['\nIts bytes are still there: holdfast disposition remove'] : []),
    ].join('\n'),
  );
  return 0;
}
