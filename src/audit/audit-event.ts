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
  | ArchiveMovedEvent
  | AuditReadEvent
  | AuditKeyEvent
  | MatterEvent
  | HoldEvent
  | DispositionEvent
  | BatchEvent
  | MessageReintroducedEvent
  | RemovalEvent
  | BackupEvent
  | BackupDeletedEvent
  | ReplayEvent
  | RegisterEvent
  | PolicyEvent
  | ClockEvent
  | AttachmentsSweptEvent
  | ErasureRequestEvent;

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
  'holdPreview',
  'retentionExplain',
  'retentionSimulate',
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

/** The audit itself was read. */
export interface AuditReadEvent extends EventOfViewer {
  readonly kind: 'audit_read';
  readonly operation: 'list' | 'proof' | 'export';
  /** Names of the filter's fields, without their values; empty for a proof and an export. */
  readonly filterFields: readonly string[];
  /** The event that was to be proven; null otherwise. */
  readonly eventId: string | null;
}

/** Checkpoints of the audit are signed with another key from now on. */
export interface AuditKeyEvent extends EventOfViewer {
  readonly kind: 'audit_key_made';
  readonly keyId: string;
  /** The key before; null for the first one. */
  readonly previousKeyId: string | null;
}

/** A matter changed. Its name may be one of a person: the id stands for it. */
export interface MatterEvent extends EventOfViewer {
  readonly kind: 'matter_opened' | 'matter_closed' | 'matter_reopened';
  readonly matterId: string;
}

/** A hold, or one clause of it, changed. What it covers may name persons: the register has it. */
export interface HoldEvent extends EventOfViewer {
  readonly kind: 'hold_placed' | 'hold_active' | 'hold_widened' | 'release_requested' | 'release_approved' | 'release_recalled' | 'hold_released';
  readonly holdId: string;
  /** Null where the hold is meant whole. */
  readonly entryId: string | null;
  /** SHA-256 of the canonical scope; null where it does not change. */
  readonly scopeHash: string | null;
}

/** A set of messages was proposed for destruction, or somebody decided about that. */
export interface DispositionEvent extends EventOfViewer {
  readonly kind: 'disposition_proposed' | 'disposition_approved' | 'disposition_rejected';
  readonly proposalId: string;
  /** SHA-256 of the frozen set. */
  readonly setHash: string;
  readonly itemCount: number;
}

/** A batch is going to be destroyed: nothing of it is before this. Or it is done, and `hash` is that of its certificate. */
export interface BatchEvent extends EventOfViewer {
  readonly kind: 'disposition_intended' | 'disposition_completed';
  readonly batchId: string;
  /** SHA-256 of the canonical batch record, or certificate. */
  readonly hash: string;
  readonly itemCount: number;
}

/** A destroyed message was imported again under a hold that covers it. */
export interface MessageReintroducedEvent extends EventOfViewer {
  readonly kind: 'message_reintroduced';
  readonly messageId: string;
  /** The batch that destroyed it last: its certificate has this id. */
  readonly batchId: string;
}

/** The bytes of destroyed messages are being taken out of every store, or are out of all of them. */
export interface RemovalEvent extends EventOfViewer {
  readonly kind: 'removal_started' | 'moved_archive_gone' | 'removal_completed';
  readonly removalId: string;
  /** SHA-256 of the canonical record; null while it is not complete. */
  readonly hash: string | null;
}

/** The archive was copied whole, or is what a copy brought back. */
export interface BackupEvent extends EventOfViewer {
  readonly kind: 'backup_made' | 'backup_restored';
  readonly backupId: string;
  /** Of the backup's manifest, which names the hash of its list of files. */
  readonly manifestSha256: string;
}

/** A person said that a copy of the archive is gone. */
export interface BackupDeletedEvent extends EventOfViewer {
  readonly kind: 'backup_deleted';
  readonly backupId: string;
}

/** What certificates say was destroyed since a backup was destroyed again, behind its restore. */
export interface ReplayEvent extends EventOfViewer {
  readonly kind: 'certificates_replayed';
  readonly backupId: string;
  readonly certificates: number;
  /** Messages. */
  readonly destroyed: number;
  readonly kept: number;
}

/** Disposition was suspended; or a person has looked at the register of holds, and it goes on. */
export interface RegisterEvent extends EventOfViewer {
  readonly kind: 'register_suspended' | 'register_acknowledged';
  readonly reason: string;
}

/** The retention policies are going to be changed. What they are called may name persons: the catalog has it. */
export interface PolicyEvent extends EventOfViewer {
  readonly kind: 'policy_changed';
  readonly change: 'set' | 'retire' | 'event';
  /** Null where an event was recorded. */
  readonly policyId: string | null;
  /** Of all policies together, after the change. */
  readonly policyVersion: number;
  /** SHA-256 of all policies and events after the change, canonical. */
  readonly setHash: string;
}

/** A person took the time that the clock shows for right. */
export interface ClockEvent extends EventOfViewer {
  readonly kind: 'clock_acknowledged';
  /** UTC milliseconds. */
  readonly shownAt: number;
}

/** Attachment bytes that no message refers to are going to be deleted. */
export interface AttachmentsSweptEvent extends EventOfViewer {
  readonly kind: 'attachments_swept';
}

/** Somebody's request to have data erased was taken in, or is no longer followed. Whom it is about stands in its record alone. */
export interface ErasureRequestEvent extends EventOfViewer {
  readonly kind: 'erasure_requested' | 'erasure_withdrawn';
  readonly requestId: string;
}
