import type { ImportRunLog } from './import-run-log.js';

const PAGE = 500;

/** How much of the archive files is missing from every search, because the records could not be kept. */
export class RejectedRecords {
  constructor(private readonly runs: ImportRunLog) {}

  /** Of all import runs, or of those from one of the sources and with one of the ids, where these are given. */
  async count(scope: { readonly sources?: readonly string[] | null; readonly importRunIds?: readonly string[] | null }): Promise<number> {
    let count = 0;
    for (let after: string | undefined; ;) {
      const page = await this.runs.list(PAGE, after);
      for (const { id, source, tally } of page) {
        const isInScope = (scope.sources?.includes(source) ?? true) && (scope.importRunIds?.includes(id) ?? true);
        if (isInScope) count += tally.counts.rejected;
      }
      if (page.length < PAGE) return count;
      after = page.at(-1)!.id;
    }
  }
}
