import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerError } from './answer-error.js';

type Next = (error?: unknown) => void;

const OWN_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
/** Load balancers call a server by whatever address it has; these paths show nothing of the archive. */
const FOR_EVERYBODY = ['/health/live', '/health/ready'];

/**
 * Answers only requests whose Host header names this machine's loopback interface and the port they came in on. A page
 * of another site that makes its name point here (DNS rebinding) still sends its own name. `anyPort`: a container is published
 * on the loopback interface under a port that it does not know.
 */
export function refuseForeignHosts({ anyPort }: { readonly anyPort: boolean }) {
  return (request: IncomingMessage, response: ServerResponse, next: Next): void => {
    const host = request.headers.host?.toLowerCase();
    const { localPort } = request.socket;
    const isOwn = OWN_NAMES.some((name) =>
      anyPort ? host?.replace(/:\d{1,5}$/, '') === name : host === `${name}:${localPort}` || (localPort === 80 && host === name),
    );
    const isForEverybody = request.method === 'GET' && FOR_EVERYBODY.includes(request.url ?? '');
    if (isOwn || isForEverybody) next();
    else answerError(response, 'HOST_REFUSED');
  };
}
