import { fork, type ChildProcess } from 'node:child_process';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Viewer } from '../access/viewer.js';
import { AuditLog } from '../audit/audit-log.js';
import { stopChild } from '../config/child-of-server.js';
import { Environment, variablesOf } from '../config/env.js';
import { workerFile } from '../config/worker-file.js';
import { HoldfastError, type ErrorCode, type ErrorFacts } from '../errors/errors.js';
import { importerOf } from '../importers/index.js';
import type { ImportArchiveInput } from './import-archive.model.js';
import { pathInInbox } from './inbox.js';
import type { ImportOptions } from './ingest.service.js';

/** Imports that wait for their turn, each as a process that knows its run. */
export const LONGEST_QUEUE = 4;

/** What an import process is told: first what to import, then that its turn has come. */
export type ImportOrder = Pick<ImportOptions, 'path' | 'source' | 'identitySpace' | 'format' | 'mediaDirectory' | 'viewer'>;
export const YOUR_TURN = 'your turn';

/** What an import process tells, once. */
export type ImportOpening =
  { readonly importRunId: string } | { readonly code: ErrorCode | null; readonly detail: string; readonly facts: ErrorFacts };

/**
 * Imports that the API asked for, one at a time, each in a process of its own (`import-process.ts`): neither the thread nor the memory of
 * the server takes part. When the server stops they stop behind the batch at hand, and the same request goes on there.
 */
@Injectable()
export class ImportArchives implements BeforeApplicationShutdown {
  private readonly all = new Set<ChildProcess>();
  private readonly waiting: ChildProcess[] = [];
  private running: ChildProcess | null = null;
  private isClosed = false;

  constructor(
    @Inject(Environment) private readonly environment: Environment,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /**
   * Answers with the id of the run, before anything is read. Throws INBOX_NOT_CONFIGURED, IMPORT_PATH_REFUSED, IMPORT_FILE_UNREADABLE,
   * IMPORT_FORMAT_UNKNOWN, IMPORT_BUSY, and AUDIT_UNAVAILABLE: then nothing is imported.
   */
  async start(viewer: Viewer, { path, source, identitySpace, format, mediaPath }: ImportArchiveInput): Promise<string> {
    if (format) importerOf(format);
    const { HOLDFAST_INBOX_DIR: inbox, HOLDFAST_DATA_DIR: dataDir } = this.environment;
    const places = { inbox: inbox === '' ? null : inbox, dataDir };
    const order: ImportOrder = {
      path: await pathInInbox(path, places),
      source: source ?? null,
      identitySpace: identitySpace ?? null,
      format: format ?? null,
      mediaDirectory: mediaPath ? await pathInInbox(mediaPath, places) : null,
      viewer: viewer.name,
    };
    if (this.isClosed || this.all.size > LONGEST_QUEUE) throw new HoldfastError('IMPORT_BUSY');
    const child = this.fork();
    const importRunId = await opened(child, order);
    try {
      await this.audit.append({ kind: 'import_requested', viewer: viewer.name, importRunId });
    } catch (error) {
      child.kill('SIGINT');
      throw error;
    }
    this.waiting.push(child);
    this.next();
    return importRunId;
  }

  /** Before the engine and the catalog are closed. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.all].map(stopChild));
  }

  private fork(): ChildProcess {
    const child = fork(workerFile('./import-process.js', import.meta.url), [], {
      env: variablesOf(this.environment),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.all.add(child);
    child.once('exit', () => this.forget(child));
    child.once('error', () => child.kill('SIGKILL'));
    return child;
  }

  private forget(child: ChildProcess): void {
    this.all.delete(child);
    const position = this.waiting.indexOf(child);
    if (position >= 0) this.waiting.splice(position, 1);
    if (this.running === child) this.running = null;
    this.next();
  }

  private next(): void {
    if (this.isClosed || this.running !== null) return;
    this.running = this.waiting.shift() ?? null;
    // One that is just ending is met by `forget`.
    this.running?.send(YOUR_TURN, () => {});
  }
}

/** The id of the run that a process has opened. Throws what kept it from opening one. */
function opened(child: ChildProcess, order: ImportOrder): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the import ended before it began')));
    child.once('message', (opening: ImportOpening) => {
      if ('importRunId' in opening) resolve(opening.importRunId);
      else if (opening.code === null) reject(new Error('the import failed before it began'));
      else reject(new HoldfastError(opening.code, opening.detail, opening.facts));
    });
    child.send(order, () => {});
  });
}
