import { setPriority } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { HoldfastError } from '../errors/errors.js';
import { describeFailure } from '../errors/format-error.js';
import type { DispositionOpening, DispositionOrder } from './disposition-order.js';
import type { OpenDisposition } from './open-disposition.js';
import { withDisposition } from './with-disposition.js';

/** Searches that run meanwhile go first. */
const NICENESS = 5;

const stop = new AbortController();
let isOpened = false;

// Before any thread begins: threads take over the priority of the one that makes them.
setPriority(NICENESS);
// A terminal sends the signal to server and disposition alike, and the server sends it once more.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
process.on('disconnect', () => stop.abort());
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
        if (stop.signal.aborted) return;
      }
      return tell({ id: order.proposalId });
    case 'remove':
      for await (const { removalId } of removal.run(order.actor)) {
        tell({ id: removalId });
        await nextTurn();
        if (stop.signal.aborted) return;
      }
  }
}

function tell(opening: DispositionOpening): void {
  if (isOpened) return;
  isOpened = true;
  if (process.connected) process.send!(opening);
}
