/**
 * `npm run demo`: imports the archives in seed/, shows searches on the terminal, and serves GraphQL with its explorer.
 * `npm run demo -- --exit` stops before serving. The data goes to HOLDFAST_DATA_DIR, or else to a new folder below .cache/.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfNeeded } from './build.mjs';
import { installIfNeeded } from './install-if-needed.mjs';
import { ROOT, runNode } from './run.mjs';

/** Two captures of one company count the same messages once, so they share an identity space; so do two backups of one phone. */
const ARCHIVES = [
  ['seed/wecom/chatdata-it.jsonl.gz', '--source', 'wecom-it', '--identity-space', 'henglan'],
  ['seed/wecom/chatdata-vendor.jsonl.gz', '--source', 'wecom-vendor', '--identity-space', 'henglan'],
  ['seed/phone-of-gao-feng', '--source', 'phone-of-gao-feng'],
  ['seed/mail-of-compliance.jsonl', '--source', 'mail-of-compliance'],
  ['seed/travel-desk-2025.jsonl.gz', '--source', 'travel-desk'],
];
const SEARCHES = [
  ['a code word for cash: traditional characters find simplified ones; the tea in the pantry is left out', ['茶葉 盒 -茶水間']],
  ['where they went when the talk got dangerous', ['"加我私人" OR "換個號" OR "換WhatsApp"']],
  ['recalled; IT’s capture has only the recall, the text is from the vendor’s', ['望嶼 顧問費', '--recalled']],
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

// 1: imported, with warnings that the report lists.
for (const archive of ARCHIVES) await holdfast(['import', ...archive], { accepts: [0, 1] });
for (const [meaning, words] of SEARCHES) {
  console.log(`\n# ${meaning}`);
  await holdfast(['search', ...words, '--first', '4']);
}
if (process.argv.includes('--exit')) {
  console.log(`\nThe archive is in ${dataDir}. Without --exit the demo serves it: npm run demo`);
} else {
  console.log('\n# GraphQL and its explorer, opened with these searches at /graphiql; stop with Ctrl-C');
  const ports = process.env.HOLDFAST_PORT ? ['--port', process.env.HOLDFAST_PORT] : [];
  await holdfast(['serve', ...ports], { accepts: [0, 130] });
}
