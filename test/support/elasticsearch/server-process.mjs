import { appendFileSync } from 'node:fs';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';

const START_LIMIT_MS = 240_000;
const STOP_LIMIT_MS = 60_000;
const ASK_LIMIT_MS = 5_000;
const KEPT_OUTPUT = 5_000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** One server: a process that can be killed, stopped, paused and started again with the same data and ports. */
export class ServerProcess {
  #launcher;
  #place;
  #access;
  #running = null;
  #output = '';

  /** `place`: its `{ configFolder, logFile }`. `access`: `{ url, authorization, authority }`, how it is asked whether it is ready; the last two may be null. */
  constructor(launcher, place, access) {
    this.#launcher = launcher;
    this.#place = place;
    this.#access = access;
  }

  get isRunning() {
    return this.#running !== null;
  }

  start() {
    if (this.#running !== null) throw new Error('the server is running already');
    const { child, signal } = this.#launcher.startServer(this.#place.configFolder);
    this.#output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => this.#keep(text));
    const ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(this.#keep(error.message)));
      // Not 'exit': the process that we started is the parent of the server, which has the same output.
      child.once('close', resolve);
    });
    const running = { signal, ended };
    this.#running = running;
    void ended.then(() => {
      if (this.#running === running) this.#running = null;
    });
  }

  /** Resolves when it answers; if `nodes` is not null, when it is healthy and sees so many nodes. Throws if it ends before. */
  async untilReady(nodes) {
    const limit = Date.now() + START_LIMIT_MS;
    while (Date.now() < limit) {
      if (this.#running === null) throw new Error(`the server ended while it started:\n${this.#output}`);
      const answer = await this.#health();
      if (answer !== null && (nodes === null || (isHealthy(answer) && answer.number_of_nodes === nodes))) return;
      await pause(100);
    }
    throw new Error(`the server was not ready after ${START_LIMIT_MS / 1000} s:\n${this.#output}`);
  }

  /** Sends a signal to the process and all that it started. */
  async signal(name) {
    if (this.#running === null) throw new Error('the server is not running');
    await this.#running.signal(name);
  }

  /** Sends a signal that ends it, and waits until it has ended. Nothing if it is not running. */
  async end(name) {
    const running = this.#running;
    if (running === null) return;
    await running.signal(name).catch(() => {});
    const late = pause(STOP_LIMIT_MS).then(() => running.signal('SIGKILL').catch(() => {}));
    await Promise.race([running.ended, late.then(() => running.ended)]);
  }

  #keep(text) {
    this.#output = (this.#output + text).slice(-KEPT_OUTPUT);
    try {
      appendFileSync(this.#place.logFile, text);
    } catch {
      // The folder is being removed.
    }
  }

  /** The answer of its health, `{}` if it answers something else, null if it does not answer. */
  #health() {
    const { url, authorization, authority } = this.#access;
    const request = url.startsWith('https:') ? requestSecure : requestPlain;
    const options = {
      ...(authority === null ? {} : { ca: authority }),
      headers: authorization === null ? {} : { authorization },
      agent: false,
      timeout: ASK_LIMIT_MS,
    };
    return new Promise((resolve) => {
      const asked = request(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s&master_timeout=1s`, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve(readHealth(text))).on('error', () => resolve(null));
      });
      asked.on('timeout', () => asked.destroy()).on('error', () => resolve(null));
      asked.end();
    });
  }
}

const isHealthy = ({ status, timed_out: isLate }) => (status === 'green' || status === 'yellow') && isLate === false;

function readHealth(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
