import { Agent, request } from 'node:http';

export interface GraphqlAnswer {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
  /** From sending the request to having read and parsed the whole answer. */
  readonly milliseconds: number;
}

/** Sends one GraphQL request at a time over one connection that stays open. */
export class GraphqlClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly port: number) {}

  /** Throws when the server cannot be reached; GraphQL errors are in the answer. */
  async ask(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<GraphqlAnswer> {
    const body = Buffer.from(JSON.stringify({ query, variables }));
    const begin = performance.now();
    const text = await this.post(body);
    const answer = JSON.parse(text) as Partial<GraphqlAnswer>;
    return { data: answer.data ?? null, errors: answer.errors ?? [], milliseconds: performance.now() - begin };
  }

  /** Like `ask`, but every GraphQL error is thrown. */
  async get(
    query: string,
    variables: Readonly<Record<string, unknown>> = {},
  ): Promise<GraphqlAnswer & { readonly data: Record<string, unknown> }> {
    const answer = await this.ask(query, variables);
    const { data } = answer;
    if (answer.errors.length > 0 || data === null) throw new Error(`the server refused: ${JSON.stringify(answer.errors).slice(0, 500)}`);
    return { ...answer, data };
  }

  async isReady(): Promise<boolean> {
    try {
      return (await this.ask('{ health { isReady } }')).data !== null;
    } catch {
      return false;
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private post(body: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      const sending = request(
        {
          agent: this.agent,
          host: '127.0.0.1',
          port: this.port,
          path: '/graphql',
          method: 'POST',
          headers: { 'content-type': 'application/json', 'content-length': body.length },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
          response.on('error', reject);
        },
      );
      sending.on('error', reject);
      sending.end(body);
    });
  }
}
