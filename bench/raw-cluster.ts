import { PlainClient, type PlainAnswer } from './plain-client.js';

/** A server of Elasticsearch asked by plain HTTP, without the driver and without the product. */
export class RawCluster {
  private readonly client: PlainClient;

  constructor(
    readonly url: string,
    connections = 4,
  ) {
    this.client = new PlainClient(url, connections);
  }

  /** The parsed answer. Throws unless the status is 2xx. */
  async ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.client.send(method, path, body === undefined ? undefined : Buffer.from(JSON.stringify(body)));
    return read<Answer>(answer, method, path);
  }

  /** The parsed answer to a body that is sent as it is. */
  async post<Answer>(path: string, body: Uint8Array, type = 'application/json'): Promise<Answer> {
    return read<Answer>(await this.client.send('POST', path, body, type), 'POST', path);
  }

  /** Names of the indices that begin so. */
  async indicesOf(prefix: string): Promise<readonly string[]> {
    const rows = await this.ask<{ index: string }[]>('GET', `/_cat/indices/${prefix}*?format=json&h=index&expand_wildcards=all`);
    return rows.map(({ index }) => index);
  }

  /** Removes them one by one: servers refuse wildcards here. */
  async removeIndices(prefix: string): Promise<void> {
    for (const index of await this.indicesOf(prefix)) await this.ask('DELETE', `/${index}`);
  }

  close(): void {
    this.client.close();
  }
}

function read<Answer>({ status, text }: PlainAnswer, method: string, path: string): Answer {
  if (status < 200 || status > 299) throw new Error(`${method} ${path} was answered ${status}: ${text.slice(0, 300)}`);
  return JSON.parse(text) as Answer;
}
