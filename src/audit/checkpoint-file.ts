import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { HoldfastError } from '../errors/errors.js';
import { readCheckpoint, writeCheckpoint, type SignedCheckpoint } from './checkpoint.js';
import { isInside } from './is-inside.js';

/** Bytes at the end of the file that surely hold its last line. */
const LAST_LINE = 4_096;

/**
 * A file that checkpoints are appended to, a line each, outside the data directory: what the archive cannot deny later. Nothing in it is
 * ever changed; on a volume that only takes appends, nothing can be.
 */
export class CheckpointFile {
  /** Throws AUDIT_CHECKPOINT_INVALID for a file in the data directory. */
  constructor(
    private readonly path: string,
    dataDir: string,
  ) {
    if (isInside(path, dataDir)) throw invalid('Keep it outside the data directory.');
  }

  /** The last line; null where there is no file, or an empty one. Throws AUDIT_CHECKPOINT_INVALID. */
  last(): SignedCheckpoint | null {
    const end = this.readEnd();
    if (end === '') return null;
    const line = end.endsWith('\n') ? end.slice(end.lastIndexOf('\n', end.length - 2) + 1, -1) : '';
    const checkpoint = readCheckpoint(line);
    if (checkpoint === null) throw invalid('Its last line is not a checkpoint.');
    return checkpoint;
  }

  /** Synced to disk when it returns. Throws AUDIT_CHECKPOINT_INVALID. */
  append(checkpoints: readonly SignedCheckpoint[]): void {
    this.withFile('a', (file) => {
      writeSync(file, checkpoints.map((checkpoint) => `${writeCheckpoint(checkpoint)}\n`).join(''));
      fsyncSync(file);
    });
  }

  private readEnd(): string {
    const read = (file: number): string => {
      const { size } = fstatSync(file);
      const buffer = Buffer.alloc(Math.min(size, LAST_LINE));
      return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, size - buffer.length));
    };
    return this.withFile('r', read) ?? '';
  }

  /** Null where there is no file to read. */
  private withFile<Result>(flags: 'a' | 'r', work: (file: number) => Result): Result | null {
    let file: number | null = null;
    try {
      file = openSync(this.path, flags, 0o600);
      return work(file);
    } catch (error) {
      if (flags === 'r' && (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw invalid(flags === 'r' ? 'It cannot be read.' : 'It cannot be written.', error);
    } finally {
      if (file !== null) closeSync(file);
    }
  }
}

/** Every line of a file, for a verifier: null where it is not a checkpoint. Throws AUDIT_CHECKPOINT_INVALID where it cannot be read. */
export function readCheckpointFile(path: string): readonly (SignedCheckpoint | null)[] {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch (error) {
    throw invalid('It cannot be read.', error);
  }
  const lines = text.split('\n');
  // What stands behind the last line end is a line that was cut.
  if (lines.at(-1) === '') lines.pop();
  return lines.map(readCheckpoint);
}

function invalid(detail: string, cause?: unknown): HoldfastError {
  return new HoldfastError('AUDIT_CHECKPOINT_INVALID', detail, {}, { cause });
}
