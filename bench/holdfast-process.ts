import { spawn, type ChildProcess } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Deployment } from './deployment.js';
import { GraphqlClient } from './graphql-client.js';
import { ProcessSampler } from './process-sampler.js';

export const HOLDFAST = join(process.cwd(), 'bin', 'holdfast.js');
const START_LIMIT = 120_000;

/** How an import went, seen from outside. */
export interface ImportRun {
  readonly exitCode: number;
  /** From the start of the process to its end. */
  readonly seconds: number;
  /** What it printed: with `--json`, its report. */
  readonly output: string;
  readonly sampler: ProcessSampler;
}

/** A running `holdfast import`. */
export interface RunningImport {
  readonly done: Promise<ImportRun>;
  readonly isRunning: () => boolean;
}

/** Starts `holdfast import FILE` on an archive. */
export function startImport(deployment: Deployment, file: string, more: readonly string[] = []): RunningImport {
  const startedAt = performance.now();
  const child = start(['import', file, '--json', ...more], deployment);
  const sampler = new ProcessSampler(child.pid ?? 0, 100, realpathSync(file));
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString('utf8')).slice(-4000)));
  const done = new Promise<ImportRun>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      sampler.stop();
      // With 1 it tells of faulty records, or could not even begin.
      if (code === 0 || (code === 1 && output !== ''))
        resolve({ exitCode: code, seconds: (performance.now() - startedAt) / 1000, output, sampler });
      else reject(new Error(`holdfast import ended with ${code ?? signal}: ${errors}`));
    });
  });
  return { done, isRunning: () => child.exitCode === null && child.signalCode === null };
}

/** A running `holdfast serve`. */
export interface RunningServer {
  readonly port: number;
  readonly processId: number;
  readonly client: GraphqlClient;
  readonly stop: () => Promise<void>;
}

/** Starts `holdfast serve` on a free port and waits until it answers. */
export async function startServer(deployment: Deployment): Promise<RunningServer> {
  const port = await freePort();
  const child = start(['serve', '--port', String(port)], deployment);
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (printed = (printed + chunk.toString('utf8')).slice(-4000)));
  const client = new GraphqlClient(port);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    client.close();
    child.kill('SIGTERM');
    await ended;
  };
  const limit = performance.now() + START_LIMIT;
  while (!(await client.isReady())) {
    if (child.exitCode !== null || performance.now() > limit) {
      await stop();
      throw new Error(`holdfast serve does not answer: ${printed}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { port, processId: child.pid ?? 0, client, stop };
}

function start(commandLine: readonly string[], { variables }: Deployment): ChildProcess {
  const env = { ...process.env, ...variables, NODE_ENV: 'production' };
  return spawn(process.execPath, [HOLDFAST, ...commandLine], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
