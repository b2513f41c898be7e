import { Global, Module } from '@nestjs/common';
import { Clock, SystemClock } from '../domain/clock.js';
import { Environment, loadEnvironment } from './env.js';

/** The settings and the time. */
@Global()
@Module({
  providers: [
    { provide: Environment, useFactory: () => loadEnvironment() },
    { provide: Clock, useClass: SystemClock },
  ],
  exports: [Environment, Clock],
})
export class ConfigModule {}
