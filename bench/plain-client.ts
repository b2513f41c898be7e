import { Agent, request } from 'node:http';

/** What a server answered. */
export interface PlainAnswer {
  readonly status: number;
  /** What kind of text. */
  readonly type: string;
  readonly text: string;
}

/** Sends HTTP requests over connections that stay open, with nothing around them. */
export class PlainClient {
  private readonly agent: Agent;
  private readonly url: URL;

  /** `connections`: how many requests may be under way at a time; more wait. */
  constructor(url: string, connections: number) {
    this.url = new URL(url);
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Throws when the server cannot be reached, whatever the status. */
  send(method: string, path: string, body: Uint8Array = Buffer.alloc(0), type = 'application/json'): Promise<PlainAnswer> {
    return new Promise((resolve, reject) => {
      const sending = request(
        {
          agent: this.agent,
          host: this.url.hostname,
          port: this.url.port,
          path,
          method,
          headers: body.length === 0 ? {} : { 'content-type': type, 'content-length': body.length },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const type = response.headers['content-type'] ?? '';
            resolve({ status: response.statusCode ?? 0, type, text: Buffer.concat(chunks).toString('utf8') });
          });
          response.on('error', reject);
        },
      );
      sending.on('error', reject);
      sending.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
