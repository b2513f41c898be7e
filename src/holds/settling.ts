import { join } from 'node:path';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { CatalogStore } from '../catalog/catalog-store.js';
import type { Environment } from '../config/env.js';
import { engineSettings } from '../engine/engine-settings.js';
import type { IndexWriter, Prepare } from '../engine/index-writer.js';
import { openIndexWriter } from '../engine/open-engine.js';
import { EnrichPool } from '../ingest/enrich-pool.js';
import type { ClaimTools } from './settle-claim.js';

/**
 * What a server, or a command, settles claimed messages with. They are few, and there are none unless a disposition is under way: the
 * thread that analyzes them is only started then.
 */
export class Settling implements ClaimTools, OnApplicationShutdown {
  private pool: EnrichPool | null = null;

  private constructor(
    private readonly environment: Environment,
    readonly catalog: CatalogStore,
    readonly writer: IndexWriter,
  ) {}

  /** Opens the archive for writing; makes an empty one if there is none. */
  static async open(environment: Environment, catalog: CatalogStore): Promise<Settling> {
    return new Settling(environment, catalog, await openIndexWriter(engineSettings(environment)));
  }

  readonly prepare: Prepare = (batch) => {
    const { HOLDFAST_DATA_DIR: dataDir } = this.environment;
    this.pool ??= new EnrichPool({ blobDirectory: join(dataDir, 'blobs'), engine: engineSettings(this.environment) });
    return this.pool.prepare(batch);
  };

  async onApplicationShutdown(): Promise<void> {
    await this.pool?.close();
    await this.writer.close();
  }
}
