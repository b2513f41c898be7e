/**
 * What the audit records. References and keyed hashes only: no message text, no search text, no name of a person.
 * Kinds are a contract; the list only grows.
 */
export type AuditEvent =
  | ImportEvent
  | SearchEvent
  | SearchAnsweredEvent
  | MessageOpenedEvent
  | QueryRefusedEvent
  | ImportRequestedEvent
  | ImportProblemsReadEvent
  | ArchiveMovedEvent;

interface EventOfViewer {
  /** The account that acted. */
  readonly viewer: string;
}

/** An archive file was taken in. */
export interface ImportEvent extends EventOfViewer {
  readonly kind: 'import';
  readonly phase: 'started' | 'finished' | 'failed';
  readonly importRunId: string;
  /** Of the file's bytes; null while it is not known. */
  readonly archiveSha256: string | null;
  /** Records by outcome; empty when the import has only started. */
  readonly counts: Readonly<Record<string, number>>;
}

/** What was done with the hits. `list`: conversations or participants were listed from them; `conversation`: one was read. */
export const SEARCH_OPERATIONS = [
  'search',
  'export',
  'termReport',
  'list',
  'certify',
  'conversation',
  'recallTimeline',
  'captureGaps',
] as const;
export type SearchOperation = (typeof SEARCH_OPERATIONS)[number];

export interface SearchEvent extends EventOfViewer {
  readonly kind: 'search';
  readonly operation: SearchOperation;
  /** HMAC of the search text (`audit-key.ts`); null without text. */
  readonly textHash: string | null;
  /** Names of the filter's fields, without their values. */
  readonly filterFields: readonly string[];
  /** Null when nothing was counted, and where `search_answered` tells it. */
  readonly hitCount: number | null;
  readonly order: string | null;
  /** Set where an event of its own tells the answer. */
  readonly searchId?: string;
  /** Set where a conversation was read around a message. */
  readonly messageId?: string;
}

/** How many messages a search found. The search itself was in the audit before it was answered. */
export interface SearchAnsweredEvent extends EventOfViewer {
  readonly kind: 'search_answered';
  readonly searchId: string;
  readonly hitCount: number;
}

export interface MessageOpenedEvent extends EventOfViewer {
  readonly kind: 'message_opened';
  readonly messageId: string;
}

export interface QueryRefusedEvent extends EventOfViewer {
  readonly kind: 'query_refused';
  /** An error code. */
  readonly code: string;
}

/** An import was asked for over the API; its files follow as `import`. */
export interface ImportRequestedEvent extends EventOfViewer {
  readonly kind: 'import_requested';
  readonly importRunId: string;
}

/** Records that an import rejected were shown, with their content. */
export interface ImportProblemsReadEvent extends EventOfViewer {
  readonly kind: 'import_problems_read';
  readonly importRunId: string;
  /** A rejection reason; null when all were asked for. */
  readonly reason: string | null;
}

/** The archive was copied to another engine and compared; its last event before it was given up. */
export interface ArchiveMovedEvent extends EventOfViewer {
  readonly kind: 'archive_moved';
  /** Engines, as HOLDFAST_ENGINE names them. */
  readonly from: string;
  readonly to: string;
  readonly messages: number;
  /** The archive digest, equal in both. */
  readonly digest: string;
}
