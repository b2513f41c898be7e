import { PlainClient } from './plain-client.js';

export interface GraphqlAnswer {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
  /** From sending the request to having read and parsed the whole answer. */
  readonly milliseconds: number;
}

/** Sends one GraphQL request at a time over one connection that stays open. */
export class GraphqlClient {
  private readonly http: PlainClient;

  constructor(port: number) {
    this.http = new PlainClient(`http://127.0.0.1:${port}`, 1);
  }

  /** Throws when the server cannot be reached; GraphQL errors are in the answer. */
  async ask(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<GraphqlAnswer> {
    const body = Buffer.from(JSON.stringify({ query, variables }));
    const begin = performance.now();
    const { text } = await this.http.send('POST', '/graphql', body);
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
    this.http.close();
  }
}
