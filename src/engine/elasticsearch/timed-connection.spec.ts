import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, errors } from '@elastic/elasticsearch';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TimedConnection } from './timed-connection.js';

const DEFAULT_LIMIT = 300;
/** Longer than the driver's pool, which looks at its clock once a second, would wait. */
const ANSWER_TAKES = 3_000;

let server: Server;
let client: Client;
beforeAll(async () => {
  server = createServer((_request, response) => {
    response.setHeader('x-elastic-product', 'Elasticsearch').setHeader('content-type', 'application/json');
    setTimeout(() => response.end('{"acknowledged":true}'), ANSWER_TAKES).unref();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const node = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new Client({ node, Connection: TimedConnection, requestTimeout: DEFAULT_LIMIT, maxRetries: 0 });
});
afterAll(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
});

it('waits as long as a request says, longer than the default', async () => {
  expect(await client.indices.forcemerge({ index: 'a' }, { requestTimeout: 60_000 })).toEqual({ acknowledged: true });
});

it.each<[string, { requestTimeout?: number }]>([['default', {}], ['limit of its own', { requestTimeout: 200 }]])('ends a request after the %s', async (_what, options) => {
  await expect(client.indices.forcemerge({ index: 'a' }, options)).rejects.toThrow(errors.TimeoutError);
});
