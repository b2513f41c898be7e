import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ElasticsearchServers } from '../test/support/elasticsearch/elasticsearch-servers.js';
import type { Deployment, Site } from './deployment.js';
import { RawCluster } from './raw-cluster.js';

/** Remembers the prefix of a run whose directory is kept. */
const PREFIX_FILE = 'elasticsearch-prefix';

interface NodeFacts {
  readonly version: string;
  readonly jvm: { readonly version: string; readonly mem: { readonly heap_max_in_bytes: number } };
  readonly os: { readonly allocated_processors: number };
}

/** Archives in an Elasticsearch server: one that was started for the run and ends with it, or one that somebody else runs. */
export class ElasticsearchSite implements Site {
  readonly raw: RawCluster;

  private constructor(
    private readonly url: string,
    /** Begins the names of all indices of the run. */
    private readonly prefix: string,
    private readonly servers: ElasticsearchServers | null,
  ) {
    this.raw = new RawCluster(url);
  }

  /** Starts a server with so much memory, unless HOLDFAST_ELASTICSEARCH_URL names one. Throws where there is none to start. */
  static async open(directory: string, heap: string): Promise<ElasticsearchSite> {
    const given = process.env['HOLDFAST_ELASTICSEARCH_URL'];
    if (given) return new ElasticsearchSite(given.replace(/\/$/, ''), prefixOf(directory), null);
    const servers = await ElasticsearchServers.start({ heap, isShortLived: false });
    return new ElasticsearchSite(servers.urls[0]!, prefixOf(directory), servers);
  }

  get outlivesRun(): boolean {
    return this.servers === null;
  }

  async describe(): Promise<string> {
    const { nodes } = await this.raw.ask<{ nodes: Record<string, NodeFacts> }>('GET', '/_nodes/_all/jvm,os');
    const facts = Object.values(nodes).map(
      ({ version, jvm, os }) =>
        `Elasticsearch ${version}, heap ${(jvm.mem.heap_max_in_bytes / 2 ** 30).toFixed(1)} GiB, ${os.allocated_processors} cores, Java ${jvm.version}`,
    );
    return `${facts.join('; ')}; ${this.servers === null ? 'a running server' : 'started for this run, on the same cores as everything else'}`;
  }

  deploymentOf(directory: string, name: string): Deployment {
    const dataDirectory = join(directory, `${name}-elasticsearch`);
    return {
      dataDirectory,
      variables: {
        HOLDFAST_DATA_DIR: dataDirectory,
        HOLDFAST_ENGINE: 'elasticsearch',
        HOLDFAST_ELASTICSEARCH_URL: this.url,
        HOLDFAST_ELASTICSEARCH_PREFIX: `${this.prefix}-${name}`,
      },
    };
  }

  /** The alias that the messages of an archive are read through. */
  messagesOf({ variables }: Deployment): string {
    return `${variables['HOLDFAST_ELASTICSEARCH_PREFIX']}-messages`;
  }

  /** A name for an index beside the archives; removed with them. */
  indexBeside(name: string): string {
    return `${this.prefix}-beside-${name}`;
  }

  async clear({ dataDirectory, variables }: Deployment): Promise<void> {
    await this.raw.removeIndices(`${variables['HOLDFAST_ELASTICSEARCH_PREFIX']}-`);
    rmSync(dataDirectory, { recursive: true, force: true });
  }

  /** Removes every index of the run. */
  removeAll(): Promise<void> {
    return this.raw.removeIndices(`${this.prefix}-`);
  }

  async close(): Promise<void> {
    this.raw.close();
    await this.servers?.close();
  }
}

function prefixOf(directory: string): string {
  const file = join(directory, PREFIX_FILE);
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const prefix = `holdfast-bench-${randomBytes(4).toString('hex')}`;
  writeFileSync(file, `${prefix}\n`);
  return prefix;
}
