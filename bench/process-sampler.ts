import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const PAGE = 4096;
/** Units of processor time a second, as /proc counts it. */
const TICKS = 100;

export interface ProcessSample {
  /** Resident bytes of the process and all its descendants, added up: pages that several share count several times. */
  readonly bytes: number;
  /** How much of that are pages of files, as an archive that is mapped into memory. */
  readonly mappedBytes: number;
  /** Processor time that these processes have used so far. */
  readonly processorSeconds: number;
  /** How many bytes of the watched file the process has read; null while it has not opened it. */
  readonly position: number | null;
}

/** Samples memory and processor time of a process tree (Linux only: reads /proc) until it is stopped. */
export class ProcessSampler {
  readonly samples: ProcessSample[] = [];
  private readonly timer: NodeJS.Timeout;

  /** `file`: a real path; how far the process has read it is noted with each sample. */
  constructor(pid: number, interval = 100, file: string | null = null) {
    this.timer = setInterval(() => {
      const used = usage(pid);
      if (used.bytes > 0) this.samples.push({ ...used, position: file === null ? null : filePosition(pid, file) });
    }, interval);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  get peakBytes(): number {
    return this.samples.reduce((most, sample) => Math.max(most, sample.bytes), 0);
  }

  /** Up to the last sample. */
  get processorSeconds(): number {
    return this.samples.at(-1)?.processorSeconds ?? NaN;
  }

  /** The median memory of the samples taken while the file was being read between two positions, both included; NaN if there are none. */
  medianWhileReading(from: number, to: number): number {
    const values = this.samples
      .filter(({ position }) => position !== null && position >= from && position <= to)
      .map((sample) => sample.bytes)
      .sort((left, right) => left - right);
    return values[Math.floor(values.length / 2)] ?? NaN;
  }
}

function usage(pid: number): Omit<ProcessSample, 'position'> {
  try {
    const [, pages, mapped] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ').map(Number);
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Behind the name, which may hold anything: user and system time are the 12th and 13th of the fields.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    const processorSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS;
    const own = { bytes: pages! * PAGE, mappedBytes: mapped! * PAGE, processorSeconds };
    return children(pid)
      .map(usage)
      .reduce(
        (sum, one) => ({
          bytes: sum.bytes + one.bytes,
          mappedBytes: sum.mappedBytes + one.mappedBytes,
          processorSeconds: sum.processorSeconds + one.processorSeconds,
        }),
        own,
      );
  } catch {
    return { bytes: 0, mappedBytes: 0, processorSeconds: 0 };
  }
}

/** Any thread of a process may have started children. */
function children(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
      .split(' ')
      .filter((text) => text.trim() !== '')
      .map(Number),
  );
}

function filePosition(pid: number, file: string): number | null {
  try {
    const descriptor = readdirSync(`/proc/${pid}/fd`).find((name) => isLinkTo(`/proc/${pid}/fd/${name}`, file));
    return descriptor === undefined
      ? null
      : Number(/^pos:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, 'utf8'))?.[1] ?? NaN);
  } catch {
    return null;
  }
}

/** Descriptors come and go while they are looked at. */
function isLinkTo(link: string, file: string): boolean {
  try {
    return readlinkSync(link) === file;
  } catch {
    return false;
  }
}
