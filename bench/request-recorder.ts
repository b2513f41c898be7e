import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PlainClient } from './plain-client.js';

/** A request as it was sent. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
}

/** Stands between a client and a server, hands everything on, and remembers what was asked. */
export class RequestRecorder {
  private recorded: RecordedRequest[] = [];
  private readonly server: Server;

  private constructor(private readonly behind: PlainClient) {
    this.server = createServer((request, response) => void this.handOn(request, response));
  }

  /** Listens on a free port of the loopback interface. */
  static async start(url: string): Promise<RequestRecorder> {
    const recorder = new RequestRecorder(new PlainClient(url, 16));
    await new Promise<void>((resolve) => recorder.server.listen(0, '127.0.0.1', resolve));
    return recorder;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What was asked since the last call. */
  take(): readonly RecordedRequest[] {
    const taken = this.recorded;
    this.recorded = [];
    return taken;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    this.behind.close();
  }

  private async handOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      const { method = 'GET', url: path = '/' } = request;
      // The driver asks for the answers of one version; a server takes that only in two headers together.
      const type = request.headers['content-type']?.includes('ndjson') ? 'application/x-ndjson' : 'application/json';
      this.recorded.push({ method, path, type, body });
      const answer = await this.behind.send(method, path, body, type);
      // The driver refuses a server that does not name its product.
      response.writeHead(answer.status, { 'content-type': answer.type, 'x-elastic-product': 'Elasticsearch' });
      response.end(method === 'HEAD' ? undefined : answer.text);
    } catch {
      response.destroy();
    }
  }
}
