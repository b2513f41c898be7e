/** After the suites: the server ends with them. */
export default async function tearDown() {
  await globalThis.elasticsearchBroker?.close();
}
