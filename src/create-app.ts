import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import type { Environment } from './config/env.js';
import { LOG_LEVELS } from './config/env.js';
import { refuseForeignHosts } from './http/refuse-foreign-hosts.js';
import { refuseUnreadableBodies } from './http/refuse-unreadable-bodies.js';
import { securityHeaders } from './http/security-headers.js';

/** The HTTP application, ready to listen. The environment must be the one that `ConfigModule` reads. */
export async function createApp(environment: Environment): Promise<NestExpressApplication> {
  const levels = LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(environment.HOLDFAST_LOG_LEVEL) + 1);
  const app = await NestFactory.create<NestExpressApplication>(AppModule, {
    bodyParser: false,
    logger: ['fatal', ...levels],
    abortOnError: false,
  });
  return configureApp(app, environment);
}

/** Everything in front of GraphQL, in the order in which requests meet it. */
export function configureApp(app: NestExpressApplication, environment: Environment): NestExpressApplication {
  app.set('etag', false);
  app.use(refuseForeignHosts({ anyPort: environment.HOLDFAST_UNAUTHENTICATED === 'container' }));
  app.use(securityHeaders());
  app.useBodyParser('json', { limit: environment.HOLDFAST_MAX_REQUEST_BYTES });
  app.use(refuseUnreadableBodies);
  app.enableShutdownHooks();
  return app;
}
