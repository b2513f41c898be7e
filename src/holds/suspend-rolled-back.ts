import type { AuditLog } from '../audit/audit-log.js';
import { refuseRolledBackAudit, type CheckpointSettings } from '../audit/refuse-rolled-back-audit.js';
import type { CatalogStore } from '../catalog/catalog-store.js';
import type { Clock } from '../domain/clock.js';
import { HoldfastError } from '../errors/errors.js';
import { RegisterStore } from './register-store.js';

const REASON = 'audit_rolled_back';

export interface RollBackTools {
  readonly catalog: CatalogStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
  readonly settings: CheckpointSettings;
}

/**
 * Suspends disposition, and throws AUDIT_ROLLED_BACK, when an older state of the archive was put back unannounced: what was destroyed since may
 * be there again, and holds that came since may be missing. To be called before anything is destroyed. Also throws AUDIT_CHECKPOINT_INVALID.
 */
export async function suspendWhenRolledBack({ catalog, audit, clock, settings }: RollBackTools): Promise<void> {
  try {
    await refuseRolledBackAudit(catalog, settings);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'AUDIT_ROLLED_BACK') {
      const registers = new RegisterStore(catalog);
      if ((await registers.read()).register.suspended === null) {
        await registers.change(({ suspended }) => (suspended === null ? { suspended: { reason: REASON, since: clock.now() } } : null));
        await audit.append({ kind: 'register_suspended', viewer: 'system', reason: REASON });
      }
    }
    throw error;
  }
}
