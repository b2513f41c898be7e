/** Where the cluster is, and who asks. Empty strings: not set. */
export interface ElasticsearchSettings {
  /** One or more addresses of nodes of one cluster, `https://host:port`. */
  readonly urls: readonly string[];
  /** Begins the name of every index and alias. */
  readonly prefix: string;
  readonly username: string;
  readonly password: string;
  /** Base64 of `id:key`; stands in for name and password. */
  readonly apiKey: string;
  /** PEM file of the certificate authority that signed the nodes' certificates. */
  readonly caFile: string;
  /** Primary shards of an index that is made new. */
  readonly shards: number;
  /** Milliseconds that opening waits for the cluster to answer. */
  readonly startTimeout: number;
}
