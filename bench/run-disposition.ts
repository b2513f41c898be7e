import { fork } from 'node:child_process';
import type { Deployment } from './deployment.js';
import type { DispositionMessage } from './disposition-process.js';
import { percentile } from './percentile.js';
import { ProcessSampler } from './process-sampler.js';

type Kind = DispositionMessage['kind'];
type Told<K extends Kind> = Extract<DispositionMessage, { readonly kind: K }>;

/** How a disposition went, in a process of its own. */
export interface MeasuredDisposition {
  readonly proposed: Told<'proposed'>;
  readonly ran: Told<'ran'>;
  readonly removed: Told<'removed'>;
  /** Resident bytes while messages were destroyed: the medians of the second quarter of that time and of the last. */
  readonly memory: { readonly early: number; readonly late: number; /** Most of it that pages of mapped files took. */ readonly mapped: number };
}

const PROCESS = new URL('./disposition-process.js', import.meta.url);
const SAMPLE_INTERVAL = 50;

export async function runDisposition({ variables }: Deployment): Promise<MeasuredDisposition> {
  const child = fork(PROCESS, [], { env: { ...process.env, ...variables, NODE_ENV: 'production' }, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  const sampler = new ProcessSampler(child.pid ?? 0, SAMPLE_INTERVAL);
  const told = new Map<Kind, DispositionMessage>();
  const samplesAt = new Map<Kind, number>();
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString('utf8')).slice(-4_000)));
  child.on('message', (message: DispositionMessage) => {
    told.set(message.kind, message);
    samplesAt.set(message.kind, sampler.samples.length);
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => (code === 0 ? resolve() : reject(new Error(`the disposition ended with ${code ?? signal}: ${errors}`))));
  }).finally(() => sampler.stop());
  const of = <K extends Kind>(kind: K): Told<K> => told.get(kind) as Told<K>;
  const samples = sampler.samples.slice(samplesAt.get('proposed'), samplesAt.get('ran'));
  const bytes = samples.map((sample) => sample.bytes);
  const quarter = Math.floor(bytes.length / 4);
  const memory = { early: percentile(bytes.slice(quarter, 2 * quarter), 0.5), late: percentile(bytes.slice(-quarter), 0.5), mapped: percentile(samples.map((sample) => sample.mappedBytes), 1) };
  return { proposed: of('proposed'), ran: of('ran'), removed: of('removed'), memory };
}
