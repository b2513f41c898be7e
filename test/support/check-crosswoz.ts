/**
 * Imports the CrossWOZ validation dialogues through the command line and asks the server for every entity name, paging through all
 * hits, against a plain substring scan of the texts; then has the archive verified. Run it by scripts/check-crosswoz.mjs. Nothing here is taken from src/.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { GraphqlClient } from '../../bench/graphql-client.js';
import { HOLDFAST, startImport, startServer } from '../../bench/holdfast-process.js';
import { SqliteSite } from '../../bench/sqlite-site.js';
import { readCrosswoz, writeHoldfastJsonl } from './crosswoz-to-jsonl.js';

const PAGE = `query Page($input: SearchInput!) {
  search(input: $input) { totalCount edges { message { nativeId } } pageInfo { hasNextPage endCursor } }
}`;

interface Page {
  readonly totalCount: number;
  readonly edges: readonly { readonly message: { readonly nativeId: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Every hit of one literal in the order of the pages, and the total that the server names. */
async function findAll(client: GraphqlClient, literal: string): Promise<{ readonly ids: string[]; readonly total: number }> {
  const text = `"${literal.replace(/[\\"]/g, '\\$&')}"`;
  const ids: string[] = [];
  for (let after: string | null = null; ;) {
    const answer = await client.get(PAGE, { input: { text, first: 100, after } });
    const page = answer.data['search'] as Page;
    ids.push(...page.edges.map((edge) => edge.message.nativeId));
    if (!page.pageInfo.hasNextPage) return { ids, total: page.totalCount };
    after = page.pageInfo.endCursor;
  }
}

interface Tally {
  queries: number;
  equal: number;
  /** Queries with a hit that is written in another width or case than the query. */
  looser: number;
}

/** Imports the set, asks every query, and prints those whose answer was wrong. */
async function check(datasets: string, directory: string): Promise<Tally> {
  const source = join(datasets, 'crosswoz-val');
  const messages = readCrosswoz(source);
  const archive = join(directory, 'crosswoz.jsonl');
  writeHoldfastJsonl(messages, archive);
  const deployment = new SqliteSite().deploymentOf(directory, 'data');
  const run = await startImport(deployment, archive).done;
  if (run.exitCode !== 0) throw new Error(`the import ended with ${run.exitCode}: ${run.output}`);
  const lines = readFileSync(join(source, 'entity-queries.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const server = await startServer(deployment);
  const tally: Tally = { queries: lines.length, equal: 0, looser: 0 };
  try {
    for (const line of lines) {
      const { text } = JSON.parse(line) as { text: string };
      const idsWith = (isHit: (message: string) => boolean): string[] =>
        messages.filter((message) => isHit(message.text)).map(({ id }) => id);
      const expected = idsWith((message) => plain(message).includes(plain(text)));
      const exact = idsWith((message) => message.includes(text));
      const { ids, total } = await findAll(server.client, text);
      if (exact.length < expected.length) tally.looser += 1;
      const isEqual =
        total === ids.length && [...ids].sort().join('\n') === [...expected].sort().join('\n') && exact.every((id) => ids.includes(id));
      if (isEqual) tally.equal += 1;
      else console.log(describeDifference(text, expected, ids, total));
    }
  } finally {
    await server.stop();
  }
  console.log(verify(deployment.variables));
  return tally;
}

/** What `holdfast verify` says of the archive; throws unless it is in order. */
function verify(variables: Readonly<Record<string, string>>): string {
  return execFileSync(process.execPath, [HOLDFAST, 'verify'], {
    encoding: 'utf8',
    env: { ...process.env, ...variables },
  }).trim();
}

/** The search looks through full width and case on purpose, so the scan must: by Unicode's own tables, not by ours. */
function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

function describeDifference(text: string, expected: readonly string[], found: readonly string[], total: number): string {
  const missing = expected.filter((id) => !found.includes(id));
  const extra = found.filter((id) => !expected.includes(id));
  const again = found.length - new Set(found).size;
  return `${text}: total ${total}, found ${found.length}, repeated ${again}, missing ${missing.join(' ') || '-'}, extra ${extra.join(' ') || '-'}`;
}

const { values } = parseArgs({ options: { datasets: { type: 'string', default: '../shared/data' } } });
const directory = mkdtempSync(join(tmpdir(), 'holdfast-crosswoz-'));
try {
  const { queries, equal, looser } = await check(values.datasets, directory);
  console.log(`${looser} queries also find their name in full-width or differently cased characters, as the scan does`);
  console.log(`${queries} queries, ${equal} equal`);
  process.exitCode = queries === equal && queries > 0 ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
