import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzip } from './unzip.mjs';

const VERSION = '8.19.21';
const ARTIFACT = `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${VERSION}:zip`;
const SHA512 =
  'cf6b0a93860d329937ae7f913ec5073b0c726c77639764b93fc83a304aa1dd9d4defcfa2849948eea3b0b47c2065f994908603939fc2a4774c9c4d868c5ec1dd';
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
const IMAGE = `docker.elastic.co/elasticsearch/elasticsearch:${VERSION}`;
const MINUTE = 60_000;

const runFile = promisify(execFile);

/** Outside the repository. Root's own folder is closed to the user that will run the server. */
function cacheFolder() {
  const given = process.env.HOLDFAST_TEST_CACHE_DIR;
  if (given) return given;
  if (process.getuid?.() === 0) return '/var/cache/holdfast';
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'holdfast');
}

function javaCandidates() {
  const homes = [process.env.ES_JAVA_HOME, process.env.JAVA_HOME].filter(Boolean);
  const installed = '/usr/lib/jvm';
  if (existsSync(installed)) homes.push(...readdirSync(installed).map((name) => join(installed, name)));
  return ['java', ...homes.map((home) => join(home, 'bin', 'java'))];
}

/** The home of a Java of version 17 or later, or null. */
async function findJava() {
  for (const java of javaCandidates()) {
    try {
      const { stderr } = await runFile(java, ['-XshowSettings:properties', '-version'], { timeout: MINUTE });
      const version = /java\.specification\.version = (\d+)/.exec(stderr)?.[1];
      const home = /java\.home = (.+)/.exec(stderr)?.[1];
      if (Number(version) >= 17 && home !== undefined) return home.trim();
    } catch {
      // Not there, or not a Java: the next one.
    }
  }
  return null;
}

/** Downloads by Maven, checks and unpacks; complete under its last name or not there. Other processes may be at the same. */
async function download(home) {
  const folder = join(cacheFolder(), `download-${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(folder, { recursive: true });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    await runFile('mvn', ['-q', '-B', COPY, `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${folder}`], {
      cwd: folder,
      timeout: 15 * MINUTE,
    });
    const zip = join(folder, `elasticsearch-${VERSION}.zip`);
    if (createHash('sha512').update(readFileSync(zip)).digest('hex') !== SHA512) throw new Error('the checksum of the download is wrong');
    unzip(zip, folder);
    if (!existsSync(home)) renameSync(join(folder, `elasticsearch-${VERSION}`), home);
  } catch (error) {
    if (!existsSync(home)) throw error;
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** Returns the distribution, or why there is none. */
async function fromMaven() {
  const javaHome = await findJava();
  if (javaHome === null) return 'no Java of version 17 or later was found';
  const home = join(cacheFolder(), `elasticsearch-${VERSION}`);
  if (!existsSync(home)) {
    try {
      await download(home);
    } catch (error) {
      return error.code === 'ENOENT' ? 'Maven (mvn) was not found' : `Maven did not get it: ${firstLine(error)}`;
    }
  }
  return { kind: 'java', home, javaHome, version: VERSION, source: 'Maven' };
}

async function fromDocker() {
  try {
    await runFile('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: MINUTE });
    await runFile('docker', ['pull', '--quiet', IMAGE], { timeout: 15 * MINUTE });
    return { kind: 'docker', image: IMAGE, version: VERSION, source: 'Docker' };
  } catch (error) {
    return error.code === 'ENOENT' ? 'Docker was not found' : `Docker did not help: ${firstLine(error)}`;
  }
}

const firstLine = (error) => (error.stderr || error.stdout || error.message).trim().split('\n')[0];

/**
 * Gets the real server: from the cache or Maven with a Java of this machine, else as a Docker image. Returns
 * `{ kind: 'java', home, javaHome, version, source }`, `{ kind: 'docker', image, version, source }`, or `{ reason }` why there is none.
 */
export async function findDistribution() {
  const reasons = [];
  for (const find of [fromMaven, fromDocker]) {
    const found = await find();
    if (typeof found !== 'string') return found;
    reasons.push(found);
  }
  return { reason: `${reasons.join('; ')}.` };
}
