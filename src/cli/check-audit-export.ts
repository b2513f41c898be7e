import { createReadStream, readFileSync } from 'node:fs';
import type { AuditBlock } from '../audit/audit-block.js';
import type { AuditReport } from '../audit/audit-check.js';
import type { AuditProblem } from '../audit/audit-fault.js';
import { readCheckpointFile } from '../audit/checkpoint-file.js';
import { readPublicKeys, type PublicKeys } from '../audit/signing-key.js';
import { verifyExport } from '../audit/verify-export.js';
import { HoldfastError } from '../errors/errors.js';

/** Files that an exported audit is compared with, as commander reads them. */
export interface AuditEvidence {
  /** Checkpoints, a line each. */
  readonly checkpoint?: readonly string[];
  /** Public keys as PEM; none: signatures are not checked. */
  readonly key?: readonly string[];
}

/**
 * Checks an exported audit by itself and against checkpoints; `onBlock` gets every block that can be read, in order. Throws INPUT_INVALID
 * where the export cannot be read, AUDIT_KEY_INVALID and AUDIT_CHECKPOINT_INVALID.
 */
export async function checkAuditExport(
  path: string, { checkpoint: files = [], key }: AuditEvidence, onBlock?: (block: AuditBlock) => void,
): Promise<AuditReport> {
  const keys = key === undefined ? null : readKeys(key);
  const read = files.flatMap((file) => readCheckpointFile(file).map((checkpoint, index) => ({ file, line: index + 1, checkpoint })));
  const unreadable = read
    .filter(({ checkpoint }) => checkpoint === null)
    .map(({ file, line }): AuditProblem => {
      return { fault: 'checkpoint_unreadable', sequence: null, line: null, problem: `line ${line} of ${file} is not a checkpoint` };
    });
  try {
    const report = await verifyExport(createReadStream(path), read.flatMap(({ checkpoint }) => checkpoint ?? []), keys, onBlock);
    return { ...report, problems: [...unreadable, ...report.problems] };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new HoldfastError('INPUT_INVALID', 'The export cannot be read.', { parameters: ['file'] }, { cause: error });
  }
}

function readKeys(files: readonly string[]): PublicKeys {
  return new Map(files.flatMap((file) => [...readPublicKeys(readText(file))]));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    throw new HoldfastError('AUDIT_KEY_INVALID', 'The file of public keys cannot be read.', {}, { cause: error });
  }
}
