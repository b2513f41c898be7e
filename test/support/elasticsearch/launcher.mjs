import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unprivilegedUser } from './unprivileged-user.mjs';

const runFile = promisify(execFile);

/** Linux ends a process with its parent if asked to: for the case that the supervisor itself is killed. */
function diesWithParent() {
  try {
    return execFileSync('setpriv', ['--help'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).includes('--pdeathsig')
      ? ['setpriv', '--pdeathsig', 'KILL', '--']
      : [];
  } catch {
    return [];
  }
}

/** Starts the programs of an unpacked distribution as processes of this machine. */
class JavaLauncher {
  #environment;
  #distribution;
  #wrapper = diesWithParent();

  constructor(distribution, folder) {
    this.#distribution = distribution;
    const { PATH } = process.env;
    this.#environment = { PATH, HOME: folder, ES_JAVA_HOME: distribution.javaHome, ES_TMPDIR: join(folder, 'tmp') };
  }

  async runTool(name, toolArguments) {
    const options = { ...unprivilegedUser(), env: this.#environment, timeout: 120_000 };
    await runFile(join(this.#distribution.home, 'bin', name), toolArguments, options);
  }

  /** Starts a server in a process group of its own, with its configuration in `configFolder`. */
  startServer(configFolder) {
    const [command, ...words] = [...this.#wrapper, join(this.#distribution.home, 'bin', 'elasticsearch')];
    const env = { ...this.#environment, ES_PATH_CONF: configFolder };
    const child = spawn(command, words, { ...unprivilegedUser(), env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    return { child, signal: async (name) => void process.kill(-child.pid, name) };
  }
}

/** The same in containers that share the network and the folder with this machine. */
class DockerLauncher {
  #image;
  #folder;

  constructor(distribution, folder) {
    this.#image = distribution.image;
    this.#folder = folder;
  }

  #words(name, configFolder) {
    const { uid = process.getuid?.() ?? 1000 } = unprivilegedUser();
    const variables = [`ES_PATH_CONF=${configFolder}`, `ES_TMPDIR=${join(this.#folder, 'tmp')}`].flatMap((each) => ['--env', each]);
    const where = ['--network', 'host', '--volume', `${this.#folder}:${this.#folder}`, '--user', `${uid}:0`];
    return ['run', '--rm', '--name', name, ...where, ...variables, this.#image];
  }

  async runTool(name, toolArguments) {
    const words = this.#words(`holdfast-test-${randomBytes(6).toString('hex')}`, '/usr/share/elasticsearch/config');
    await runFile('docker', [...words, `bin/${name}`, ...toolArguments], { timeout: 120_000 });
  }

  startServer(configFolder) {
    const name = `holdfast-test-${randomBytes(6).toString('hex')}`;
    const child = spawn('docker', this.#words(name, configFolder), { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const signal = async (kind) => void (await runFile('docker', ['kill', '--signal', kind, name], { timeout: 60_000 }));
    return { child, signal };
  }
}

/** Whoever can start the programs of the distribution. `folder` holds all that they read and write. */
export function launcherOf(distribution, folder) {
  return distribution.kind === 'docker' ? new DockerLauncher(distribution, folder) : new JavaLauncher(distribution, folder);
}
