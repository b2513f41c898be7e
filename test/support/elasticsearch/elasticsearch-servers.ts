import { SupervisorClient } from './supervisor-client.mjs';

export interface ServerUser {
  readonly name: string;
  readonly password: string;
  readonly roles: readonly string[];
}

export interface ServerSecurity {
  readonly users: readonly ServerUser[];
  /** By name, as in roles.yml: `{ cluster: ['monitor'], indices: [{ names, privileges }] }`. `superuser` exists anyway. */
  readonly roles: Readonly<Record<string, unknown>>;
  /** HTTPS with a certificate authority of its own. Several nodes need it. */
  readonly tls: boolean;
}

export interface ServerOptions {
  /** How many that form one cluster; 1 by default. */
  readonly nodes?: number;
  /** Of each node, as the virtual machine takes it; `512m` by default. */
  readonly heap?: string;
  /** True by default: starts and first requests cost less, long work runs slower. False where speed is measured. */
  readonly isShortLived?: boolean;
  /** Further settings of elasticsearch.yml, by their full names, for every node. */
  readonly settings?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  /** Off by default. */
  readonly security?: ServerSecurity | null;
}

/**
 * What to wait for after a start: `healthy` is yellow or green and together with every other server that runs, `answering` is any answer
 * over HTTP (all that can be had while most servers are down).
 */
export type ReadyState = 'healthy' | 'answering' | 'nothing';

interface Described {
  readonly version: string;
  readonly source: string;
  readonly folder: string;
  readonly authority: string | null;
  readonly superuser: { readonly name: string; readonly password: string } | null;
  readonly nodes: readonly {
    readonly url: string;
    readonly transportPort: number;
    readonly dataFolder: string;
    readonly logFile: string;
  }[];
}

/** One server of a cluster of our own. Its data, ports and address stay the same over every end and start. */
export class ElasticsearchServer {
  constructor(
    private readonly supervisor: SupervisorClient,
    private readonly index: number,
    readonly url: string,
    /** Where its indices are, for those who look for erased text in them. */
    readonly dataFolder: string,
    /** What it printed, all starts together. */
    readonly logFile: string,
  ) {}

  /** Ends it by SIGKILL and waits for that. Nothing if it does not run. */
  async kill(): Promise<void> {
    await this.supervisor.request('end', { node: this.index, signal: 'SIGKILL' });
  }

  /** Ends it by SIGTERM and waits for that. Nothing if it does not run. */
  async stop(): Promise<void> {
    await this.supervisor.request('end', { node: this.index, signal: 'SIGTERM' });
  }

  /** Starts it again. Throws if it runs, or ends before it is ready. */
  async start(wait: ReadyState = 'healthy'): Promise<void> {
    await this.supervisor.request('start', { node: this.index, wait });
  }

  /** Stops its clock (SIGSTOP): connections stay open, nothing is answered. */
  async pause(): Promise<void> {
    await this.supervisor.request('signal', { node: this.index, signal: 'SIGSTOP' });
  }

  async resume(): Promise<void> {
    await this.supervisor.request('signal', { node: this.index, signal: 'SIGCONT' });
  }
}

/** Servers of our own, for suites that break them. They end with the process that started them, however it ends. */
export class ElasticsearchServers {
  readonly servers: readonly ElasticsearchServer[];

  private constructor(
    private readonly supervisor: SupervisorClient,
    private readonly described: Described,
  ) {
    this.servers = described.nodes.map(({ url, dataFolder, logFile }, index) => {
      return new ElasticsearchServer(supervisor, index, url, dataFolder, logFile);
    });
  }

  /** Starts them and waits until all are ready: 7 to 40 seconds. Throws with the reason if no server can be had. */
  static async start(options: ServerOptions = {}): Promise<ElasticsearchServers> {
    const supervisor = new SupervisorClient();
    try {
      const opened = (await supervisor.request('open', options)) as Described | { reason: string };
      if ('reason' in opened) throw new Error(`there is no Elasticsearch server to start: ${opened.reason}`);
      return new ElasticsearchServers(supervisor, opened);
    } catch (error) {
      await supervisor.close();
      throw error;
    }
  }

  get urls(): readonly string[] {
    return this.servers.map(({ url }) => url);
  }

  /** The version and where it came from. */
  get about(): string {
    return `Elasticsearch ${this.described.version} from ${this.described.source}`;
  }

  /** PEM text of the authority that signed the certificates; null without TLS. */
  get authority(): string | null {
    return this.described.authority;
  }

  /** An account that may do everything; null without security. */
  get superuser(): { readonly name: string; readonly password: string } | null {
    return this.described.superuser;
  }

  /** All that the servers own; removed by `close`. */
  get folder(): string {
    return this.described.folder;
  }

  /** The process whose children the servers are. */
  get supervisorPid(): number {
    return this.supervisor.pid;
  }

  /** Kills the servers and removes all that they stored. */
  async close(): Promise<void> {
    await this.supervisor.close();
  }
}
