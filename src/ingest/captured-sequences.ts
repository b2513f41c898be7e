import type { ImportRunLog } from './import-run-log.js';
import { joinRanges, type SequenceRanges } from './sequence-ranges.js';

const PAGE = 500;

/** Which places of the streams all imports together have read. */
export class CapturedSequences {
  constructor(private readonly runs: ImportRunLog) {}

  /** By source; a source whose records tell no place is left out. */
  async of(sources: ReadonlySet<string>): Promise<ReadonlyMap<string, SequenceRanges>> {
    const captured = new Map<string, SequenceRanges>();
    if (sources.size === 0) return captured;
    for (let after: string | undefined; ;) {
      const page = await this.runs.list(PAGE, after);
      for (const { source, tally } of page) {
        // runs of an earlier version did not note them
        const sequences = tally.sequences ?? [];
        if (sources.has(source) && sequences.length > 0) captured.set(source, joinRanges(captured.get(source) ?? [], sequences));
      }
      if (page.length < PAGE) return captured;
      after = page.at(-1)!.id;
    }
  }
}
