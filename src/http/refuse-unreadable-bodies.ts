import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerError } from './answer-error.js';

/** Errors of the body parser (too large, no JSON, wrong encoding) in our own shape. Express knows it by its four parameters. */
export function refuseUnreadableBodies(
  error: { readonly type?: string },
  _request: IncomingMessage,
  response: ServerResponse,
  _next: unknown,
): void {
  answerError(response, error.type === 'entity.too.large' ? 'REQUEST_TOO_LARGE' : 'GRAPHQL_INVALID');
}
