import { SingleBar } from 'cli-progress';
import type { ImportProgress } from '../ingest/ingest.service.js';

/** Plain lines come at most this often. */
const PLAIN_MILLISECONDS = 5_000;
const MEBIBYTE = 1024 * 1024;

/** Shows on standard error how far an import is: a bar with rate and time left on a terminal, plain lines elsewhere. */
export class ShownImport {
  private readonly bar: SingleBar | null;
  private readonly startedAt = Date.now();
  private shownAt = Date.now();
  /** Records that an earlier, interrupted command had read already. */
  private firstRecords: number | null = null;

  constructor() {
    const format = '{bar} {percentage}% | {records} records, {rate}/s | {eta_formatted} left | {file}';
    this.bar = process.stderr.isTTY
      ? new SingleBar({ format, hideCursor: true, clearOnComplete: true, etaBuffer: 100, stream: process.stderr })
      : null;
  }

  show({ file, bytesDone, bytesTotal, recordsDone }: ImportProgress): void {
    const seconds = Math.max(Date.now() - this.startedAt, 1) / 1000;
    const isFirst = this.firstRecords === null;
    this.firstRecords ??= recordsDone;
    const rate = Math.round((recordsDone - this.firstRecords) / seconds);
    const payload = { records: recordsDone, rate, file };
    if (this.bar !== null) {
      if (isFirst) this.bar.start(bytesTotal, bytesDone, payload);
      else this.bar.update(bytesDone, payload);
    } else if (Date.now() - this.shownAt >= PLAIN_MILLISECONDS) {
      this.shownAt = Date.now();
      const left = Math.round(((bytesTotal - bytesDone) / Math.max(bytesDone, 1)) * seconds);
      const size = `${Math.round(bytesDone / MEBIBYTE)} of ${Math.round(bytesTotal / MEBIBYTE)} MiB`;
      console.error(`${file}: ${recordsDone} records, ${size}, ${rate}/s, about ${left} s left`);
    }
  }

  end(): void {
    this.bar?.stop();
  }
}
