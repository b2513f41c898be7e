import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ElasticsearchSettings } from '../../../src/engine/elasticsearch/elasticsearch-settings.js';
import { openCluster } from '../../../src/engine/elasticsearch/open-cluster.js';
import { HoldfastCommand } from '../../support/holdfast-command.js';

const PASSWORD = 'hunter2hunter2';

/** Answers as a server would that is asked how it is, and of what version. */
class Pretender {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** `versions`: of its nodes; `product`: how it names itself. */
  static async open(versions: readonly string[], product = 'Elasticsearch'): Promise<Pretender> {
    const server = createServer(({ url = '' }, response) => {
      const nodes = Object.fromEntries(versions.map((version, index) => [`node-${index}`, { version }]));
      const body = url.startsWith('/_nodes') ? { nodes } : { status: 'green', timed_out: false, number_of_nodes: versions.length };
      response.setHeader('content-type', 'application/json').setHeader('x-elastic-product', product).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Pretender(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

describe('a server that is not the right one', () => {
  let pretender: Pretender | null = null;
  afterEach(() => {
    pretender?.close();
    pretender = null;
  });

  const settings = (): ElasticsearchSettings => ({
    ...{ urls: [pretender!.url], prefix: 'holdfast', username: 'tester', password: PASSWORD, apiKey: '', caFile: '' },
    ...{ shards: 1, startTimeout: 1_000 },
  });

  it.each([
    ['8.14.3', ['8.14.3']],
    ['7.17.28', ['7.17.28']],
    ['10.0.0', ['10.0.0']],
    ['one old node among others', ['8.19.2', '8.14.3', '8.19.2']],
    ['none at all', []],
  ])('is refused for its version: %s', async (_which, versions) => {
    pretender = await Pretender.open(versions);
    await expect(openCluster(settings())).rejects.toMatchObject({
      code: 'ENGINE_UNSUPPORTED',
      message: expect.stringContaining('8.15 or later'),
    });
  });

  it.each(['8.15.0', '8.19.21', '9.1.4'])('is accepted with version %s', async (version) => {
    pretender = await Pretender.open([version]);
    await (await openCluster(settings())).close();
  });

  it('is refused when it is another product', async () => {
    pretender = await Pretender.open(['8.19.2'], 'Somebody');
    await expect(openCluster(settings())).rejects.toMatchObject({ code: 'ENGINE_UNSUPPORTED' });
  });

  it('stops a command that says which version it found, or what it tried for how long, and never the password', async () => {
    const holdfast = new HoldfastCommand();
    const account = {
      ...{ HOLDFAST_ENGINE: 'elasticsearch', HOLDFAST_ELASTICSEARCH_START_SECONDS: '2' },
      ...{ HOLDFAST_ELASTICSEARCH_USERNAME: 'tester', HOLDFAST_ELASTICSEARCH_PASSWORD: PASSWORD },
    };
    pretender = await Pretender.open(['8.14.3']);
    const { url } = pretender;
    const old = await holdfast.run(['search', '付款'], undefined, { ...account, HOLDFAST_ELASTICSEARCH_URL: url });
    expect(old).toMatchObject({ code: 2, err: expect.stringMatching(/^ENGINE_UNSUPPORTED: .*8\.14\.3/) });
    pretender.close();
    const begun = performance.now();
    const away = await holdfast.run(['search', '付款'], undefined, { ...account, HOLDFAST_ELASTICSEARCH_URL: `${url},http://127.0.0.1:1` });
    expect(away).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^ENGINE_UNAVAILABLE: .*Tried .* for 2 s: ECONNREFUSED\.\n$/),
    });
    expect(away.err).toContain(`${url}, http://127.0.0.1:1`);
    expect(performance.now() - begun).toBeGreaterThan(1_500);
    expect(old.err + old.out + away.err + away.out).not.toMatch(/hunter2/);
    await holdfast.remove();
  }, 60_000);
});
