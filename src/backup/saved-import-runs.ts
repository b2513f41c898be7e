import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CatalogRecord, CatalogStore } from '../catalog/catalog-store.js';
import type { ImportedFile, ImportRun } from '../ingest/import-run.js';
import { EMPTY_TALLY } from '../ingest/tally.js';

const KIND = 'import-run';
const FILE = 'import-runs.jsonl';
/** A run may name thousands of files. */
const PAGE = 20;

/**
 * Writes the import runs as they stand before the messages are copied. The catalog is copied behind the messages, so a run of its may be
 * further than they are, and would pass over what is missing when it goes on.
 */
export async function saveImportRuns(catalog: CatalogStore, directory: string): Promise<void> {
  const file = await open(join(directory, FILE), 'wx', 0o600);
  try {
    for await (const { value } of runsOf(catalog)) await file.writeFile(`${JSON.stringify(value)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Sets the import runs of a restored catalog back to what was saved; one that began later has read nothing. Again does no harm. */
export async function setImportRunsBack(catalog: CatalogStore, directory: string): Promise<void> {
  const saved = new Map<string, string>();
  for await (const line of createInterface({ input: createReadStream(join(directory, FILE)), crlfDelay: Infinity })) {
    if (line !== '') saved.set((JSON.parse(line) as ImportRun).id, line);
  }
  for await (const { id, version, value } of runsOf(catalog)) {
    const known = saved.get(id);
    const run = known === undefined ? asUnread(value) : asStopped(JSON.parse(known) as ImportRun);
    if (JSON.stringify(run) !== JSON.stringify(value)) await catalog.replace(KIND, id, version, run);
  }
}

async function* runsOf(catalog: CatalogStore): AsyncGenerator<CatalogRecord<ImportRun>> {
  for (let after = ''; ;) {
    const page = await catalog.list<ImportRun>(KIND, { after, first: PAGE });
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)!.id;
  }
}

/** Nobody works on it any more. */
function asStopped(run: ImportRun): ImportRun {
  return run.state === 'running' || run.state === 'waiting' ? { ...run, state: 'interrupted' } : run;
}

/** The same command reads everything again, which stores nothing twice. */
function asUnread(run: ImportRun): ImportRun {
  const files = run.files.map(
    ({ lines: _lines, ...file }): ImportedFile => ({
      ...file,
      state: 'waiting',
      sha256: null,
      committedOffset: 0,
      committedLine: 0,
      prefix: null,
      tally: EMPTY_TALLY,
      problems: [],
    }),
  );
  return { ...run, state: 'interrupted', finishedAt: null, files, tally: EMPTY_TALLY };
}
