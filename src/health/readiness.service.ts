import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { CatalogStore } from '../catalog/catalog-store.js';
import { EngineMonitor, type CheckState } from '../engine/engine-monitor.js';
import { SearchEngine } from '../engine/search-engine.js';
import { HoldfastError } from '../errors/errors.js';

/** Milliseconds that one answer serves: nobody can make this server busy by asking. */
const LIFETIME = 1_000;
/** Milliseconds after which what does not answer has failed. */
const DEADLINE = 4_000;

/** One thing that must be in order; `problem` says what is wrong, and never names machines, paths or accounts. */
export interface HealthCheck {
  readonly name: string;
  readonly state: CheckState;
  readonly problem: string | null;
}

export interface Readiness {
  /** Warnings do not count. */
  readonly isReady: boolean;
  readonly checks: readonly HealthCheck[];
}

/** Whether searches can be answered now: by the engine, from an index of this program's version, and with the audit written. */
@Injectable()
export class ReadinessService {
  private known: { readonly at: number; readonly readiness: Promise<Readiness> } | null = null;

  constructor(
    @Inject(SearchEngine) private readonly engine: SearchEngine,
    @Inject(CatalogStore) private readonly catalog: CatalogStore,
    @Inject(EngineMonitor) private readonly monitor: EngineMonitor,
  ) {}

  /** At most a second old; within five seconds, whatever hangs. */
  readiness(): Promise<Readiness> {
    if (this.known === null || performance.now() - this.known.at > LIFETIME) this.known = { at: performance.now(), readiness: this.look() };
    return this.known.readiness;
  }

  private async look(): Promise<Readiness> {
    const checks = await Promise.all([
      watched('engine', async () => {
        const { isReady, problem } = await this.engine.health();
        return { state: isReady ? (problem === null ? 'ok' : 'warning') : 'failed', problem };
      }),
      watched('catalog', async () => {
        await this.catalog.list('import-run', { first: 1, order: 'down' });
        return { state: 'ok', problem: null };
      }),
      within(this.monitor.check()).catch(() => [{ name: 'storage', state: 'failed' as const, problem: 'It does not answer in time.' }]),
    ]);
    const all = checks.flat();
    return { isReady: all.every(({ state }) => state !== 'failed'), checks: all };
  }
}

async function watched(name: string, look: () => Promise<Omit<HealthCheck, 'name'>>): Promise<HealthCheck> {
  try {
    return { name, ...(await within(look())) };
  } catch (error) {
    return { name, state: 'failed', problem: error instanceof HoldfastError ? error.message : 'It does not work.' };
  }
}

async function within<Value>(work: Promise<Value>): Promise<Value> {
  const done = new AbortController();
  const late = pause(DEADLINE, undefined, { signal: done.signal }).then(() => {
    throw new HoldfastError('ENGINE_UNAVAILABLE');
  });
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}
