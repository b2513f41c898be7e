import { AuditLog } from '../audit/audit-log.js';
import { verifyAudit } from '../audit/verify-audit.js';
import type { StoredMessage } from '../domain/message.js';
import type { IndexWriter, KeptMessage, PreparedMessage } from '../engine/index-writer.js';
import { HoldfastError } from '../errors/errors.js';
import { MOVE_COMMAND } from '../holds/hold-register.js';
import { Rebuilding } from '../holds/rebuilding.js';
import { RegisterStore } from '../holds/register-store.js';
import { archiveDigest } from '../ingest/archive-digest.js';
import { isAbandoned } from '../ingest/import-run-log.js';
import type { ImportRun } from '../ingest/import-run.js';
import { isElsewhere } from '../ingest/this-process.js';
import { ArchiveClaim, type MovedPair } from './claim-archives.js';
import { COPIED_KINDS, copyRecords, countRecords, pagesOf } from './copy-catalog.js';
import { copyMessages } from './copy-messages.js';
import { copyRejected, countRejected } from './copy-rejected.js';
import { copyStubs, countStubs } from './copy-stubs.js';

export interface MoveOptions extends MovedPair {
  readonly prepare: (messages: readonly StoredMessage[]) => Promise<readonly PreparedMessage[]>;
  /** Who moves it, for the audit. */
  readonly viewer: string;
  /** Stops behind the batches at hand, throwing its reason; the same call goes on there. */
  readonly signal: AbortSignal;
  /** `done`: messages of this phase. */
  readonly onProgress: (phase: 'copy' | 'comparison', done: number) => void;
}

/** One side of a finished move: equal in both, or the move has failed. */
export interface ArchiveContents {
  /** As `holdfast verify` prints it. */
  readonly digest: string;
  readonly messages: number;
  /** Messages that were imported again over what stood in their place. */
  readonly reintroduced: number;
  /** What stands in the place of destroyed messages. */
  readonly stubs: number;
  readonly rejectedRecords: number;
  /** By kind. */
  readonly catalogRecords: Readonly<Record<string, number>>;
  /** Of the last block of the audit. */
  readonly auditHead: string;
}

export interface MoveReport {
  /** Messages that were not there already. */
  readonly written: number;
  readonly source: ArchiveContents;
  readonly target: ArchiveContents;
}

/**
 * Moves an archive to another engine: copies, compares, and gives the source up, which from then on refuses to be written.
 * Throws MIGRATION_REFUSED (`claim-archives.ts`; also where an import is at work, or the copy turns out different), what the engines
 * throw, and the signal's reason: then the source is the archive as before, and the same call goes on where this one stood.
 */
export async function moveArchive(options: MoveOptions): Promise<MoveReport> {
  const claim = await ArchiveClaim.take(options);
  let rebuilding: Rebuilding | null = null;
  try {
    const { source, target, clock } = options;
    rebuilding = await Rebuilding.enter(new RegisterStore(source.catalog), `${MOVE_COMMAND} --from ${source.engine} --to ${target.engine}`, clock);
    const report = await copyAndCompare(options, claim.isRepeated);
    await rebuilding.prove();
    // The source's stays as it is: nothing is ever claimed there again.
    await new RegisterStore(target.catalog).change(() => ({ rebuilding: null }));
    await claim.complete();
    return report;
  } catch (error) {
    // The first fault counts; if this fails too, the next move sees that this process is gone.
    await giveUp(claim, rebuilding).catch(() => {});
    throw error;
  }
}

async function giveUp(claim: ArchiveClaim, rebuilding: Rebuilding | null): Promise<void> {
  await claim.release();
  if (!claim.isSourceGivenUp) await rebuilding?.leave();
}

async function copyAndCompare(options: MoveOptions, isRepeated: boolean): Promise<MoveReport> {
  const { source, target, signal, onProgress, prepare } = options;
  await requireNoImport(options);
  await source.writer.refresh();
  await copyStubs(source.writer, target.writer, signal);
  const written = await copyMessages({
    source: source.writer,
    target: target.writer,
    prepare,
    isRepeated,
    signal,
    onProgress: (done) => onProgress('copy', done),
  });
  await target.writer.finish();
  await target.writer.refresh();
  await copyRejected(source, target, signal);
  for (const kind of COPIED_KINDS) await copyRecords(kind, source.catalog, target.catalog);
  const [ours, theirs] = await Promise.all([
    digestOf(source.writer, signal, () => {}),
    digestOf(target.writer, signal, (done) => onProgress('comparison', done)),
  ]);
  if (ours.digest !== theirs.digest) throw different('archive digest', ours, theirs);
  await requireNoImport(options);
  const moved = { from: source.engine, to: target.engine, messages: ours.messages, digest: ours.digest };
  await new AuditLog(source.catalog, options.clock).append({ kind: 'archive_moved', viewer: options.viewer, ...moved });
  // Again: reading everything took its time.
  for (const kind of COPIED_KINDS) await copyRecords(kind, source.catalog, target.catalog);
  const sides = { source: await contentsOf(source, ours), target: await contentsOf(target, theirs) };
  for (const part of ['reintroduced', 'stubs', 'rejectedRecords', 'catalogRecords', 'auditHead'] as const) {
    if (JSON.stringify(sides.source[part]) !== JSON.stringify(sides.target[part])) throw different(part, sides.source, sides.target);
  }
  return { written, ...sides };
}

/** Comes after the claim: an import that begins later sees that. */
async function requireNoImport({ source, othersHaveEnded }: MovedPair): Promise<void> {
  for await (const { records } of pagesOf<ImportRun>(source.catalog, 'import-run')) {
    const busy = records.find(({ value }) => isAtWork(value, othersHaveEnded));
    if (busy === undefined) continue;
    const { host, pid } = busy.value.process;
    throw new HoldfastError('MIGRATION_REFUSED', `The import ${busy.id} is at work (process ${pid} on ${host}).`, { importRunId: busy.id });
  }
}

function isAtWork(run: ImportRun, othersHaveEnded: boolean): boolean {
  return (run.state === 'running' || run.state === 'waiting') && !isAbandoned(run) && !(othersHaveEnded && isElsewhere(run.process));
}

type Compared = Pick<ArchiveContents, 'digest' | 'messages' | 'reintroduced'>;

async function digestOf(
  writer: IndexWriter,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<Compared> {
  let [messages, reintroduced] = [0, 0];
  async function* readAll(): AsyncGenerator<readonly KeptMessage[]> {
    for await (const batch of writer.readAll()) {
      signal.throwIfAborted();
      yield batch;
      reintroduced += batch.filter(({ disposals }) => disposals.length > 0).length;
      onProgress((messages += batch.length));
    }
  }
  const digest = await archiveDigest({ readAll });
  return { digest, messages, reintroduced };
}

async function contentsOf(
  archive: MovedPair['source'],
  compared: Compared,
): Promise<ArchiveContents> {
  const counts: [string, number][] = [];
  for (const kind of COPIED_KINDS) counts.push([kind, await countRecords(kind, archive.catalog)]);
  const { headHash } = await verifyAudit(archive.catalog);
  const stubs = await countStubs(archive.writer);
  return { ...compared, stubs, rejectedRecords: await countRejected(archive), catalogRecords: Object.fromEntries(counts), auditHead: headHash };
}

function different(part: string, source: object, target: object): HoldfastError {
  return new HoldfastError('MIGRATION_REFUSED', `The copy is not the same: ${part}. Nothing was switched.`, {
    source: JSON.stringify(source),
    target: JSON.stringify(target),
  });
}
