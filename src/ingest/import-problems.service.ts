import { AuditLog } from '../audit/audit-log.js';
import { AuditRefusals } from '../audit/audit-refusals.js';
import type { Viewer } from '../access/viewer.js';
import { RejectedRecordStore, type RejectedPlace, type RejectedRecord } from '../catalog/rejected-record-store.js';
import type { RejectionReason } from '../domain/values.js';
import { HoldfastError } from '../errors/errors.js';
import { ImportRunLog } from './import-run-log.js';

/** Records read at a time for a stream: with all their bytes 13 MB at most. */
const STREAM_PAGE = 200;
const RUN_ID = /^[0-9a-z]{1,40}$/;

export interface ProblemPage {
  /** In all, not on this page. */
  readonly totalCount: number;
  /** One more than `first` where others follow. */
  readonly records: readonly RejectedRecord[];
}

/** Shows what imports rejected, with its bytes. The audit has it before anyone sees it. */
export class ImportProblems {
  constructor(
    private readonly runs: ImportRunLog,
    private readonly rejected: RejectedRecordStore,
    private readonly audit: AuditLog,
    private readonly refusals: AuditRefusals,
  ) {}

  /** `first` + 1 records behind a cursor. Throws NOT_FOUND without such a run, and CURSOR_INVALID. */
  page(
    viewer: Viewer,
    importRunId: string,
    { reason, first, after }: { readonly reason: RejectionReason | null; readonly first: number; readonly after: string | null },
  ): Promise<ProblemPage> {
    return this.refusals.watch(viewer.name, async () => {
      const place = after === null ? null : readProblemCursor(after);
      await this.open(viewer, importRunId, reason);
      const [totalCount, records] = await Promise.all([
        this.rejected.count(importRunId, reason),
        this.rejected.list(importRunId, { reason, after: place, first: first + 1 }),
      ]);
      return { totalCount, records };
    });
  }

  /** Every rejected record, in the order of the files. Throws NOT_FOUND without such a run. */
  async *stream(viewer: Viewer, importRunId: string, reason: RejectionReason | null): AsyncGenerator<RejectedRecord> {
    await this.refusals.watch(viewer.name, () => this.open(viewer, importRunId, reason));
    for (let after: RejectedPlace | null = null; ;) {
      const page: readonly RejectedRecord[] = await this.rejected.list(importRunId, { reason, after, first: STREAM_PAGE });
      yield* page;
      if (page.length < STREAM_PAGE) return;
      after = page.at(-1)!;
    }
  }

  private async open(viewer: Viewer, importRunId: string, reason: RejectionReason | null): Promise<void> {
    const run = RUN_ID.test(importRunId) ? await this.runs.find(importRunId) : null;
    if (run === null) throw new HoldfastError('NOT_FOUND');
    await this.audit.append({ kind: 'import_problems_read', viewer: viewer.name, importRunId, reason });
  }
}

/** An opaque cursor for clients. */
export function writeProblemCursor({ file, ordinal }: RejectedPlace): string {
  return Buffer.from(`${ordinal} ${file}`).toString('base64url');
}

function readProblemCursor(cursor: string): RejectedPlace {
  const [, ordinal, file] = /^(\d{1,15}) ([^]+)$/.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  if (ordinal === undefined || file === undefined) throw new HoldfastError('CURSOR_INVALID');
  return { file, ordinal: Number(ordinal) };
}
