/**
 * Runs servers for another process and ends with it: when its standard input closes, whatever the reason, the servers are killed and their
 * folder is removed. A line of JSON `{ id, method, parameters }` in, a line `{ id, result }` or `{ id, error }` out.
 */
import { createInterface } from 'node:readline';
import { findDistribution } from './distribution.mjs';
import { ServerGroup } from './server-group.mjs';

const group = new ServerGroup();
let isEnding = false;

const METHODS = {
  find: findDistribution,
  open: (options) => group.open(options),
  start: ({ node, wait }) => group.startNode(node, wait),
  end: ({ node, signal }) => group.endNode(node, signal),
  signal: ({ node, signal }) => group.signalNode(node, signal),
};

async function answer(line) {
  const { id, method, parameters } = JSON.parse(line);
  const reply = (fields) => process.stdout.write(`${JSON.stringify({ id, ...fields })}\n`);
  try {
    reply({ result: (await METHODS[method](parameters)) ?? null });
  } catch (error) {
    reply({ error: error.message });
  }
}

async function end() {
  if (isEnding) return;
  isEnding = true;
  await group.close();
  process.exit(0);
}

createInterface({ input: process.stdin })
  .on('line', (line) => void answer(line))
  .on('close', () => void end());
// Nobody reads any more: the input will close as well.
process.stdout.on('error', () => {});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end());
