import { cpus, loadavg, totalmem } from 'node:os';
import Database from 'better-sqlite3';

/** What the figures were measured on; nothing that names the machine or its user. */
export function describeMachine(): string {
  const database = new Database(':memory:');
  const version = database.prepare('SELECT sqlite_version()').pluck().get() as string;
  database.close();
  const processors = cpus();
  return `${processors.length} cores (${processors[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.version}, SQLite ${version}; load before: ${loadavg()[0]!.toFixed(1)}`;
}
