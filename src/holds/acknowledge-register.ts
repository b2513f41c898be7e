import type { Actor } from '../access/people.js';
import type { AuditLog } from '../audit/audit-log.js';
import { refuseRolledBackAudit, type CheckpointSettings } from '../audit/refuse-rolled-back-audit.js';
import { readArchiveState, refuseRestored } from '../catalog/archive-state.js';
import type { CatalogStore } from '../catalog/catalog-store.js';
import { HoldfastError } from '../errors/errors.js';
import type { HoldRegister } from './hold-register.js';
import { RegisterStore } from './register-store.js';

export interface AcknowledgeTools {
  readonly catalog: CatalogStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly settings: CheckpointSettings;
}

/**
 * Lets disposition go on after a restore, or after something did not agree: the administrator has looked at the register and says that every
 * hold is in it. Returns it. Throws INPUT_INVALID when it is not suspended, or another person acts, ARCHIVE_RESTORED before certificates
 * were replayed, AUDIT_ROLLED_BACK while the exported checkpoints know more than the audit, AUDIT_UNAVAILABLE.
 */
export async function acknowledgeRegister({ catalog, audit, settings }: AcknowledgeTools, actor: Actor): Promise<HoldRegister> {
  if (actor !== 'administrator') throw new HoldfastError('INPUT_INVALID', 'Only the administrator acknowledges the register.');
  refuseRestored((await readArchiveState(catalog))?.value ?? null);
  const registers = new RegisterStore(catalog);
  const { suspended } = (await registers.read()).register;
  if (suspended === null) throw new HoldfastError('INPUT_INVALID', 'Disposition is not suspended.');
  await refuseRolledBackAudit(catalog, settings);
  await audit.append({ kind: 'register_acknowledged', viewer: actor, reason: suspended.reason });
  // What was suspended anew meanwhile, nobody has acknowledged.
  const { register } = await registers.change((found) =>
    found.suspended?.since === suspended.since && found.suspended.reason === suspended.reason ? { suspended: null } : null,
  );
  return register;
}
