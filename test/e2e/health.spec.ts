import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyAudit } from '../../src/audit/verify-audit.js';
import { CatalogStore } from '../../src/catalog/catalog-store.js';
import type { Readiness } from '../../src/health/readiness.service.js';
import { onEveryEngine } from '../contract/engines.js';
import { makeMessage } from '../support/make-message.js';
import { MemoryCatalogStore } from '../support/memory-catalog-store.js';
import { MemorySearchEngine } from '../support/memory-search-engine.js';
import { RunningApp } from '../support/start-app.js';

interface Reply {
  readonly status: number;
  readonly body: Readiness;
}

/** With a Host header of our own, which `fetch` does not allow. */
function get(url: string, host = new URL(url).host, method = 'GET'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers: { host } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, body: JSON.parse(text) as Readiness }));
    })
      .on('error', reject)
      .end();
  });
}

const stateOf = ({ checks }: Readiness, name: string): unknown => checks.find((check) => check.name === name)?.state;

onEveryEngine('health on $name', (kind) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await RunningApp.start({ kind, messages: [makeMessage('1', { text: '付款' })] });
  });
  afterAll(() => app.stop());

  it('is told to anybody, whatever address he calls, and leaves no trace in the audit', async () => {
    const catalog = app.get(CatalogStore);
    for (const host of ['10.1.2.3:8080', 'balancer.example', new URL(app.url).host]) {
      expect(await get(`${app.url}/health/live`, host)).toMatchObject({ status: 200, body: { isLive: true } });
      const ready = await get(`${app.url}/health/ready`, host);
      expect(ready).toMatchObject({ status: 200, body: { isReady: true } });
      for (const name of ['engine', 'catalog', 'indexVersion', 'writeBlock']) expect([name, stateOf(ready.body, name)]).toEqual([name, 'ok']);
      expect(['ok', 'warning']).toContain(stateOf(ready.body, 'disk'));
    }
    expect(await verifyAudit(catalog)).toMatchObject({ blocks: 0 });
  });

  it('opens nothing else to foreign hosts', async () => {
    for (const path of ['/health', '/health/ready/', '/health/ready?x', '/graphiql', '/graphql'])
      expect([path, (await get(app.url + path, 'balancer.example')).status]).toEqual([path, 403]);
    expect((await get(`${app.url}/health/ready`, 'balancer.example', 'POST')).status).toBe(403);
  });
});

describe('health', () => {
  it('is not ready when the audit could not be written, and says nothing of why that is', async () => {
    const catalog = new MemoryCatalogStore();
    catalog.list = () => Promise.reject(new Error('password hunter2 in a secret place'));
    const app = await RunningApp.start({ engine: new MemorySearchEngine(), catalog });
    const { status, body } = await get(`${app.url}/health/ready`);
    expect(status).toBe(503);
    expect(body).toMatchObject({ isReady: false });
    expect([stateOf(body, 'catalog'), stateOf(body, 'engine')]).toEqual(['failed', 'ok']);
    expect(JSON.stringify(body)).not.toMatch(/hunter2|secret/);
    expect((await get(`${app.url}/health/live`)).status).toBe(200);
    await app.stop();
  });

  it('says so when the engine hangs, before the caller gives up', async () => {
    const engine = new MemorySearchEngine();
    engine.health = () => new Promise(() => {});
    const app = await RunningApp.start({ engine, catalog: new MemoryCatalogStore() });
    const before = performance.now();
    const { status, body } = await get(`${app.url}/health/ready`);
    expect([status, stateOf(body, 'engine')]).toEqual([503, 'failed']);
    expect(performance.now() - before).toBeLessThan(6_000);
    await app.stop();
  });

  it('answers own names under any port inside a container, and still no foreign ones', async () => {
    const app = await RunningApp.start({
      engine: new MemorySearchEngine(),
      catalog: new MemoryCatalogStore(),
      variables: { HOLDFAST_UNAUTHENTICATED: 'container' },
    });
    const statusFor = async (host: string): Promise<number> => (await fetchStatus(`${app.url}/graphiql`, host));
    expect([await statusFor('localhost:8080'), await statusFor('127.0.0.1:1'), await statusFor('localhost')]).toEqual([200, 200, 200]);
    expect([await statusFor('evil.example:4000'), await statusFor('localhost.evil.example')]).toEqual([403, 403]);
    await app.stop();
  });
});

function fetchStatus(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on('error', reject)
      .end();
  });
}
