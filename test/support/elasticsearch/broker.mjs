import { createServer } from 'node:http';
import { SupervisorClient } from './supervisor-client.mjs';

/** Workers read here whom to ask for the server that all suites of a run share. */
export const BROKER_VARIABLE = 'HOLDFAST_TEST_ELASTICSEARCH_BROKER';

const HEARTBEAT_MS = 10_000;
const CHECK_LIMIT_MS = 10_000;
const SHARED = { heap: '1g', settings: { 'cluster.max_shards_per_node': 10_000 } };

/** Starts one server for a whole run, when the first one asks, and hands its address to all. `close` ends it. */
export class ElasticsearchBroker {
  #server;
  #supervisor = null;
  #shared = null;
  #outcome = null;

  static async start() {
    const broker = new ElasticsearchBroker();
    broker.#server = createServer((_request, response) => void broker.#answer(response));
    await new Promise((resolve) => broker.#server.listen(0, '127.0.0.1', resolve));
    broker.#server.unref();
    return broker;
  }

  get address() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** `{ url, about }` or `{ reason }` once somebody has asked; null before. */
  get outcome() {
    return this.#outcome;
  }

  async close() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#supervisor?.close();
  }

  async #answer(response) {
    response.writeHead(200, { 'content-type': 'application/json' });
    // A first download takes longer than clients wait for a silent server.
    const heartbeat = setInterval(() => response.write(' '), HEARTBEAT_MS);
    this.#shared ??= this.#open().catch((error) => ({ reason: `it did not start: ${error.message}` }));
    this.#outcome = await this.#shared;
    clearInterval(heartbeat);
    response.end(JSON.stringify(this.#outcome));
  }

  async #open() {
    const given = process.env.HOLDFAST_ELASTICSEARCH_URL;
    if (given) return checkGiven(given);
    this.#supervisor = new SupervisorClient();
    const opened = await this.#supervisor.request('open', SHARED);
    if (opened.reason !== undefined) return opened;
    const [{ url }] = opened.nodes;
    return { url, about: `Elasticsearch ${opened.version} from ${opened.source}, one server of this run` };
  }
}

async function checkGiven(url) {
  const response = await fetch(`${url}/_nodes/_local?filter_path=nodes.*.version`, { signal: AbortSignal.timeout(CHECK_LIMIT_MS) });
  if (!response.ok) return { reason: `the server of HOLDFAST_ELASTICSEARCH_URL answers with status ${response.status}` };
  const [{ version }] = Object.values((await response.json()).nodes);
  return { url, about: `Elasticsearch ${version} of HOLDFAST_ELASTICSEARCH_URL` };
}
