import { join } from 'node:path';
import { loadEnvironment } from '../config/env.js';
import { engineSettings } from '../engine/engine-settings.js';
import type { IndexWriter, Prepare } from '../engine/index-writer.js';
import { openIndexWriter } from '../engine/open-engine.js';
import { EnrichPool } from '../ingest/enrich-pool.js';

/** Opens the index for writing, with a thread that analyses messages as an import does, and closes both. */
export async function withWriter<Result>(action: (writer: IndexWriter, prepare: Prepare) => Promise<Result>): Promise<Result> {
  const environment = loadEnvironment();
  const engine = engineSettings(environment);
  const writer = await openIndexWriter(engine);
  const pool = new EnrichPool({ blobDirectory: join(environment.HOLDFAST_DATA_DIR, 'blobs'), engine });
  try {
    return await action(writer, (batch) => pool.prepare(batch));
  } finally {
    await pool.close();
    await writer.close();
  }
}
