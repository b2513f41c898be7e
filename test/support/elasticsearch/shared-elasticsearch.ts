/** The server that all suites of a run share, or why there is none. */
export type SharedElasticsearch = { readonly url: string; readonly about: string } | { readonly reason: string };

let asked: Promise<SharedElasticsearch> | undefined;

async function ask(): Promise<SharedElasticsearch> {
  const broker = process.env['HOLDFAST_TEST_ELASTICSEARCH_BROKER'];
  if (broker === undefined) return { reason: 'this run was started without the setup of jest.config.mjs' };
  return (await (await fetch(broker)).json()) as SharedElasticsearch;
}

/** Waits for the server; whoever asks first starts it. Suites tell their data apart by the prefix of the index names. */
export function sharedElasticsearch(): Promise<SharedElasticsearch> {
  return (asked ??= ask());
}
