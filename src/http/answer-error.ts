import type { ServerResponse } from 'node:http';
import { ERRORS, type ErrorCode } from '../errors/errors.js';

/** An error in the shape of GraphQL's, for what is refused before GraphQL is reached. */
export function answerError(response: ServerResponse, code: ErrorCode): void {
  response.statusCode = ERRORS[code].status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify({ errors: [{ message: ERRORS[code].message, extensions: { code } }] }));
}
