import type { ApolloServerPlugin, BaseContext, GraphQLRequestContextDidResolveOperation, GraphQLRequestListener } from '@apollo/server';
import { Plugin } from '@nestjs/apollo';
import { getVariableValues, GraphQLError, Kind, type DocumentNode, type FragmentDefinitionNode } from 'graphql';
import { ERRORS, HoldfastError } from '../errors/errors.js';
import { checkOperation } from './operation-cost.js';

/** Refuses operations that ask for too much, before anything of them runs. */
@Plugin()
export class LimitOperationsPlugin implements ApolloServerPlugin {
  async requestDidStart(): Promise<GraphQLRequestListener<BaseContext>> {
    return { didResolveOperation: async (context) => refuseTooLarge(context) };
  }
}

function refuseTooLarge({ schema, operation, document, request }: GraphQLRequestContextDidResolveOperation<BaseContext>): void {
  // a name that is none of the document's operations is refused by the execution
  if (operation === undefined) return;
  const variables = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables ?? {});
  // variables that cannot be read are refused by the execution, with the reason
  if (variables.coerced === undefined) return;
  try {
    checkOperation(schema, operation, fragmentsOf(document), variables.coerced);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    throw new GraphQLError(error.message, { originalError: error, extensions: { http: { status: ERRORS[error.code].status } } });
  }
}

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment]));
}
