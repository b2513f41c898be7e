import { errors } from '@elastic/elasticsearch';
import { HoldfastError } from '../../errors/errors.js';
import { Cluster } from './cluster.js';
import type { ElasticsearchSettings } from './elasticsearch-settings.js';
import { failureOf, toEngineError, type Failure } from './engine-error.js';
import { requireSupportedVersions } from './server-version.js';

/** Milliseconds for one try. */
const TRY_DEADLINE = 5_000;
const PAUSE = 250;
/** HTTP statuses of a node that is starting or overloaded, or has no master yet; 0: no answer. */
const PASSING = new Set([0, 408, 429, 502, 503, 504]);

/**
 * Connects to the cluster and waits until it answers and has a master, as long as the settings say. Throws ENGINE_UNAVAILABLE with
 * the addresses it tried, at once ENGINE_ACCESS_DENIED when the account is refused or a certificate not trusted, ENGINE_UNSUPPORTED
 * for a node of another version or product, CONFIG_INVALID when the file of the authority cannot be read.
 */
export async function openCluster(settings: ElasticsearchSettings): Promise<Cluster> {
  const cluster = new Cluster(settings);
  return closedUnlessMade(cluster, async () => {
    requireSupportedVersions(await awaitVersions(cluster));
    return cluster;
  });
}

/** Connects, and makes what lives on the connection from then on. Nothing stays open where that fails. */
export async function openOnCluster<Made>(settings: ElasticsearchSettings, make: (cluster: Cluster) => Promise<Made>): Promise<Made> {
  const cluster = await openCluster(settings);
  return closedUnlessMade(cluster, () => make(cluster));
}

async function closedUnlessMade<Made>(cluster: Cluster, make: () => Promise<Made>): Promise<Made> {
  try {
    return await make();
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

async function awaitVersions(cluster: Cluster): Promise<readonly string[]> {
  const end = performance.now() + cluster.settings.startTimeout;
  for (;;) {
    try {
      return await versionsOf(cluster);
    } catch (error) {
      const failure = failureOf(error);
      if (failure === null || !PASSING.has(failure.status)) throw toEngineError(error);
      requireTrust(error);
      if (error instanceof errors.ProductNotSupportedError) {
        throw new HoldfastError('ENGINE_UNSUPPORTED', 'What answers there is no Elasticsearch.', {}, { cause: error });
      }
      if (performance.now() + PAUSE > end) throw unreachable(cluster, failure, error);
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

/** The versions of all nodes; `info` and `ping` fail on some distributions. Health first: it answers when there is a master only. */
async function versionsOf({ client }: Cluster): Promise<readonly string[]> {
  const limits = { requestTimeout: TRY_DEADLINE, maxRetries: 0 };
  await client.cluster.health({ timeout: '1s', master_timeout: '2s' }, limits);
  const { nodes } = await client.nodes.info({ filter_path: 'nodes.*.version', timeout: '2s' }, limits);
  return Object.values(nodes).map(({ version }) => version);
}

/** Time does not mend a certificate. */
function requireTrust(error: unknown): void {
  const reason = connectionProblem(error);
  if (reason === null || !/certificate|PEM routines/i.test(reason)) return;
  const detail = `Its certificate is not trusted (${reason}): name the file of its authority with HOLDFAST_ELASTICSEARCH_CA_FILE.`;
  throw new HoldfastError('ENGINE_ACCESS_DENIED', detail, { reason }, { cause: error });
}

function unreachable({ settings: { urls, startTimeout } }: Cluster, failure: Failure, cause: unknown): HoldfastError {
  const reason = connectionProblem(cause) ?? (failure.status === 0 ? failure.types[0]! : `status ${failure.status}`);
  const detail = `Tried ${urls.join(', ')} for ${Math.round(startTimeout / 1_000)} s: ${reason}.`;
  return new HoldfastError('ENGINE_UNAVAILABLE', detail, { addresses: urls, reason }, { cause });
}

/** As ECONNREFUSED, or the words of the system where they have no such code: the driver keeps no more, and they hold no content. */
function connectionProblem(error: unknown): string | null {
  if (!(error instanceof errors.ConnectionError)) return null;
  return /\bE[A-Z]{4,}\b/.exec(error.message)?.[0] ?? error.message.replace(/ - Local: .*/, '');
}
