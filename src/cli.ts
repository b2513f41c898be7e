import { Command } from 'commander';
import { registerEngineCommand } from './cli/engine.command.js';
import { registerGapsCommand } from './cli/gaps.command.js';
import { registerImportCommand } from './cli/import.command.js';
import { registerRecallsCommand } from './cli/recalls.command.js';
import { registerReindexCommand } from './cli/reindex.command.js';
import { registerRunsCommand } from './cli/runs.command.js';
import { registerSearchCommand } from './cli/search.command.js';
import { registerServeCommand } from './cli/serve.command.js';
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
registerReindexCommand(program);
registerEngineCommand(program);

await program.parseAsync();
