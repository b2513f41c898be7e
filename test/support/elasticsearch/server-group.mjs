import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDistribution } from './distribution.mjs';
import { freePorts } from './free-ports.mjs';
import { launcherOf } from './launcher.mjs';
import { copyCertificates, makeCertificates, securitySettings, writeUsers } from './security-files.mjs';
import { ServerProcess } from './server-process.mjs';
import { unprivilegedUser } from './unprivileged-user.mjs';

/** The image has parts that the small distribution lacks; they would only take memory, or ask the network. */
const SETTINGS_OF_IMAGE = { 'xpack.ml.enabled': false, 'ingest.geoip.downloader.enabled': false };

/** Servers of tests live for minutes: to compile thoroughly would cost them more than it brings. */
const SHORT_LIVED = ['-XX:TieredStopAtLevel=1'];

const SNAPSHOTS = 'snapshots';

const LOG_SETTINGS = `rootLogger.level = info
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %m%n
`;

/** One or several servers that form a cluster, with everything they own in one temporary folder. */
export class ServerGroup {
  #folder = null;
  #servers = [];
  #isClosed = false;

  /**
   * Starts them and waits until all are ready. Options: `nodes` (1), `heap` ('512m'), `isShortLived` (true), `settings` (further ones, for
   * every node), `security` (null, or `{ users, roles, tls }`). Returns `{ version, source, folder, authority, superuser, nodes: [{ url,
   * transportPort, dataFolder, logFile }] }`, or `{ reason }` if there is no server to start.
   */
  async open(options) {
    const distribution = await findDistribution();
    if (distribution.reason !== undefined) return distribution;
    try {
      return await this.#start(distribution, options);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Starts a server again. `wait`: 'healthy' (it sees every running server), 'answering' or 'nothing'. */
  async startNode(index, wait) {
    const server = this.#servers[index];
    server.start();
    if (wait === 'nothing') return;
    await server.untilReady(wait === 'healthy' ? this.#servers.filter(({ isRunning }) => isRunning).length : null);
  }

  /** Ends a server by a signal and waits for the end. */
  endNode(index, signal) {
    return this.#servers[index].end(signal);
  }

  signalNode(index, signal) {
    return this.#servers[index].signal(signal);
  }

  /** Kills what runs and removes the folder. Nothing starts any more. */
  async close() {
    this.#isClosed = true;
    await Promise.all(this.#servers.map((server) => server.end('SIGKILL')));
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #start(distribution, { nodes = 1, heap = '512m', isShortLived = true, settings = {}, security = null }) {
    this.#folder = mkdtempSync(join(tmpdir(), 'holdfast-elasticsearch-'));
    mkdirSync(join(this.#folder, 'tmp'));
    mkdirSync(join(this.#folder, SNAPSHOTS));
    giveAway(this.#folder);
    const launcher = launcherOf(distribution, this.#folder);
    const certificates = security?.tls ? await this.#makeCertificates(launcher) : null;
    const superuser = security === null ? null : { name: 'holdfast_test_superuser', password: randomBytes(12).toString('hex') };
    const ports = await freePorts(2 * nodes);
    const plans = Array.from({ length: nodes }, (_, index) => this.#plan(index, ports[2 * index], ports[2 * index + 1], certificates));
    const all = {
      ...(distribution.kind === 'docker' ? SETTINGS_OF_IMAGE : {}),
      ...clusterSettings(plans),
      // Where repositories of snapshots may be.
      'path.repo': join(this.#folder, SNAPSHOTS),
      ...(security === null ? { 'xpack.security.enabled': false } : securitySettings(certificates !== null)),
      ...settings,
    };
    const authorization = superuser && `Basic ${Buffer.from(`${superuser.name}:${superuser.password}`).toString('base64')}`;
    const authority = certificates === null ? null : readFileSync(certificates.authority, 'utf8');
    const machine = [`-Xms${heap}`, `-Xmx${heap}`, ...(isShortLived ? SHORT_LIVED : [])];
    for (const plan of plans) {
      writeConfiguration(distribution, plan, { ...all, ...plan.settings }, machine);
      if (certificates !== null) copyCertificates(certificates, plan.configFolder);
      if (security !== null) {
        const users = [...security.users, { ...superuser, roles: ['superuser'] }];
        writeUsers(plan.configFolder, users, security.roles);
      }
      this.#servers.push(new ServerProcess(launcher, plan, { url: plan.url, authorization, authority }));
    }
    giveAway(this.#folder);
    if (this.#isClosed) throw new Error('closed while it started');
    for (const server of this.#servers) server.start();
    await Promise.all(this.#servers.map((server) => server.untilReady(nodes)));
    const { version, source } = distribution;
    const shown = plans.map(({ url, transportPort, dataFolder, logFile }) => ({ url, transportPort, dataFolder, logFile }));
    return { version, source, folder: this.#folder, authority, superuser, nodes: shown };
  }

  async #makeCertificates(launcher) {
    const folder = join(this.#folder, 'certificates');
    mkdirSync(folder);
    giveAway(folder);
    return makeCertificates(folder, (name, words) => launcher.runTool(name, words));
  }

  #plan(index, httpPort, transportPort, certificates) {
    const name = `node-${index + 1}`;
    const folder = join(this.#folder, name);
    const [configFolder, dataFolder, logFolder] = ['config', 'data', 'logs'].map((part) => join(folder, part));
    return {
      name,
      transportPort,
      configFolder,
      dataFolder,
      logFolder,
      logFile: join(logFolder, 'server.log'),
      url: `${certificates === null ? 'http' : 'https'}://127.0.0.1:${httpPort}`,
      settings: {
        'node.name': name,
        'path.data': dataFolder,
        'path.logs': logFolder,
        'http.port': httpPort,
        'transport.port': transportPort,
      },
    };
  }
}

function clusterSettings(plans) {
  const discovery =
    plans.length === 1
      ? { 'discovery.type': 'single-node' }
      : {
          'discovery.seed_hosts': plans.map(({ transportPort }) => `127.0.0.1:${transportPort}`),
          'cluster.initial_master_nodes': plans.map(({ name }) => name),
        };
  return {
    'cluster.name': `holdfast-test-${randomBytes(6).toString('hex')}`,
    'network.host': '127.0.0.1',
    // A developer's disk may be nearly full; the suites that try a full disk say so themselves.
    'cluster.routing.allocation.disk.threshold_enabled': false,
    ...discovery,
  };
}

function writeConfiguration(distribution, { configFolder, dataFolder, logFolder }, settings, machine) {
  for (const folder of [configFolder, dataFolder, logFolder, join(configFolder, 'jvm.options.d')]) mkdirSync(folder, { recursive: true });
  const options =
    distribution.kind === 'java'
      ? readFileSync(join(distribution.home, 'config', 'jvm.options'), 'utf8').split('\n')
      : ['-XX:+ExitOnOutOfMemoryError', '-Djava.io.tmpdir=${ES_TMPDIR}'];
  // Neither dumps nor logs of the garbage collector: gigabytes beside the folder of a test.
  writeFileSync(join(configFolder, 'jvm.options'), options.filter((line) => !/HeapDump|Xlog:gc/.test(line)).join('\n'));
  writeFileSync(join(configFolder, 'log4j2.properties'), LOG_SETTINGS);
  writeFileSync(join(configFolder, 'jvm.options.d', 'holdfast.options'), `${machine.join('\n')}\n`);
  // JSON is YAML.
  const lines = Object.entries(settings).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  writeFileSync(join(configFolder, 'elasticsearch.yml'), `${lines.join('\n')}\n`);
}

/** Hands a folder and all in it to the user that runs the servers. */
function giveAway(folder) {
  const { uid, gid } = unprivilegedUser();
  chmodSync(folder, 0o700);
  if (uid === undefined) return;
  const paths = readdirSync(folder, { recursive: true }).map((path) => join(folder, path));
  for (const path of [folder, ...paths]) chownSync(path, uid, gid);
}
