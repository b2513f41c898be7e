import { Client, errors } from '@elastic/elasticsearch';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWithElasticsearch, findOwnElasticsearch } from './describe-with-elasticsearch.js';
import { ElasticsearchServers } from './elasticsearch-servers.js';

const START_LIMIT = 300_000;
const found = await findOwnElasticsearch();

/** Processes that have something in this folder: servers, and what starts them. */
function processesOf(folder: string): string[] {
  return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8', maxBuffer: 1 << 26 })
    .split('\n')
    .filter((line) => line.includes(folder));
}

async function until(isSo: () => boolean, limit = 20_000): Promise<boolean> {
  const end = Date.now() + limit;
  while (!isSo() && Date.now() < end) await sleep(50);
  return isSo();
}

describeWithElasticsearch(found, 'one server of our own', () => {
  let own: ElasticsearchServers;
  let client: Client;
  beforeAll(async () => {
    own = await ElasticsearchServers.start();
    client = new Client({ nodes: [...own.urls], maxRetries: 0, requestTimeout: 5_000 });
  }, START_LIMIT);
  afterAll(async () => {
    const { folder } = own;
    await client.close();
    await own.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const count = async (): Promise<number> => {
    await client.indices.refresh({ index: 'kept' });
    return (await client.count({ index: 'kept' })).count;
  };

  it.each(['kill', 'stop'] as const)(
    'keeps its data and its address over a %s',
    async (end) => {
      await client.index({ index: 'kept', document: { end } });
      const before = await count();
      const [server] = own.servers;
      await server![end]();
      await expect(count()).rejects.toThrow(errors.ConnectionError);
      await server!.start();
      expect(await count()).toBe(before);
    },
    START_LIMIT,
  );

  it('answers nothing while it is paused, and goes on afterwards', async () => {
    const [server] = own.servers;
    await server!.pause();
    await expect(client.cluster.health({}, { requestTimeout: 500 })).rejects.toThrow(errors.TimeoutError);
    await server!.resume();
    expect((await client.cluster.health()).timed_out).toBe(false);
  });

  it(
    'says why it does not start',
    async () => {
      await expect(ElasticsearchServers.start({ settings: { 'no.such.setting': 1 } })).rejects.toThrow('no.such.setting');
    },
    START_LIMIT,
  );

  it('ends with its supervisor, killed or not', async () => {
    expect(processesOf(own.folder)).not.toEqual([]);
    process.kill(own.supervisorPid, 'SIGKILL');
    expect(await until(() => processesOf(own.folder).length === 0)).toBe(true);
    await expect(own.servers[0]!.start()).rejects.toThrow('supervisor');
  });
});

describeWithElasticsearch(found, 'three servers of our own, with security', () => {
  let own: ElasticsearchServers;
  const users = [{ name: 'reader', password: 'the-right-one', roles: ['reading'] }];
  const roles = { reading: { cluster: ['monitor'], indices: [{ names: ['seen'], privileges: ['read'] }] } };
  const connect = (username: string, password: string, ca = own.authority): Client =>
    new Client({ nodes: [...own.urls], auth: { username, password }, maxRetries: 2, ...(ca === null ? {} : { tls: { ca } }) });
  beforeAll(async () => {
    own = await ElasticsearchServers.start({ nodes: 3, security: { users, roles, tls: true } });
  }, START_LIMIT);
  afterAll(() => own.close());

  it(
    'form one cluster, which goes on without one of them and takes it back',
    async () => {
      const client = connect('reader', 'the-right-one');
      const nodes = async (): Promise<number> =>
        (await client.cluster.health({ timeout: '10s', wait_for_status: 'yellow' })).number_of_nodes;
      expect(await nodes()).toBe(3);
      await own.servers[1]!.kill();
      // The others take a moment to see it, and to choose a master if it was the one; until then they answer with 503.
      const noMaster = (error: unknown): number => {
        if (error instanceof errors.ResponseError && error.statusCode === 503) return 0;
        throw error;
      };
      const end = Date.now() + 120_000;
      while ((await nodes().catch(noMaster)) !== 2 && Date.now() < end) await sleep(50);
      expect(await nodes()).toBe(2);
      await own.servers[1]!.start();
      expect(await nodes()).toBe(3);
      await client.close();
    },
    START_LIMIT,
  );

  it.each<[string, number, () => Client]>([
    ['a wrong password', 401, () => connect('reader', 'a-wrong-one')],
    ['an unknown user', 401, () => connect('nobody', 'the-right-one')],
    ['what the role does not allow', 403, () => connect('reader', 'the-right-one')],
  ])('refuse %s', async (_what, status, open) => {
    const client = open();
    await expect(client.index({ index: 'seen', document: {} })).rejects.toMatchObject({ statusCode: status });
    await client.close();
  });

  it('are known by their authority only', async () => {
    const client = connect('reader', 'the-right-one', null);
    await expect(client.cluster.health()).rejects.toThrow(errors.ConnectionError);
    await client.close();
  });

  it('let the superuser in', async () => {
    const { name, password } = own.superuser!;
    const client = connect(name, password);
    expect((await client.index({ index: 'seen', document: {} })).result).toBe('created');
    await client.close();
  });
});

describeWithElasticsearch(found, 'servers of a process that is killed', () => {
  /** What a suite does, without the suite: it starts a server, tells its folder, and stays. */
  const PARENT = `
    import { SupervisorClient } from ${JSON.stringify(new URL('supervisor-client.mjs', import.meta.url).href)};
    const opened = await new SupervisorClient().request('open', {});
    console.log(JSON.stringify(opened));
    setInterval(() => {}, 1_000);
  `;

  it(
    'end with it, and leave nothing in the temporary folder',
    async () => {
      const parent = spawn(process.execPath, ['--input-type=module', '--eval', PARENT], {
        env: { ...process.env, NODE_OPTIONS: '' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
      const { folder, nodes } = JSON.parse(line) as { folder: string; nodes: { url: string }[] };
      expect((await fetch(`${nodes[0]!.url}/_cluster/health`)).status).toBe(200);
      expect(processesOf(folder)).not.toEqual([]);
      parent.kill('SIGKILL');
      expect(await until(() => processesOf(folder).length === 0 && !existsSync(folder))).toBe(true);
      await expect(fetch(nodes[0]!.url)).rejects.toThrow();
    },
    START_LIMIT,
  );
});
