import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MemoryCatalogStore } from '../support/memory-catalog-store.js';
import { MemorySearchEngine } from '../support/memory-search-engine.js';
import { RunningApp } from '../support/start-app.js';

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** Sends a request whose headers `fetch` would not let through. */
function send(url: string, headers: Record<string, string>, body: string | Buffer, method = 'POST'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => resolve({ status: response.statusCode!, body: Buffer.concat(chunks).toString() }));
    });
    sent.on('error', reject).end(body);
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };
const HEALTH = JSON.stringify({ query: '{ health { engine } }' });

describe('HTTP', () => {
  let app: RunningApp;
  let port: string;
  beforeAll(async () => {
    app = await RunningApp.start({
      engine: new MemorySearchEngine(),
      catalog: new MemoryCatalogStore(),
      variables: { HOLDFAST_MAX_REQUEST_BYTES: '2048' },
    });
    port = new URL(app.url).port;
  });
  afterAll(() => app.stop());

  const post = (headers: Record<string, string>, body: string | Buffer = HEALTH): Promise<Reply> =>
    send(`${app.url}/graphql`, { ...JSON_TYPE, ...headers }, body);

  it.each(['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST'])('answers the host %s with its port', async (name) => {
    expect(await post({ host: `${name}:${port}` })).toMatchObject({ status: 200 });
  });

  it.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    'localhost:1',
    '127.0.0.1.evil.example:PORT',
    'localhost:PORT@evil.example',
    'user@localhost:PORT',
    '0.0.0.0:PORT',
  ])('refuses the host %j', async (host) => {
    const reply = await post({ host: host.replace('PORT', port) });
    expect(reply.status).toBe(403);
    expect(JSON.parse(reply.body)).toMatchObject({ errors: [{ extensions: { code: 'HOST_REFUSED' } }] });
    expect((await send(`${app.url}/graphiql`, { host: host.replace('PORT', port) }, '', 'GET')).status).toBe(403);
  });

  it('listens on the loopback interface only', () => {
    expect(app.address).toBe('127.0.0.1');
  });

  it('refuses bodies that are too large, unpacked as well', async () => {
    const large = JSON.stringify({ query: '{ health { engine } }', variables: { filler: ' '.repeat(2_048) } });
    for (const reply of [await post({}, large), await post({ 'content-encoding': 'gzip' }, gzipSync(large))]) {
      expect(reply.status).toBe(413);
      expect(JSON.parse(reply.body)).toMatchObject({ errors: [{ extensions: { code: 'REQUEST_TOO_LARGE' } }] });
    }
    expect((await post({ 'content-encoding': 'gzip' }, gzipSync(HEALTH))).status).toBe(200);
  });

  it.each([
    ['no JSON', JSON_TYPE, '{'],
    ['an unknown encoding', { ...JSON_TYPE, 'content-encoding': 'x' }, HEALTH],
    ['a batch', JSON_TYPE, `[${HEALTH},${HEALTH}]`],
    ['nothing', JSON_TYPE, ''],
  ])('refuses %s', async (_what, headers, body) => {
    const reply = await post(headers, body);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
    expect(JSON.parse(reply.body)).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_INVALID' } }] });
  });

  it('refuses what a page of another site can send without asking first', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
      expect((await post({ 'content-type': type })).status).toBe(400);
    const query = `${app.url}/graphql?query=${encodeURIComponent('{ health { engine } }')}`;
    expect((await send(query, {}, '', 'GET')).status).toBe(400);
    expect((await send(query, { 'apollo-require-preflight': 'yes' }, '', 'GET')).status).toBe(200);
    const preflight = await fetch(`${app.url}/graphql`, { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('sends the headers that keep browsers in', async () => {
    const { headers } = await fetch(`${app.url}/graphiql`);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'self';script-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data:;font-src 'self' data:;connect-src 'self';object-src 'none';base-uri 'none';frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });
});
