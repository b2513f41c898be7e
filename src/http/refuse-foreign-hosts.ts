import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerError } from './answer-error.js';

type Next = (error?: unknown) => void;

const OWN_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Answers only requests whose Host header names this machine's loopback interface and the port they came in on. A page
 * of another site that makes its name point here (DNS rebinding) still sends its own name.
 */
export function refuseForeignHosts(request: IncomingMessage, response: ServerResponse, next: Next): void {
  const host = request.headers.host?.toLowerCase();
  const port = request.socket.localPort;
  const isOwn = OWN_NAMES.some((name) => host === `${name}:${port}` || (port === 80 && host === name));
  if (isOwn) next();
  else answerError(response, 'HOST_REFUSED');
}
