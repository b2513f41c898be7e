import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { onElasticsearch, SQLITE } from '../contract/engines.js';
import { HoldfastCommand } from '../support/holdfast-command.js';
import { REPOSITORY } from '../support/run-tool.js';
import { scaled } from '../support/scale.js';

const MINUTES = 600_000;
/** Milliseconds: the importers share the machine with the searches. */
const BETWEEN_SEARCHES = 50;

/** What `verify --json` tells. */
interface Verified {
  readonly digest: string;
  readonly index: { readonly messages: number; readonly problems: readonly unknown[] };
  readonly audit: { readonly events: number; readonly problems: readonly unknown[] };
}

interface SearchData {
  readonly search: {
    readonly totalCount: number;
    readonly completeness: { readonly recordsRejected: number; readonly watermark: number };
    readonly edges: readonly { readonly message: { readonly id: string } }[];
  };
}

const SEARCH = `query ($first: Int) {
  search(input: { text: "付款", first: $first }) { totalCount completeness { recordsRejected watermark } edges { message { id } } }
}`;

/** Chat records of a file; files share half of their messages, with other recipients, and one record of each cannot be kept. */
function chat(file: number, count: number): string {
  const records = Array.from({ length: count }, (_, index) => {
    const number = index % 2 === 0 ? index : file * count + index;
    return JSON.stringify({
      id: `m${number}`,
      conversationId: `c${number % 7}`,
      senderId: 'li',
      sentAt: Date.UTC(2026, 2, 2) + number * 1_000,
      text: `付款 ${number}`,
      recipientIds: [`r${file}`],
    });
  });
  return `${records.join('\n')}\nno record ${file}\n`;
}

class Server {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(holdfast: HoldfastCommand): Promise<Server> {
    const child = spawn(process.execPath, [join(REPOSITORY, 'bin', 'holdfast.js'), 'serve', '--port', '0'], {
      env: { ...process.env, ...holdfast.variables },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>((resolve, reject) => {
      let out = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        out += chunk;
        const [, listening] = /GraphQL: (\S+)\/graphql\n/.exec(out) ?? [];
        if (listening !== undefined) resolve(listening);
      });
      child.once('exit', () => reject(new Error('the server ended before it listened')));
    });
    return new Server(child, url);
  }

  async search(first: number): Promise<SearchData['search']> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: SEARCH, variables: { first } }),
    });
    const { data, errors } = (await response.json()) as { data: SearchData; errors?: unknown };
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data.search;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exit;
  }
}

async function verify(holdfast: HoldfastCommand): Promise<Verified> {
  const { code, out, err } = await holdfast.run(['verify', '--json']);
  if (code !== 0) throw new Error(`verify ended with ${code}: ${out}${err}`);
  return JSON.parse(out) as Verified;
}

function writeChats(holdfast: HoldfastCommand, count: number): string[] {
  return [1, 2].map((file) => {
    const path = join(holdfast.directory, `chat-${file}.jsonl`);
    writeFileSync(path, chat(file, count));
    return path;
  });
}

onElasticsearch('two servers and two importers on one deployment', (kind) => {
  const count = 2 * scaled(5_000);
  let holdfast: HoldfastCommand;
  let alone: HoldfastCommand;
  let servers: readonly Server[] = [];
  beforeAll(() => {
    [alone, holdfast] = [new HoldfastCommand(SQLITE), new HoldfastCommand(kind)];
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await holdfast.remove();
    await alone.remove();
  });

  it(
    'end with the archive of one importer alone, one audit chain, and the same answers',
    async () => {
      servers = await Promise.all([Server.start(holdfast), Server.start(holdfast)]);
      let searches = 0;
      let isImporting = true;
      const searching = servers.map(async (server) => {
        for (let watermark = 0; isImporting; searches += 1) {
          const { completeness } = await server.search(1);
          expect(completeness.watermark).toBeGreaterThanOrEqual(watermark);
          watermark = completeness.watermark;
          await pause(BETWEEN_SEARCHES);
        }
      });
      const imports = await Promise.all(writeChats(holdfast, count).map((path) => holdfast.run(['import', path])));
      isImporting = false;
      await Promise.all(searching);
      for (const { code, err } of imports) expect([code, err.includes('Something failed')]).toEqual([1, false]);

      const answers = await Promise.all(servers.map((server) => server.search(50)));
      expect(answers[0]).toEqual(answers[1]);
      expect(answers[0]).toMatchObject({ totalCount: count * 1.5, completeness: { recordsRejected: 2 } });
      await Promise.all(servers.map((server) => server.stop()));

      for (const path of writeChats(alone, count)) await alone.run(['import', path]);
      const [together, one] = [await verify(holdfast), await verify(alone)];
      expect(together.digest).toBe(one.digest);
      expect(together.index).toEqual({ messages: count * 1.5, problems: [] });
      expect(together.audit.problems).toEqual([]);
      // each search: before it was answered, and its count; each import: its start and end
      expect(together.audit.events).toBe((searches + 2) * 2 + 4);
    },
    MINUTES,
  );
});
