import { describeFailure } from '../errors/format-error.js';
import { HoldfastError } from '../errors/errors.js';

/** What every command ends with: 0 clean, 1 with something to look at, 2 when it could not be done. */
export type ExitCode = 0 | 1 | 2 | 130;

/** Runs a command and sets the exit code. Errors go to standard error: ours with their code, others without their message. */
export async function runAction(action: () => Promise<ExitCode>): Promise<void> {
  try {
    process.exitCode = await action();
  } catch (error) {
    process.exitCode = 2;
    console.error(
      error instanceof HoldfastError && error.code !== 'INTERNAL'
        ? `${error.code}: ${error.message}`
        : `Something failed inside.\n${describeFailure(error)}`,
    );
  }
}
