import type {
  AttachmentState, ConversationKind, DateState, MessageKind, Platform, SourceKind, WarningCode,
} from './values.js';

/** A copy of a message: which stream it came from and where exactly its raw record stood. */
export interface MessageSource {
  /** The capture stream, e.g. one phone's export or one company's archive. */
  readonly source: string;
  /** SHA-256 (hex) of the raw record's bytes; the raw record is kept under it. */
  readonly sha256: string;
  readonly file: string;
  /** 1-based line, or ordinal of the record inside a file that has no lines. */
  readonly line: number;
  readonly importRunId: string;
  readonly kind: SourceKind;
  /** Place of the record in the order of its stream, in decimal digits (up to 64 bits), where the stream counts. */
  readonly sequence: string | null;
}

/** Where `sentAt` came from, so that a reader can judge it. */
export interface TimeBasis {
  /** The value as it stood in the record. */
  readonly value: string;
  /** Offset or zone that was read or assumed, e.g. `+08:00`. */
  readonly zone: string | null;
  readonly unit: 'iso' | 'ms' | 's' | 'none';
  readonly assumed: boolean;
}

export interface Quoted {
  readonly text: string;
  readonly author: string | null;
  readonly nativeId: string | null;
}

/** One piece of a merged forward or a mixed message; pieces may nest. */
export interface MessagePart {
  readonly kind: MessageKind;
  readonly text: string;
  readonly sentAt: number | null;
  readonly senderName: string | null;
  readonly parts: readonly MessagePart[];
}

/** Stored bytes that a message needs, and its reference to them (`domain/blob-token.ts`). */
export interface AttachmentBytes {
  readonly sha256: string;
  /** Null in documents of earlier versions. */
  readonly token: string | null;
}

export interface Attachment {
  /** Stable inside the message: hash of its reference. */
  readonly id: string;
  readonly name: string;
  readonly mime: string | null;
  /** Size in bytes as declared by the record. */
  readonly declaredSize: number | null;
  readonly declaredSha256: string | null;
  readonly declaredMd5: string | null;
  /** Size in bytes as stored, null while the bytes are missing. */
  readonly size: number | null;
  /** SHA-256 of the stored bytes, null while they are missing. */
  readonly sha256: string | null;
  readonly state: AttachmentState;
  /** This message's reference to the stored bytes, no part of what it says. Null while they are missing, and in documents of earlier versions. */
  readonly token: string | null;
  /** Bytes that other records gave for the same reference, sorted by hash: they stay. Left out by most. */
  readonly otherBytes?: readonly AttachmentBytes[];
}

/** An earlier or conflicting text of the message. */
export interface MessageVersion {
  readonly text: string;
  /** When this text was written (edit time), UTC milliseconds, if the archive says. */
  readonly at: number | null;
  readonly by: string | null;
}

export interface Recall {
  /** UTC milliseconds, null if the archive does not say when. */
  readonly at: number | null;
  readonly by: string | null;
}

/**
 * One archived message: the document that both engines store. Times are UTC milliseconds.
 * Everything that a filter, a hold scope or a policy may name stands here, so that changing it changes the version.
 */
export interface Message {
  /** First 16 bytes (hex) of SHA-256 over (identity space, native id); never depends on source, file or run. */
  readonly id: string;
  /** Where `nativeId` is unique, e.g. one WeCom corp. */
  readonly identitySpace: string;
  readonly nativeId: string;
  readonly platform: Platform;
  readonly kind: MessageKind;
  readonly nativeType: string | null;
  readonly conversationId: string;
  readonly conversationName: string | null;
  readonly conversationKind: ConversationKind;
  readonly senderId: string | null;
  readonly senderName: string | null;
  /** Sorted, without the sender. */
  readonly recipientIds: readonly string[];
  /** Employees whose accounts are archived and who took part; sorted. */
  readonly custodianIds: readonly string[];
  readonly sentAt: number | null;
  readonly sentAtBasis: TimeBasis;
  readonly dateState: DateState;
  readonly text: string;
  /** When the current text was written, if it is an edit. */
  readonly editedAt: number | null;
  readonly quoted: Quoted | null;
  readonly parts: readonly MessagePart[];
  readonly attachments: readonly Attachment[];
  /** Every other text this message has had, sorted by (time, text). */
  readonly versions: readonly MessageVersion[];
  readonly recall: Recall | null;
  readonly warnings: readonly WarningCode[];
  /** Keys of the record that the model has no place for, unchanged. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** Sorted by (source, sha256). */
  readonly sources: readonly MessageSource[];
}

/** A raw record, byte for byte as it stood in the file. */
export interface RawRecord {
  readonly sha256: string;
  readonly text: string;
}

/** What an engine stores and returns for one id. */
export interface StoredMessage {
  readonly message: Message;
  readonly raws: readonly RawRecord[];
}
