import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AuditLog } from '../audit/audit-log.js';
import { BlobStore } from '../blobs/blob-store.js';
import { loadEnvironment } from '../config/env.js';
import { SystemClock } from '../domain/clock.js';
import { engineSettings } from '../engine/engine-settings.js';
import { openCatalog, openIndexWriter, openRejectedRecords } from '../engine/open-engine.js';
import { RegisterStore } from '../holds/register-store.js';
import { EnrichPool } from './enrich-pool.js';
import { ImportRunLog } from './import-run-log.js';
import { IngestService } from './ingest.service.js';
import { refuseMovedArchive } from './refuse-moved-archive.js';

const OWNER_ONLY = 0o700;

/** Opens everything an import needs, hands the service to the action, and closes it all. Throws ARCHIVE_MOVED and ARCHIVE_MOVING. */
export async function withIngest<Result>(action: (ingest: IngestService) => Promise<Result>): Promise<Result> {
  const environment = loadEnvironment();
  const clock = new SystemClock();
  const blobDirectory = join(environment.HOLDFAST_DATA_DIR, 'blobs');
  mkdirSync(environment.HOLDFAST_DATA_DIR, { recursive: true, mode: OWNER_ONLY });
  chmodSync(environment.HOLDFAST_DATA_DIR, OWNER_ONLY);
  await new BlobStore(blobDirectory).sweep(clock.now());
  const settings = engineSettings(environment);
  const writer = await openIndexWriter(settings);
  const catalog = await openCatalog(settings);
  const rejected = await openRejectedRecords(settings);
  const pool = new EnrichPool({ blobDirectory, engine: settings });
  try {
    await refuseMovedArchive(catalog);
    await writer.prepare();
    const audit = new AuditLog(catalog, clock);
    const registers = new RegisterStore(catalog);
    const result = await action(new IngestService(writer, pool, new ImportRunLog(catalog), audit, clock, rejected, registers));
    await writer.finish();
    return result;
  } finally {
    await pool.close();
    await rejected.close();
    await catalog.close();
    await writer.close();
  }
}
