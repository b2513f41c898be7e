import { describe, it } from '@jest/globals';
import { SupervisorClient } from './supervisor-client.mjs';

/**
 * Describes a suite that needs a server. If there is none (`found` tells the reason) it is skipped, and its tests are counted so; in CI it
 * fails.
 */
export function describeWithElasticsearch(found: object | { readonly reason: string }, title: string, suite: () => void): void {
  if (!('reason' in found)) {
    describe(title, suite);
  } else if (process.env['CI'] === 'true') {
    describe(title, () => {
      it('has an Elasticsearch server', () => {
        throw new Error(`There is no Elasticsearch server: ${String(found.reason)}`);
      });
    });
  } else {
    describe.skip(title, suite);
  }
}

/** Whether a suite can start servers of its own (a given server is none that may be killed); `{ reason }` if not. Starts none. */
export async function findOwnElasticsearch(): Promise<object | { readonly reason: string }> {
  const supervisor = new SupervisorClient();
  try {
    return (await supervisor.request('find', {})) as object;
  } finally {
    await supervisor.close();
  }
}
