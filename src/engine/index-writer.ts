import type { StoredMessage } from '../domain/message.js';
import type { PreparedMessage } from './prepared-batch.js';
import type { VersionToken, VersionedMessage } from './search-engine.js';

export type { PreparedMessage };

/** Analyzes messages as an import does; one result per message, in order. */
export type Prepare = (batch: readonly VersionedMessage[]) => Promise<readonly PreparedMessage[]>;

export interface PutItem {
  readonly prepared: PreparedMessage;
  /** The version it replaces; null = the id must be absent. */
  readonly expected: VersionToken | null;
  /** The disposals of what it replaces, as they were read: they stay. Left out: there are none. */
  readonly disposals?: readonly string[];
  /** Only an answer counts as `written`. Otherwise, after a lost one, what a later read shows may count too. */
  readonly needsAnswer?: boolean;
}

/**
 * `conflict`: the id stands at another version; nothing was written for it. `refused`: the engine will never take this message,
 * as SQLite never says; the problem tells why, without content.
 */
export type PutResult =
  | { readonly outcome: 'written'; readonly version: VersionToken }
  | { readonly outcome: 'conflict' }
  | { readonly outcome: 'refused'; readonly problem: string };

/**
 * Stands under the id of a message that was destroyed: no content. Searches, counts, `read` and `readAll` pass it over; nothing is
 * written over it but by its version. One without disposals is a placeholder: nothing was destroyed there.
 */
export interface Stub {
  readonly id: string;
  readonly version: VersionToken;
  /** Ids of the batches that destroyed it, in order. */
  readonly disposals: readonly string[];
}

/** A message with its past. */
export interface KeptMessage extends StoredMessage {
  /** Ids of the batches that destroyed it before it was imported again, in order. */
  readonly disposals: readonly string[];
}

/** A message as writers read it. */
export type WrittenMessage = KeptMessage & VersionedMessage;

export interface VerifyReport {
  readonly messages: number;
  /** Each names an id and what does not agree; at most 1,000. */
  readonly problems: readonly { readonly id: string; readonly problem: string }[];
}

/** Everything that writes the index. Writing is by compare-and-set on single messages. */
export abstract class IndexWriter {
  /** Creates the index, or checks that it fits this program: INDEX_VERSION_MISMATCH names the command that mends it. */
  abstract prepare(): Promise<void>;

  /**
   * Writes a batch; one result per item, in order. Items are independent of each other. Over a stub, `expected` is its version; the
   * message keeps its disposals from then on.
   */
  abstract put(items: readonly PutItem[]): Promise<readonly PutResult[]>;

  /** Real-time read without a viewer, for whoever is going to write. Null where nothing stands, or a stub. */
  abstract read(ids: readonly string[]): Promise<readonly (WrittenMessage | null)[]>;

  /** Real-time: what stands in the place of messages; null where nothing stands, or a message. */
  abstract readStubs(ids: readonly string[]): Promise<readonly (Stub | null)[]>;

  /** Every stub in the order of ids, batch by batch. */
  abstract readAllStubs(): AsyncIterable<readonly Stub[]>;

  /** Writes stubs where nothing stands, and only there: for copies of an archive, which keep what was destroyed from coming back. */
  abstract createStubs(stubs: readonly Omit<Stub, 'version'>[]): Promise<readonly PutResult[]>;

  /** Gives each stub a new version; `conflict` where it does not stand at its own. */
  abstract rewriteStubs(stubs: readonly Stub[]): Promise<readonly PutResult[]>;

  /** The stored documents as `encodeDocument` made them, as they stand now; null for an id that is not stored. */
  abstract readDocuments(ids: readonly string[]): Promise<readonly (Uint8Array | null)[]>;

  /** Every message in the order of ids, batch by batch. */
  abstract readAll(): AsyncIterable<readonly KeptMessage[]>;

  /** Makes everything written so far visible to searches. */
  abstract refresh(): Promise<void>;

  /** Tidies the index after a long import. */
  abstract finish(): Promise<void>;

  /** Rewrites the grams of every message with today's fold version; resumable. Yields how many are done, and of how many. */
  abstract reindex(prepare: Prepare): AsyncIterable<{ done: number; total: number }>;

  /** Compares rows, index and folded text. Yields progress, returns the report. */
  abstract verify(prepare: Prepare): AsyncGenerator<{ done: number; total: number }, VerifyReport>;

  abstract close(): Promise<void>;
}
