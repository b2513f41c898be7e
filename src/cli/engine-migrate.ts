import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { LOCAL_INVESTIGATOR } from '../access/viewer.js';
import { ENGINES, Environment, loadEnvironment } from '../config/env.js';
import { SystemClock } from '../domain/clock.js';
import { engineSettings } from '../engine/engine-settings.js';
import { openSearchEngine, type EngineSettings } from '../engine/open-engine.js';
import { HoldfastError } from '../errors/errors.js';
import { EnrichPool } from '../ingest/enrich-pool.js';
import { moveArchive, type MoveReport } from '../migration/move-archive.js';
import { withArchives } from '../migration/open-archive.js';
import { abortedByControlC } from './aborted-by-control-c.js';
import { Progress } from './progress.js';
import { runAction, type ExitCode } from './run-action.js';

type Engine = (typeof ENGINES)[number];

interface MigrateOptions {
  readonly from: Engine;
  readonly to: Engine;
  readonly othersHaveEnded?: boolean;
  readonly json?: true;
}

const INTERRUPTED = 130;

/** Adds `migrate` to the command `engine`. */
export function registerEngineMigrate(engine: Command): void {
  engine
    .command('migrate')
    .description(
      'move the archive to another engine: copy, compare, switch; an interrupted move goes on when the same command is given again',
    )
    .addOption(new Option('--from <engine>', 'where it is').choices(ENGINES).makeOptionMandatory())
    .addOption(
      new Option('--to <engine>', 'where it shall live on; must be empty, or have held this archive before')
        .choices(ENGINES)
        .makeOptionMandatory(),
    )
    .option('--others-have-ended', 'imports and moves of other machines, of which this one cannot tell, are certainly no longer running')
    .option('--json', 'the report as JSON')
    .addHelpText('after', '\nExit codes: 0 moved, 2 not moved (the archive stays where it was), 130 interrupted.')
    .action((options: MigrateOptions) => runAction(() => migrate(options)));
}

async function migrate({ from, to, othersHaveEnded = false, json }: MigrateOptions): Promise<ExitCode> {
  if (from === to) throw new HoldfastError('INPUT_INVALID', 'Name two different engines.');
  const environment = loadEnvironment();
  const [source, target] = [from, to].map((engine) =>
    engineSettings(Object.assign(new Environment(), environment, { HOLDFAST_ENGINE: engine })),
  );
  const signal = abortedByControlC();
  const pool = new EnrichPool({ blobDirectory: join(environment.HOLDFAST_DATA_DIR, 'blobs'), engine: source! });
  const progress = new MoveProgress(await countMessages(source!));
  try {
    const report = await withArchives([source!, target!], ([archive, copy]) =>
      moveArchive({
        source: archive!,
        target: copy!,
        clock: new SystemClock(),
        othersHaveEnded,
        prepare: (batch) => pool.prepare(batch),
        viewer: LOCAL_INVESTIGATOR.name,
        signal,
        onProgress: (phase, done) => progress.show(phase, done),
      }),
    );
    progress.end();
    console.log(json ? JSON.stringify({ from, to, ...report }, null, 2) : asText(report, from, to));
    return 0;
  } catch (error) {
    progress.end();
    if (!signal.aborted || error !== signal.reason) throw error;
    console.error(`Interrupted. The archive is where it was, in ${from}; the same command goes on.`);
    return INTERRUPTED;
  } finally {
    await pool.close();
  }
}

async function countMessages(settings: EngineSettings): Promise<number> {
  const engine = await openSearchEngine(settings);
  try {
    return (await engine.health()).messageCount;
  } finally {
    await engine.close();
  }
}

/** A bar for each phase. */
class MoveProgress {
  private phase: string | null = null;
  private shown: Progress | null = null;

  constructor(private readonly total: number) {}

  show(phase: 'copy' | 'comparison', done: number): void {
    if (phase !== this.phase) {
      this.end();
      this.phase = phase;
      this.shown = new Progress(phase === 'copy' ? 'messages copied' : 'messages compared');
    }
    this.shown!.show({ done, total: this.total });
  }

  end(): void {
    this.shown?.end();
    this.shown = null;
  }
}

function asText({ written, source, target }: MoveReport, from: Engine, to: Engine): string {
  const { messages, rejectedRecords, catalogRecords } = target;
  const records = Object.entries(catalogRecords).map(([kind, count]) => `${count} ${kind}`);
  return [
    `${messages} messages, ${written} of them written now; ${[...records, `${rejectedRecords} rejected records`].join(', ')}`,
    `archive digest in ${from}: ${source.digest}`,
    `archive digest in ${to}: ${target.digest}`,
    `last audit block: ${target.auditHead}`,
    `The archive lives in ${to} now. Set HOLDFAST_ENGINE=${to} wherever Holdfast runs, and start servers again.`,
    `What ${from} holds can still be searched and takes no imports; the way back is engine migrate --from ${to} --to ${from}.`,
  ].join('\n');
}
