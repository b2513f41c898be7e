import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CliModule } from './cli.module.js';

/** Opens the archive that the environment names, hands its services to the action, and closes it. */
export async function withServices<Result>(action: (services: INestApplicationContext) => Promise<Result>): Promise<Result> {
  const services = await NestFactory.createApplicationContext(CliModule, { logger: ['fatal'], abortOnError: false });
  try {
    return await action(services);
  } finally {
    await services.close();
  }
}
