import { Logger } from '@nestjs/common';
import { loadEnvironment } from './config/env.js';
import { HoldfastError } from './errors/errors.js';
import { describeFailure } from './errors/format-error.js';
import { startServer } from './start-server.js';

try {
  const { url } = await startServer(loadEnvironment());
  process.stdout.write(`Listening at ${url}\n`);
} catch (error) {
  new Logger('Holdfast').fatal(error instanceof HoldfastError ? error.message : describeFailure(error));
  process.exitCode = 1;
}
