import { BROKER_VARIABLE, ElasticsearchBroker } from './broker.mjs';

/** Before the suites: somebody whom they can ask for a server, unless whoever runs Jest provides one. */
export default async function setUp() {
  if (process.env[BROKER_VARIABLE]) return;
  globalThis.elasticsearchBroker = await ElasticsearchBroker.start();
  process.env[BROKER_VARIABLE] = globalThis.elasticsearchBroker.address;
}
