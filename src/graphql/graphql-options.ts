import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import { Logger } from '@nestjs/common';
import { requestContext } from '../access/request-context.js';
import type { Environment } from '../config/env.js';
import { formatError } from '../errors/format-error.js';
import { OPERATION_LIMITS } from './operation-cost.js';

/** How the GraphQL server is set up. Nothing of it reaches beyond this machine, whatever the environment says. */
export function graphqlOptions(environment: Environment): Omit<ApolloDriverConfig, 'driver'> {
  const logger = new Logger('GraphQL');
  return {
    path: '/graphql',
    autoSchemaFile: true,
    // its page would load scripts from a public network; ours is in explorer/
    graphiql: false,
    introspection: environment.HOLDFAST_EXPLORER,
    hideSchemaDetailsFromClientErrors: !environment.HOLDFAST_EXPLORER,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxTokens: OPERATION_LIMITS.tokens },
    context: requestContext,
    formatError: (formatted, error) => ({ ...formatError(formatted, error, (line) => logger.error(line)) }),
    autoTransformHttpErrors: false,
    stopOnTerminationSignals: false,
    // cache control would wrap every field; the reports would go to a public service
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
    ],
  };
}
