import type { Command } from 'commander';
import { registerEngineMigrate } from './engine-migrate.js';
import { registerEngineStatus } from './engine-status.js';

export function registerEngineCommand(program: Command): void {
  const engine = program.command('engine').description('where the archive is kept');
  registerEngineStatus(engine);
  registerEngineMigrate(engine);
}
