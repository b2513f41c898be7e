import type { Attachment, Message } from './message.js';
import type { RejectionReason, SourceKind } from './values.js';

/** Bytes of a rejected record that are kept; its length and hash tell of the rest. */
export const KEPT_OF_REJECTED = 64 * 1024;

/** One record as it stands in an archive file, not yet understood. */
export interface RawEntry {
  /** The record's bytes, exactly; without the line end. */
  readonly bytes: Uint8Array;
  /** 1-based line, or ordinal in files without lines. */
  readonly line: number;
  /** Offset in the (unpacked) file right behind the record: an import may resume here. */
  readonly endOffset: number;
  /** The file ends inside the record, or right behind it without a line end. */
  readonly isUnterminated?: boolean;
  /** The record is this many bytes long, too long to be held: `bytes` is empty. */
  readonly excessBytes?: number;
  /** Set with `excessBytes`: the first `KEPT_OF_REJECTED` bytes of the record, and the SHA-256 (hex) of it whole. */
  readonly excess?: { readonly start: Uint8Array; readonly sha256: string };
}

/** Bytes that an attachment refers to. */
export interface MediaReference {
  /** `Attachment.id` in the same message. */
  readonly attachmentId: string;
  /** As the record gives it: relative to the archive file, or absolute inside a media directory; null: known by its hash alone. */
  readonly path: string | null;
  /** MD5 (32 hex digits) of the bytes, whose file is named by it; null where the record tells none. */
  readonly md5: string | null;
}

/** A message as one record tells it; `ingest` adds id and source. */
export type MessageDraft = Omit<Message, 'id' | 'sources' | 'identitySpace'>;

/** What an importer made of one entry. Nothing is ever left out: each entry becomes exactly one of these. */
export type MappedEntry =
  | {
      readonly kind: 'message';
      readonly draft: MessageDraft;
      readonly media: readonly MediaReference[];
      /** `recall`: the draft is what the record says of the message it recalls, whose native id it has. */
      readonly sourceKind: SourceKind;
      readonly sequence: string | null;
    }
  | {
      readonly kind: 'rejected';
      readonly reason: RejectionReason;
      readonly detail: string;
      /** Of an encrypted record: which key would open it. */
      readonly keyVersion?: string;
    };

/** An attachment before its bytes were looked for. */
export function unreadAttachment(
  reference: Pick<Attachment, 'id' | 'name'> & Partial<Pick<Attachment, 'mime' | 'declaredSize' | 'declaredSha256' | 'declaredMd5'>>,
): Attachment {
  return {
    id: reference.id,
    name: reference.name,
    mime: reference.mime ?? null,
    declaredSize: reference.declaredSize ?? null,
    declaredSha256: reference.declaredSha256 ?? null,
    declaredMd5: reference.declaredMd5 ?? null,
    size: null,
    sha256: null,
    state: 'missing',
    token: null,
  };
}
