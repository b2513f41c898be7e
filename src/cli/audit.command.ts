import type { Command } from 'commander';
import { registerAuditCheckpoint } from './audit-checkpoint.js';
import { registerAuditExport } from './audit-export.js';
import { registerAuditKey } from './audit-key.js';
import { registerAuditVerify } from './audit-verify.js';

export function registerAuditCommand(program: Command): void {
  const audit = program.command('audit').description('what was done: exported, signed, and verified without the archive');
  registerAuditExport(audit);
  registerAuditVerify(audit);
  registerAuditCheckpoint(audit);
  registerAuditKey(audit);
}
