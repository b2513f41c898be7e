import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Deployment, Site } from './deployment.js';

/** Archives in directories, by the embedded engine. */
export class SqliteSite implements Site {
  readonly outlivesRun = true;

  async describe(): Promise<string> {
    const database = new Database(':memory:');
    const version = database.prepare('SELECT sqlite_version()').pluck().get() as string;
    database.close();
    return `SQLite ${version}`;
  }

  deploymentOf(directory: string, name: string): Deployment {
    const dataDirectory = join(directory, name);
    return { dataDirectory, variables: { HOLDFAST_DATA_DIR: dataDirectory, HOLDFAST_ENGINE: 'sqlite' } };
  }

  async clear({ dataDirectory }: Deployment): Promise<void> {
    rmSync(dataDirectory, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    // Nothing runs.
  }
}
