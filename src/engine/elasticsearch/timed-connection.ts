import { UndiciConnection } from '@elastic/elasticsearch';

/** Milliseconds between two pieces of an answer that has begun. `pipelining`: as it is anyway. */
const POOL = { pipelining: 1, bodyTimeout: 30_000 };

/**
 * Connection on which each request has the time limit that it was given. The driver's own ends every request after the client's
 * default at the latest, whatever longer limit the request has: its pool of sockets is made with that.
 */
export class TimedConnection extends UndiciConnection {
  constructor(options: ConstructorParameters<typeof UndiciConnection>[0]) {
    super({ ...options, timeout: 0, agent: POOL });
  }
}
