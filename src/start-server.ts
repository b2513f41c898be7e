import type { AddressInfo } from 'node:net';
import type { Environment } from './config/env.js';
import { createApp } from './create-app.js';

export interface RunningServer {
  /** Without a path, e.g. `http://127.0.0.1:4000`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves on the loopback interface only. */
export async function startServer(environment: Environment): Promise<RunningServer> {
  const app = await createApp(environment);
  await app.listen(environment.HOLDFAST_PORT, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => app.close() };
}
