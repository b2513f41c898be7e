import { Command } from 'commander';
import { registerAuditCommand } from './cli/audit.command.js';
import { registerBackupCommand } from './cli/backup.command.js';
import { registerBackupsCommand } from './cli/backups.command.js';
import { registerDispositionCommand } from './cli/disposition.command.js';
import { registerEngineCommand } from './cli/engine.command.js';
import { registerGapsCommand } from './cli/gaps.command.js';
import { registerHoldCommand } from './cli/hold.command.js';
import { registerImportCommand } from './cli/import.command.js';
import { registerMatterCommand } from './cli/matter.command.js';
import { registerRecallsCommand } from './cli/recalls.command.js';
import { registerReindexCommand } from './cli/reindex.command.js';
import { registerRestoreCommand } from './cli/restore.command.js';
import { registerRetentionCommand } from './cli/retention.command.js';
import { registerRunsCommand } from './cli/runs.command.js';
import { registerSearchCommand } from './cli/search.command.js';
import { registerServeCommand } from './cli/serve.command.js';
import { registerSweepCommand } from './cli/sweep.command.js';
import { registerTermsCommand } from './cli/terms.command.js';
import { registerVerifyCommand } from './cli/verify.command.js';

const program = new Command('holdfast')
  .description(
    'Full-text search over archived business chats: every hit, and what could not be searched. Settings: HOLDFAST_... in the environment.',
  )
  .showHelpAfterError('(holdfast --help tells more)');

registerImportCommand(program);
registerRunsCommand(program);
registerSearchCommand(program);
registerTermsCommand(program);
registerRecallsCommand(program);
registerGapsCommand(program);
registerServeCommand(program);
registerVerifyCommand(program);
registerSweepCommand(program);
registerReindexCommand(program);
registerEngineCommand(program);
registerAuditCommand(program);
registerMatterCommand(program);
registerHoldCommand(program);
registerRetentionCommand(program);
registerDispositionCommand(program);
registerBackupCommand(program);
registerBackupsCommand(program);
registerRestoreCommand(program);

await program.parseAsync();
