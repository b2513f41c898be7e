import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchArguments } from './arguments.js';
import { describeCorpus, outsideBounds } from './corpus-statistics.js';
import type { Deployment, Site } from './deployment.js';
import { ElasticsearchSite } from './elasticsearch-site.js';
import { generate, type GeneratedCorpus } from './generate.js';
import { startImport, startServer, type RunningServer } from './holdfast-process.js';
import type { Report } from './report.js';
import { SqliteSite } from './sqlite-site.js';
import { targetsOf, type Targets } from './targets.js';

/** What a run works in: the generated archive file, what is remembered of it, and the product's archives, with the engine's server if it has one. */
export class Workspace {
  readonly targets: Targets;
  private corpus: GeneratedCorpus | null = null;
  private server: RunningServer | null = null;
  private hasImported = false;

  private constructor(
    readonly options: BenchArguments,
    readonly directory: string,
    readonly site: Site,
    private readonly report: Report,
  ) {
    this.targets = targetsOf(options.engine);
  }

  /** Makes the directory and starts what the engine needs. */
  static async open(options: BenchArguments, report: Report): Promise<Workspace> {
    const directory = options.data ?? mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
    try {
      const site = options.engine === 'sqlite' ? new SqliteSite() : await ElasticsearchSite.open(directory, options.heap);
      return new Workspace(options, directory, site, report);
    } catch (error) {
      if (!options.keep) rmSync(directory, { recursive: true, force: true });
      throw error;
    }
  }

  get archiveFile(): string {
    return join(this.directory, 'archive.jsonl');
  }

  /** Where the product keeps the imported archive file. */
  get deployment(): Deployment {
    return this.deploymentOf('data');
  }

  /** Null where the engine has no server. */
  get elasticsearch(): ElasticsearchSite | null {
    return this.site instanceof ElasticsearchSite ? this.site : null;
  }

  get isImported(): boolean {
    return this.hasImported || (this.site.outlivesRun && existsSync(this.importedMark));
  }

  describeEngine(): Promise<string> {
    return this.site.describe();
  }

  /** Another archive on the same engine. */
  deploymentOf(name: string): Deployment {
    return this.site.deploymentOf(this.directory, name);
  }

  clear(deployment: Deployment): Promise<void> {
    return this.site.clear(deployment);
  }

  /** The generated archive, made now if it is not there. */
  prepareCorpus(): GeneratedCorpus {
    if (this.corpus !== null) return this.corpus;
    const remembered = join(this.directory, 'corpus.json');
    if (existsSync(remembered)) {
      this.corpus = JSON.parse(readFileSync(remembered, 'utf8')) as GeneratedCorpus;
    } else {
      this.corpus = generate({ file: this.archiveFile, messages: this.options.messages, seed: this.options.seed });
      const problems = outsideBounds(this.corpus.statistics);
      if (problems.length > 0) throw new Error(`the generated archive is out of bounds: ${problems.join('; ')}`);
      writeFileSync(remembered, JSON.stringify(this.corpus));
    }
    this.report.note(describeCorpus(this.corpus.statistics));
    return this.corpus;
  }

  /** Notes that the archive file was imported as a whole. */
  markImported(): void {
    this.hasImported = true;
    writeFileSync(this.importedMark, '');
  }

  /** Imports the archive without measuring, unless that was done. */
  async ensureImported(): Promise<void> {
    this.prepareCorpus();
    if (this.isImported) return;
    this.report.note('(importing first, not measured)');
    await this.clear(this.deployment);
    await startImport(this.deployment, this.archiveFile).done;
    this.markImported();
  }

  /** The server on the imported archive; one for all parts. */
  async serve(): Promise<RunningServer> {
    await this.ensureImported();
    this.server ??= await startServer(this.deployment);
    return this.server;
  }

  async stopServer(): Promise<void> {
    await this.server?.stop();
    this.server = null;
  }

  /** Bytes of the archive file. */
  archiveBytes(): number {
    return statSync(this.archiveFile).size;
  }

  async close(): Promise<void> {
    try {
      await this.stopServer();
      if (this.options.keep) return;
      if (this.site.outlivesRun) await this.elasticsearch?.removeAll();
      rmSync(this.directory, { recursive: true, force: true });
    } finally {
      await this.site.close();
    }
  }

  private get importedMark(): string {
    return join(this.directory, this.options.engine === 'sqlite' ? 'imported' : `imported-${this.options.engine}`);
  }
}
