import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchArguments } from './arguments.js';
import { describeCorpus, outsideBounds } from './corpus-statistics.js';
import { generate, type GeneratedCorpus } from './generate.js';
import { startImport, startServer, type RunningServer } from './holdfast-process.js';
import type { Report } from './report.js';

/** The directory that a run works in: the generated archive, what is remembered of it, and the data directory of the product. */
export class Workspace {
  readonly directory: string;
  private corpus: GeneratedCorpus | null = null;
  private server: RunningServer | null = null;

  constructor(
    readonly options: BenchArguments,
    private readonly report: Report,
  ) {
    this.directory = options.data ?? mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  }

  get archiveFile(): string {
    return join(this.directory, 'archive.jsonl');
  }

  get dataDirectory(): string {
    return join(this.directory, 'data');
  }

  get isImported(): boolean {
    return existsSync(join(this.directory, 'imported'));
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
    writeFileSync(join(this.directory, 'imported'), '');
  }

  /** Imports the archive without measuring, unless that was done. */
  async ensureImported(): Promise<void> {
    this.prepareCorpus();
    if (this.isImported) return;
    this.report.note('(importing first, not measured)');
    await startImport(this.dataDirectory, this.archiveFile).done;
    this.markImported();
  }

  /** The server on the imported archive; one for all parts. */
  async serve(): Promise<RunningServer> {
    await this.ensureImported();
    this.server ??= await startServer(this.dataDirectory);
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
    await this.stopServer();
    if (!this.options.keep) rmSync(this.directory, { recursive: true, force: true });
  }
}
