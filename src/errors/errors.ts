/**
 * Every error that a caller can cause or must know of. The code is a contract; the message says what to do.
 * `status` is the HTTP status where one applies.
 */
export const ERRORS = {
  QUERY_SYNTAX: { status: 400, message: 'The search text cannot be read.' },
  QUERY_EMPTY_TERM: { status: 400, message: 'A search term has no searchable character.' },
  QUERY_TOO_DEEP: { status: 400, message: 'The query is nested too deeply. Split it.' },
  QUERY_TOO_LARGE: { status: 400, message: 'The query has too many or too long terms. Split it.' },
  QUERY_TOO_BROAD: { status: 400, message: 'Too many messages match to rank them. Add a rarer term or a filter, or sort by time.' },
  AGGREGATION_TOO_LARGE: { status: 400, message: 'There are too many values to count one by one. Narrow them with a filter.' },
  QUERY_TIMEOUT: { status: 504, message: 'The search took too long and was stopped. Add a filter or a rarer term.' },
  INPUT_INVALID: { status: 400, message: 'A parameter is not valid.' },
  TIME_WITHOUT_OFFSET: { status: 400, message: 'Give the time with its offset, e.g. 2026-01-31T09:00:00+08:00.' },
  CURSOR_INVALID: { status: 400, message: 'The cursor is not one of this search. Begin again without it.' },
  NOT_FOUND: { status: 404, message: 'There is nothing with this id.' },
  ENGINE_UNAVAILABLE: { status: 503, message: 'The search engine does not answer. Try again.' },
  ENGINE_BUSY: { status: 503, message: 'The archive is busy. Try again.' },
  ENGINE_ACCESS_DENIED: { status: 503, message: 'The search engine refuses this program. Check its name, password or API key, and its role.' },
  ENGINE_WRITE_BLOCKED: { status: 503, message: 'The search engine takes no writes now.' },
  ENGINE_UNSUPPORTED: { status: 500, message: 'The search engine is of a version that Holdfast does not work with.' },
  INDEX_VERSION_MISMATCH: { status: 503, message: 'The index does not fit this version of Holdfast.' },
  INDEX_CORRUPT: { status: 500, message: 'The index does not agree with itself. Run: holdfast verify' },
  AUDIT_UNAVAILABLE: { status: 503, message: 'The audit cannot be written, so nothing is shown.' },
  HOST_REFUSED: { status: 403, message: 'The Host header does not name this server.' },
  REQUEST_TOO_LARGE: { status: 413, message: 'The request is too large.' },
  IMPORT_FORMAT_UNKNOWN: { status: 400, message: 'No importer knows this file. Name the format.' },
  IMPORT_FILE_UNREADABLE: { status: 400, message: 'The file cannot be read.' },
  IMPORT_PATH_REFUSED: { status: 403, message: 'The path leads out of the inbox directory.' },
  IMPORT_BUSY: { status: 503, message: 'Too many imports are waiting. Try again when one has ended.' },
  INBOX_NOT_CONFIGURED: { status: 400, message: 'There is no inbox directory to import from. Set HOLDFAST_INBOX_DIR.' },
  CONFIG_INVALID: { status: 500, message: 'A setting is not valid.' },
  GRAPHQL_INVALID: { status: 400, message: 'The GraphQL request is not valid.' },
  INTERNAL: { status: 500, message: 'Something failed inside. The log has the details under this id.' },
  ARCHIVE_MOVED: { status: 503, message: 'The archive lives on in another engine. This one is only searched.' },
  ARCHIVE_MOVING: { status: 503, message: 'The archive is on its way to another engine.' },
  MIGRATION_REFUSED: { status: 400, message: 'The archive cannot be moved so.' },
  CONVERSATION_AMBIGUOUS: { status: 400, message: 'The conversation id stands in several identity spaces. Name one of them.' },
  MATTER_CLOSED: { status: 400, message: 'The matter is closed. Open another one.' },
  MATTER_HELD: { status: 400, message: 'The matter has holds. Release them first; one that is being released counts until it is gone.' },
  DISPOSITION_UNDER_WAY: { status: 503, message: 'A batch of messages is being destroyed, or was left half done. Run that disposition again: holdfast disposition run' },
  BACKUP_REFUSED: { status: 400, message: 'The backup cannot be made so.' },
  BACKUP_INVALID: { status: 400, message: 'This is not a whole backup.' },
  RESTORE_REFUSED: { status: 400, message: 'The backup cannot be restored so.' },
  ARCHIVE_RESTORED: { status: 503, message: 'The archive was restored, and what was destroyed since the backup is not yet destroyed again.' },
  AUDIT_BROKEN: { status: 500, message: 'The audit does not agree with itself or with its checkpoints. Run: holdfast audit export, then holdfast audit verify' },
  AUDIT_ROLLED_BACK: { status: 503, message: 'The audit is not what its last exported checkpoint says: an older state was put back, or it was written anew.' },
  AUDIT_KEY_INVALID: { status: 500, message: 'The signing key of the audit cannot be used.' },
  AUDIT_CHECKPOINT_INVALID: { status: 500, message: 'The file of exported checkpoints cannot be used.' },
  HOLD_REGISTER_UNREADABLE: { status: 503, message: 'The hold register cannot be read whole, so nothing is destroyed. Was it written by a later version?' },
  HOLD_PLACING: { status: 503, message: 'The hold binds what is proposed from now on, but is not active yet. Place it again, or run: holdfast hold complete' },
  HOLD_RELEASED: { status: 409, message: 'The hold was released.' },
  SECOND_PERSON_NEEDED: { status: 403, message: 'Somebody else has to agree.' },
  DISPOSITION_SUSPENDED: { status: 503, message: 'Nothing is destroyed now. A person has to look at the reason and acknowledge it.' },
  DISPOSITION_STALE: { status: 409, message: 'The proposal is not, or no longer, what was agreed to. Look at it again.' },
  DISPOSITION_DISAGREES: { status: 500, message: 'The search index and the evaluation of a rule disagree, so nothing is destroyed. Run: holdfast verify' },
  HOLD_SCOPE_EMPTY: { status: 400, message: 'The scope is empty and would hold everything. Narrow it, or use the flag for the whole archive.' },
  RETENTION_SHORTENED: { status: 409, message: 'A policy in compliance mode may only be lengthened. Set a further policy instead.' },
  RETENTION_UNREADABLE: { status: 503, message: 'The retention policies cannot be read whole, so nothing is destroyed. Were they written by a later version?' },
  DISPOSITION_BUSY: { status: 503, message: 'This server proposes, runs or removes something already. Try again when that has ended.' },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** Facts beside the message: positions, limits, ids; never message text. */
export type ErrorFacts = Readonly<Record<string, string | number | boolean | readonly string[] | null>>;

/** The one error class that reaches callers. */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError';

  constructor(
    readonly code: ErrorCode,
    /** What happened in this case, appended to the code's own message. */
    readonly detail = '',
    readonly facts: ErrorFacts = {},
    options?: ErrorOptions,
  ) {
    super(detail === '' ? ERRORS[code].message : `${ERRORS[code].message} ${detail}`, options);
  }
}
