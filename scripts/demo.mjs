/**
 * `npm run demo`: imports the archives in seed/, shows a search on the terminal, and serves GraphQL with its explorer.
 * `npm run demo -- --exit` stops before serving. The data goes to HOLDFAST_DATA_DIR, or else to a new folder below .cache/.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfNeeded } from './build.mjs';
import { installIfNeeded } from './install-if-needed.mjs';
import { ROOT, runNode } from './run.mjs';

const SEARCHES = [
  ['both words, wherever they stand', '故宫 门票'],
  ['traditional characters find simplified ones; messages with 天坛 are left out', '"門票免費" -天壇'],
  ['two words at most 15 characters apart, in any order', '酒店 NEAR/15 wifi'],
];

const dataDir = process.env.HOLDFAST_DATA_DIR || join(ROOT, '.cache/demo');
const env = { ...process.env, HOLDFAST_DATA_DIR: dataDir };

/** Runs one command of the command line as a person would type it, and stops the demo if it fails. */
async function holdfast(commandArguments, { accepts = [0] } = {}) {
  console.log(`\n$ holdfast ${commandArguments.map((word) => (/[^\w./=-]/.test(word) ? `'${word}'` : word)).join(' ')}`);
  const code = await runNode([join(ROOT, 'bin/holdfast.js'), ...commandArguments], { env, stdio: 'inherit' });
  if (!accepts.includes(code)) process.exit(code);
}

await installIfNeeded();
if (await buildIfNeeded()) console.log('Built dist/');
if (!process.env.HOLDFAST_DATA_DIR) rmSync(dataDir, { recursive: true, force: true });

const archives = readdirSync(join(ROOT, 'seed')).filter((name) => /\.jsonl(\.gz)?$/.test(name));
// 1: imported, with warnings that the report lists.
await holdfast(['import', ...archives.sort().map((name) => `seed/${name}`), '--source', 'travel-desk'], { accepts: [0, 1] });
for (const [meaning, text] of SEARCHES) {
  console.log(`\n# ${meaning}`);
  await holdfast(['search', text, '--first', '3']);
}
if (process.argv.includes('--exit')) {
  console.log(`\nThe archive is in ${dataDir}. Without --exit the demo serves it: npm run demo`);
} else {
  console.log('\n# GraphQL and its explorer; stop with Ctrl-C');
  const ports = process.env.HOLDFAST_PORT ? ['--port', process.env.HOLDFAST_PORT] : [];
  await holdfast(['serve', ...ports], { accepts: [0, 130] });
}
