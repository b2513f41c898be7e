import { setImmediate as nextTurn } from 'node:timers/promises';
import { becomeChildOfServer } from '../config/child-of-server.js';
import { HoldfastError } from '../errors/errors.js';
import { describeFailure } from '../errors/format-error.js';
import type { DispositionOpening, DispositionOrder } from './disposition-order.js';
import type { OpenDisposition } from './open-disposition.js';
import { withDisposition } from './with-disposition.js';

const stop = becomeChildOfServer();
let isOpened = false;

process.once('message', (order: DispositionOrder) => void run(order));

/** One act for a server: the whole life of the process that `DispositionProcesses` starts. */
async function run(order: DispositionOrder): Promise<void> {
  try {
    await withDisposition((disposition) => carryOut(disposition, order));
    // Nothing was to be done.
    if (!isOpened) tell({ id: null });
  } catch (error) {
    process.exitCode = 1;
    const known = error instanceof HoldfastError ? error : null;
    if (!isOpened) tell({ code: known?.code ?? null, detail: known?.detail ?? '', facts: known?.facts ?? {} });
    if (known === null) process.stderr.write(`A disposition failed.\n${describeFailure(error)}\n`);
  }
  if (process.connected) process.disconnect();
}

async function carryOut({ service, removal }: OpenDisposition, order: DispositionOrder): Promise<void> {
  switch (order.act) {
    case 'propose':
      return tell({ id: (await service.propose(order.actor, order.filter)).proposalId });
    case 'run':
      for await (const { proposal } of service.run(order.actor, order.proposalId)) {
        tell({ id: proposal.proposalId });
        // The embedded engine gives signals no turn of their own.
        await nextTurn();
        if (stop.aborted) return;
      }
      return tell({ id: order.proposalId });
    case 'remove':
      for await (const { removalId } of removal.run(order.actor)) {
        tell({ id: removalId });
        await nextTurn();
        if (stop.aborted) return;
      }
  }
}

function tell(opening: DispositionOpening): void {
  if (isOpened) return;
  isOpened = true;
  if (process.connected) process.send!(opening);
}
