import type { AddressInfo } from 'node:net';
import type { Environment } from './config/env.js';
import { createApp } from './create-app.js';
import { HoldfastError } from './errors/errors.js';

export interface RunningServer {
  /** Without a path, e.g. `http://127.0.0.1:4000`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves on the loopback interface only, unless the settings say that this is a container. Throws CONFIG_INVALID when the port is taken or not to be had. */
export async function startServer(environment: Environment): Promise<RunningServer> {
  const app = await createApp(environment);
  try {
    const isContainer = environment.HOLDFAST_UNAUTHENTICATED === 'container';
    await app.listen(environment.HOLDFAST_PORT, isContainer ? '0.0.0.0' : '127.0.0.1');
  } catch (error) {
    await app.close();
    throw portError(environment.HOLDFAST_PORT, error);
  }
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => app.close() };
}

function portError(port: number, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE')
    return new HoldfastError('CONFIG_INVALID', `Port ${port} is taken. Choose another with HOLDFAST_PORT or --port.`, { port }, { cause });
  if (code === 'EACCES')
    return new HoldfastError('CONFIG_INVALID', `Port ${port} may not be used by this account. Choose one above 1023.`, { port }, { cause });
  return cause;
}
