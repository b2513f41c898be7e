import { AuditLog } from '../audit/audit-log.js';
import { loadEnvironment } from '../config/env.js';
import { SystemClock } from '../domain/clock.js';
import { engineSettings } from '../engine/engine-settings.js';
import { openCatalog, openSearchEngine } from '../engine/open-engine.js';
import { refuseMovedArchive } from '../ingest/refuse-moved-archive.js';
import { openDisposition, type OpenDisposition } from './open-disposition.js';

/** Opens everything that destroying needs, hands it to the action, and closes it all. Throws ARCHIVE_MOVED and ARCHIVE_MOVING. */
export async function withDisposition<Result>(action: (disposition: OpenDisposition) => Promise<Result>): Promise<Result> {
  const environment = loadEnvironment();
  const settings = engineSettings(environment);
  const clock = new SystemClock();
  const engine = await openSearchEngine(settings);
  const catalog = await openCatalog(settings);
  try {
    await refuseMovedArchive(catalog);
    const disposition = await openDisposition({ environment, catalog, engine, clock, audit: new AuditLog(catalog, clock) });
    try {
      return await action(disposition);
    } finally {
      await disposition.close();
    }
  } finally {
    await catalog.close();
    await engine.close();
  }
}
