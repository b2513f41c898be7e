import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SUPERVISOR = fileURLToPath(new URL('supervisor.mjs', import.meta.url));

/** A supervisor and the requests to it. It ends with this process, or by `close`. */
export class SupervisorClient {
  #child;
  #ended;
  #waiting = new Map();
  #lastId = 0;

  constructor() {
    // Without the loaders of a test runner.
    const env = { ...process.env, NODE_OPTIONS: '' };
    this.#child = spawn(process.execPath, [SUPERVISOR], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#ended = new Promise((resolve) => this.#child.once('exit', resolve).once('error', resolve));
    void this.#ended.then(() => this.#failAll());
    this.#child.stdin.on('error', () => {});
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const { id, result, error } = JSON.parse(line);
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) resolve(result);
      else reject(new Error(error));
    });
  }

  get pid() {
    return this.#child.pid;
  }

  request(method, parameters) {
    return new Promise((resolve, reject) => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        reject(new Error('the supervisor of the servers has ended'));
        return;
      }
      const id = (this.#lastId += 1);
      this.#waiting.set(id, { resolve, reject });
      this.#child.stdin.write(`${JSON.stringify({ id, method, parameters })}\n`);
    });
  }

  async close() {
    this.#child.stdin.end();
    await this.#ended;
  }

  #failAll() {
    for (const { reject } of this.#waiting.values()) reject(new Error('the supervisor of the servers has ended'));
    this.#waiting.clear();
  }
}
