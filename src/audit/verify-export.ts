import { canonicalJson, type AuditBlock } from './audit-block.js';
import { AuditCheck, type AuditReport } from './audit-check.js';
import type { SignedCheckpoint } from './checkpoint.js';
import type { PublicKeys } from './signing-key.js';

const LINE_END = 0x0a;
/** Bytes of a line. The longest block there is takes a small part of it. */
const LONGEST_LINE = 256 * 1024 * 1024;

/**
 * Checks an exported audit (`exportAudit`), given in pieces of any size. Strict: each line must be, byte for byte, the one text of its block,
 * so that no byte can be changed unnoticed.
 */
export class ExportCheck {
  private readonly check: AuditCheck;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private pending: Buffer[] = [];
  private pendingLength = 0;
  private lines = 0;

  /** `checkpoints` from elsewhere; `keys` null: their signatures are not checked. `onBlock` gets every block that can be read, in order. */
  constructor(
    checkpoints: readonly SignedCheckpoint[],
    keys: PublicKeys | null,
    private readonly onBlock: (block: AuditBlock) => void = () => {},
  ) {
    this.check = new AuditCheck(checkpoints, keys);
  }

  /** The next piece. */
  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, start)) {
      this.keep(chunk.subarray(start, end));
      this.endLine();
      start = end + 1;
    }
    this.keep(chunk.subarray(start));
  }

  /** After the last piece. */
  end(): AuditReport {
    if (this.pendingLength > 0) {
      this.endLine();
      this.check.note({ fault: 'end_cut', sequence: null, line: this.lines, problem: 'the file ends in the middle of a line' });
    }
    if (this.lines === 0) this.check.note({ fault: 'blocks_missing', sequence: null, line: null, problem: 'the file is empty' });
    return this.check.end();
  }

  private keep(piece: Buffer): void {
    this.pendingLength += piece.length;
    if (this.pendingLength <= LONGEST_LINE) this.pending.push(piece);
    else this.pending = [];
  }

  private endLine(): void {
    const bytes = this.pending.length === 1 ? this.pending[0]! : Buffer.concat(this.pending);
    const isWhole = this.pendingLength <= LONGEST_LINE;
    this.pending = [];
    this.pendingLength = 0;
    this.lines += 1;
    const block = isWhole ? this.read(bytes) : null;
    if (block !== null) {
      this.check.add(block, this.lines);
      this.onBlock(block);
    } else this.check.note({ fault: 'line_unreadable', sequence: null, line: this.lines, problem: 'it is not the text of a block' });
  }

  private read(bytes: Buffer): AuditBlock | null {
    try {
      const text = this.decoder.decode(bytes);
      const value: unknown = JSON.parse(text);
      return isBlock(value) && canonicalJson(value) === text ? value : null;
    } catch {
      // No UTF-8, no JSON, or JSON in JSON without end.
      return null;
    }
  }
}

/** The same for a file that is read as it is checked. */
export async function verifyExport(
  chunks: AsyncIterable<Buffer>,
  checkpoints: readonly SignedCheckpoint[],
  keys: PublicKeys | null,
  onBlock?: (block: AuditBlock) => void,
): Promise<AuditReport> {
  const check = new ExportCheck(checkpoints, keys, onBlock);
  for await (const chunk of chunks) check.push(chunk);
  return check.end();
}

function isBlock(value: unknown): value is AuditBlock {
  if (typeof value !== 'object' || value === null) return false;
  const { sequence, previousHash, writtenAt, events, hash } = value as Readonly<Record<string, unknown>>;
  return (
    Number.isSafeInteger(sequence) &&
    [previousHash, writtenAt, hash].every((text) => typeof text === 'string') &&
    Array.isArray(events) &&
    events.every((event) => typeof event === 'object' && event !== null)
  );
}
