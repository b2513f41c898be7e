import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { Inject } from '@nestjs/common';
import { Plugin } from '@nestjs/apollo';
import type { RequestContext } from '../access/request-context.js';
import { findHoldfastError } from '../errors/format-error.js';
import { AuditRefusals } from './audit-refusals.js';

/** Puts refusals into the audit that no service saw: limits, times without an offset, parameters out of range. */
@Plugin()
export class RecordRefusalsPlugin implements ApolloServerPlugin<RequestContext> {
  constructor(@Inject(AuditRefusals) private readonly refusals: AuditRefusals) {}

  async requestDidStart(): Promise<GraphQLRequestListener<RequestContext>> {
    return {
      didEncounterErrors: async ({ errors, contextValue }) => {
        for (const error of errors) {
          const refusal = findHoldfastError(error);
          if (refusal !== null) await this.refusals.record(contextValue.viewer.name, refusal);
        }
      },
    };
  }
}
