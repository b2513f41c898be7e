import type { Command } from 'commander';
import { registerDispositionCertificate } from './disposition-certificate.js';
import { registerDispositionErasure } from './disposition-erasure.js';
import { registerDispositionReading } from './disposition-reading.js';
import { registerDispositionRun } from './disposition-run.js';

/** Adds `disposition` with what it can do, in the order in which it is done. */
export function registerDispositionCommand(program: Command): void {
  const disposition = program
    .command('disposition')
    .description('destroy what rules let go and no hold covers: propose, approve as another person, run, remove the bytes, certify');
  registerDispositionRun(disposition);
  registerDispositionReading(disposition);
  registerDispositionCertificate(disposition);
  registerDispositionErasure(disposition);
}
