import type { CatalogRecord, CatalogStore } from '../catalog/catalog-store.js';
import type { ImportRun } from './import-run.js';
import { refuseMovedArchive } from './refuse-moved-archive.js';
import { isGone, thisProcess } from './this-process.js';

const KIND = 'import-run';
/** How many of the latest runs are looked at for one to go on with. */
const LATEST = 200;
const ATTEMPTS = 100;

/** What makes two commands the same. */
export type ImportIdentity = Pick<ImportRun, 'name' | 'source' | 'identitySpace' | 'format'>;

/** The import runs in the catalog. */
export class ImportRunLog {
  constructor(private readonly catalog: CatalogStore) {}

  /** The latest first. */
  async list(first: number, after?: string): Promise<readonly ImportRun[]> {
    const records = await this.catalog.list<ImportRun>(KIND, { first, order: 'down', ...(after !== undefined && { after }) });
    return records.map((record) => record.value);
  }

  async find(id: string): Promise<ImportRun | null> {
    return (await this.catalog.get<ImportRun>(KIND, id))?.value ?? null;
  }

  /** Opens a run. Throws ARCHIVE_MOVED or ARCHIVE_MOVING; whoever moves the archive first says so, then looks for runs. */
  async create(run: ImportRun): Promise<void> {
    if ((await this.catalog.create(KIND, run.id, run)) === null) throw new Error(`import run ${run.id} exists already`);
    await refuseMovedArchive(this.catalog);
  }

  /** Stores the run as it is now; only the process that works on it does so. */
  async save(run: ImportRun): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const known = await this.catalog.get<ImportRun>(KIND, run.id);
      if (known === null) return this.create(run);
      if ((await this.catalog.replace(KIND, run.id, known.version, run)) !== null) return;
    }
    throw new Error(`import run ${run.id} could not be saved`);
  }

  /** The latest run of the same command, if it did not come to its end and no process is at work on it. */
  async findAbandoned(identity: ImportIdentity): Promise<CatalogRecord<ImportRun> | null> {
    const records = await this.catalog.list<ImportRun>(KIND, { first: LATEST, order: 'down' });
    const latest = records.find(({ value }) => isSame(value, identity));
    return latest !== undefined && isAbandoned(latest.value) ? latest : null;
  }

  /** Makes an abandoned run this process's own; null when another was quicker. Throws as `create`. */
  async takeOver(abandoned: CatalogRecord<ImportRun>): Promise<ImportRun | null> {
    const run: ImportRun = { ...abandoned.value, state: 'running', finishedAt: null, process: thisProcess() };
    if ((await this.catalog.replace(KIND, run.id, abandoned.version, run)) === null) return null;
    await refuseMovedArchive(this.catalog);
    return run;
  }
}

function isSame(run: ImportRun, identity: ImportIdentity): boolean {
  return (
    run.name === identity.name &&
    run.source === identity.source &&
    run.identitySpace === identity.identitySpace &&
    run.format === identity.format
  );
}

/** A run that was stopped, or whose process is gone. On another machine nobody can tell: then it is left alone. */
export function isAbandoned(run: Pick<ImportRun, 'state' | 'process'>): boolean {
  if (run.state === 'interrupted' || run.state === 'failed') return true;
  return (run.state === 'running' || run.state === 'waiting') && isGone(run.process);
}
