/** What can be wrong with an audit, or with a checkpoint beside it. The names are a contract; the list only grows. */
export const AUDIT_FAULTS = [
  // the chain
  'line_unreadable',
  'end_cut',
  'blocks_missing',
  'block_misplaced',
  'link_broken',
  'block_changed',
  'block_empty',
  'clock_backwards',
  // checkpoints
  'checkpoint_unreadable',
  'key_unknown',
  'signature_wrong',
  'other_log',
  'fork',
  'log_shorter',
  'root_different',
] as const;
export type AuditFault = (typeof AUDIT_FAULTS)[number];

/** One finding: what it is, where, and in words. */
export interface AuditProblem {
  readonly fault: AuditFault;
  /** The block it was found at; null when it concerns a checkpoint, or text that is no block. */
  readonly sequence: number | null;
  /** Line of the export; null when blocks were read from the archive, and of a checkpoint. */
  readonly line: number | null;
  readonly problem: string;
}
