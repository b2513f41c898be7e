import { join } from 'node:path';
import { openAuditKey } from '../audit/audit-key.js';
import type { AuditLog } from '../audit/audit-log.js';
import { BlobReferences } from '../blobs/blob-references.js';
import { BlobStore } from '../blobs/blob-store.js';
import { sweepToEnd } from '../blobs/sweep-blobs.js';
import type { CatalogStore } from '../catalog/catalog-store.js';
import type { Environment } from '../config/env.js';
import type { Clock } from '../domain/clock.js';
import { engineSettings } from '../engine/engine-settings.js';
import { openIndexWriter } from '../engine/open-engine.js';
import { openIndexEraser } from '../engine/open-index-eraser.js';
import type { SearchEngine } from '../engine/search-engine.js';
import { RegisterStore } from '../holds/register-store.js';
import { suspendWhenRolledBack, type RollBackTools } from '../holds/suspend-rolled-back.js';
import { EnrichPool } from '../ingest/enrich-pool.js';
import { ImportRunLog } from '../ingest/import-run-log.js';
import { refuseMovedArchive } from '../ingest/refuse-moved-archive.js';
import type { FilterNode } from '../query/ast.js';
import { ViewerScope } from '../query/viewer-scope.js';
import { CaptureReader } from '../retention/capture-reader.js';
import { ClockGuard } from '../retention/clock-guard.js';
import { PolicyStore } from '../retention/policy-store.js';
import { RetentionRules } from '../retention/retention-rules.js';
import { commitWith } from './commitment.js';
import type { DisposalTools } from './disposal-tools.js';
import { DispositionService } from './disposition.service.js';
import { ErasureRequests } from './erasure-requests.service.js';
import { PhysicalRemoval } from './physical-removal.js';

/** What the process that asks has opened already, and closes itself. */
export interface DispositionParts {
  readonly environment: Environment;
  readonly catalog: CatalogStore;
  readonly engine: SearchEngine;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/** Everything that destroys, and what it reads before. */
export interface OpenDisposition {
  readonly service: DispositionService;
  readonly removal: PhysicalRemoval;
  readonly requests: ErasureRequests;
  /** For what is destroyed again behind a restore (`backup/replay-certificates.ts`). */
  readonly tools: DisposalTools;
  close(): Promise<void>;
}

/** Opens what destroys messages. The archive is made if there is none. */
export async function openDisposition({ environment, catalog, engine, audit, clock }: DispositionParts): Promise<OpenDisposition> {
  const settings = engineSettings(environment);
  const blobDirectory = join(environment.HOLDFAST_DATA_DIR, 'blobs');
  const writer = await openIndexWriter(settings);
  const eraser = await openIndexEraser(settings);
  const pool = new LazyPool(() => new EnrichPool({ blobDirectory, engine: settings }));
  const registers = new RegisterStore(catalog);
  const guard = new ClockGuard(catalog, clock, audit);
  const captures = new CaptureReader(new ImportRunLog(catalog));
  const prepare: DisposalTools['prepare'] = (batch) => pool.get().prepare(batch);
  const policies = new PolicyStore({ writer, prepare, catalog, registers, audit, clock, captures });
  const store = new BlobStore(blobDirectory);
  const blobs = new BlobReferences(catalog, store);
  const ground = new ArchiveGround({ catalog, audit, clock, settings: environment });
  const tools: DisposalTools = {
    ...{ writer, prepare, catalog, registers, eraser, audit, clock, blobs },
    trustedNow: async () => {
      await ground.requireSound();
      return guard.now();
    },
    rules: new RetentionRules(policies, captures, clock),
    commit: commitWith(openAuditKey(environment.HOLDFAST_DATA_DIR)),
  };
  const scope = ViewerScope.everything('disposition');
  const candidates = { scan: (filter: FilterNode) => engine.scan(scope, { filter, text: null }, 'oldest') };
  return {
    tools,
    service: new DispositionService(tools, candidates),
    removal: new PhysicalRemoval({
      ...{ catalog, audit, clock, eraser, engine: environment.HOLDFAST_ENGINE },
      sweepAttachments: async () => {
        await store.sweep(clock.now());
        await sweepToEnd({ writer, prepare, catalog, store, requireCurrent: () => refuseMovedArchive(catalog) });
      },
    }),
    requests: new ErasureRequests({ catalog, audit, clock, engine, policies, registers }),
    close: async () => {
      await pool.close();
      await eraser.close();
      await writer.close();
    },
  };
}

/** Looks once whether this is the archive that counts, in its latest state. */
class ArchiveGround {
  private looked: Promise<void> | null = null;

  constructor(private readonly tools: RollBackTools) {}

  /** Throws ARCHIVE_MOVED, ARCHIVE_MOVING, ARCHIVE_RESTORED, AUDIT_ROLLED_BACK and AUDIT_CHECKPOINT_INVALID. */
  async requireSound(): Promise<void> {
    await refuseMovedArchive(this.tools.catalog);
    this.looked ??= suspendWhenRolledBack(this.tools);
    // A failure is looked at again: a person may have mended it.
    await this.looked.catch((error: unknown) => {
      this.looked = null;
      throw error;
    });
  }
}

/** Threads are only started when something has to be analyzed. */
class LazyPool {
  private pool: EnrichPool | null = null;

  constructor(private readonly open: () => EnrichPool) {}

  get(): EnrichPool {
    return (this.pool ??= this.open());
  }

  async close(): Promise<void> {
    await this.pool?.close();
  }
}
