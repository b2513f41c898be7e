import { hash } from 'node:crypto';
import type { BlobReferences } from '../blobs/blob-references.js';
import type { MappedEntry, MessageDraft, RawEntry } from '../domain/archive-record.js';
import type { BlobToken } from '../domain/blob-token.js';
import { messageId } from '../domain/message-id.js';
import type { StoredMessage } from '../domain/message.js';
import type { ImportOutcome, RejectionReason } from '../domain/values.js';
import { decodeDocument, decodeExpected } from '../engine/document-codec.js';
import { packMessages, type AnalyzedMessage, type PackedBatch } from '../engine/prepared-batch.js';
import { importerOf } from '../importers/index.js';
import { attachMedia, type FoundMedia, type MediaPlaces } from './attach-media.js';
import { isKnown, mergeArrival } from './merge-message.js';
import { analyzeMessage } from './analyze-message.js';
import { entriesOf, type RecordBatch } from './record-batch.js';
import { referToMedia, renewTokens, type TakenToken } from './refer-to-media.js';
import { TallyBuilder, type ImportTally } from './tally.js';

/** What every record of one file has in common. */
export interface FileContext {
  readonly format: string;
  readonly file: string;
  readonly source: string;
  readonly identitySpace: string;
  readonly importRunId: string;
  /** UTC milliseconds of the run's start. */
  readonly now: number;
  readonly places: MediaPlaces;
}

export interface EnrichedBatch {
  readonly messages: PackedBatch;
  /** Of each message: its record's place in the batch. Records that are neither here nor rejected are known. */
  readonly places: readonly number[];
  /** Everything about the records but the outcomes of those that became messages. */
  readonly tally: ImportTally;
  /** Real paths of the attachments' files that were taken in. */
  readonly takenMedia: readonly string[];
  /** By place among the messages: the references that it names. To be released where it is not written. */
  readonly tokens: ReadonlyMap<number, readonly TakenToken[]>;
  /** In order; `index` is the record's place in the batch. */
  readonly rejections: readonly Rejection[];
}

export interface Rejection {
  readonly index: number;
  readonly reason: RejectionReason;
  /** What is wrong with the record; never content. */
  readonly detail: string;
}

/** Copies of one message that met it in the archive. */
export interface Encounter {
  /** Null: nothing stands there that could be joined. */
  readonly stored: StoredMessage | null;
  /** Encoded documents, in order of arrival. */
  readonly arriving: readonly Uint8Array[];
  /** References that the arriving copies name. */
  readonly taken: readonly TakenToken[];
}

export interface MergedBatch {
  /** One list an encounter: the outcome of each copy. */
  readonly outcomes: readonly (readonly ImportOutcome[])[];
  /** Positions of the encounters that changed the stored message, in order, and what to write for them. */
  readonly changed: readonly number[];
  readonly messages: PackedBatch;
  /** By place among the messages: the fresh references that it names. To be released where it is not written. */
  readonly tokens: ReadonlyMap<number, readonly TakenToken[]>;
}

/** The stored documents of ids, packed; null for each that is not there. */
export type LookUp = (ids: readonly string[]) => Promise<readonly (Uint8Array | null)[]>;

/** A record that was understood. */
interface Arrival {
  readonly stored: StoredMessage;
  /** The record's place in the batch. */
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly found: readonly FoundMedia[];
}

/** An arrival that names references to its bytes. */
interface ReferringArrival {
  readonly stored: StoredMessage;
  readonly taken: readonly TakenToken[];
}

const REFERRING_AT_ONCE = 64;
const NOTHING_KNOWN: ReadonlySet<number> = new Set();

/** What takes time in an import and needs no index: runs in a worker thread. */
export class BatchEnricher {
  /** `openReferences` is asked once there are bytes of an attachment to keep. */
  constructor(private readonly openReferences: () => Promise<BlobReferences>) {}

  /**
   * Understands and analyzes the records of a batch. One that fails is rejected, and costs no other. With `lookUp`, records that
   * the archive holds already are not analyzed: they are in the tally as duplicates, and not among the messages.
   */
  async enrich(batch: RecordBatch, context: FileContext, lookUp: LookUp | null): Promise<EnrichedBatch> {
    const notes = new BatchNotes(context.file, batch.ends.length);
    const messages: AnalyzedMessage[] = [];
    const places: number[] = [];
    const takenMedia: string[] = [];
    const tokens = new Map<number, readonly TakenToken[]>();
    const arrivals = await this.understand(batch, context, notes);
    const known = lookUp === null ? NOTHING_KNOWN : await findKnown(arrivals, context, lookUp);
    const referring = await this.refer(arrivals, known);
    for (const [place, { stored: arriving, index, found }] of arrivals.entries()) {
      const { stored, taken } = referring.get(place) ?? { stored: arriving, taken: [] };
      const line = batch.lines[index]!;
      try {
        if (known.has(place)) notes.tally.addOutcome('duplicate');
        else {
          messages.push(analyzeMessage(stored));
          places.push(index);
        }
      } catch (error) {
        notes.rejectInternally(index, line, error);
        if (taken.length > 0) await this.release(taken);
        continue;
      }
      if (taken.length > 0) tokens.set(messages.length - 1, taken);
      takenMedia.push(...found.map(({ path }) => path));
      notes.addMessage(stored.message, line);
    }
    return { messages: packMessages(messages), places, tally: notes.tally.build(), takenMedia, tokens, rejections: notes.rejections() };
  }

  private async understand(batch: RecordBatch, context: FileContext, notes: BatchNotes): Promise<readonly Arrival[]> {
    const importer = importerOf(context.format);
    const arrivals: Arrival[] = [];
    for (const [index, entry] of entriesOf(batch).entries()) {
      try {
        const mapped = importer.map(entry, context);
        if (mapped.kind === 'rejected') {
          notes.reject({ index, reason: mapped.reason, detail: mapped.detail }, entry.line);
          if (mapped.keyVersion !== undefined) notes.tally.addEncrypted(mapped.keyVersion);
          continue;
        }
        const { draft, found } =
          mapped.draft.attachments.length === 0
            ? { draft: mapped.draft, found: [] }
            : await attachMedia(mapped.draft, mapped.media, context.places);
        arrivals.push({ stored: storedMessage(draft, mapped, entry, context), index, bytes: entry.bytes, found });
      } catch (error) {
        notes.rejectInternally(index, entry.line, error);
      }
    }
    return arrivals;
  }

  /** Joins arriving copies into stored messages, which were read just now: what they need of the arriving references is taken afresh. */
  async merge(encounters: readonly Encounter[], context: FileContext): Promise<MergedBatch> {
    const outcomes: (readonly ImportOutcome[])[] = [];
    const changed: number[] = [];
    const prepared: AnalyzedMessage[] = [];
    const tokens = new Map<number, readonly TakenToken[]>();
    for (const [index, encounter] of encounters.entries()) {
      const joined = joinArriving(encounter, context);
      outcomes.push(joined.outcomes);
      if (!joined.isChanged) continue;
      let { stored } = joined;
      if (encounter.taken.length > 0) {
        const renewed = await renewTokens(stored.message, encounter.taken, await this.openReferences());
        stored = { ...stored, message: renewed.message };
        tokens.set(changed.length, renewed.tokens);
      }
      changed.push(index);
      prepared.push(analyzeMessage(stored));
    }
    return { outcomes, changed, messages: packMessages(prepared), tokens };
  }

  /** Gives back references that no message names. */
  async release(tokens: readonly BlobToken[]): Promise<void> {
    await (await this.openReferences()).release(tokens);
  }

  /** Analyzes stored messages again, for reindexing and verifying. */
  prepare(messages: readonly StoredMessage[]): PackedBatch {
    return packMessages(messages.map((message) => analyzeMessage(message)));
  }

  /**
   * Stores the bytes of what is not known, by place. Faults of disk and catalog stop the import: they are no fault of a record. Several at
   * once, because each waits for the disk most of the time.
   */
  private async refer(arrivals: readonly Arrival[], known: ReadonlySet<number>): Promise<ReadonlyMap<number, ReferringArrival>> {
    const places = [...arrivals.keys()].filter((place) => arrivals[place]!.found.length > 0 && !known.has(place));
    const referring = new Map<number, ReferringArrival>();
    for (let from = 0; from < places.length; from += REFERRING_AT_ONCE) {
      const references = await this.openReferences();
      const referOne = async (place: number): Promise<void> => {
        const { stored, found } = arrivals[place]!;
        const { message, tokens } = await referToMedia(stored.message, found, references);
        referring.set(place, { stored: { ...stored, message }, taken: tokens });
      };
      await Promise.all(places.slice(from, from + REFERRING_AT_ONCE).map(referOne));
    }
    return referring;
  }
}

/** The message that one encounter comes to, and the outcome of each copy. */
function joinArriving(
  { stored, arriving }: Encounter, context: FileContext,
): { readonly stored: StoredMessage; readonly outcomes: readonly ImportOutcome[]; readonly isChanged: boolean } {
  const copies = arriving.map((document) => decodeDocument(document));
  const outcomes: ImportOutcome[] = stored === null ? ['new'] : [];
  let current = stored ?? copies.shift()!;
  let isChanged = stored === null;
  for (const copy of copies) {
    if (isOwnWork(current, copy, context.importRunId)) {
      outcomes.push(current.message.sources.length === 1 ? 'new' : 'merged');
      continue;
    }
    const merge = mergeArrival(current, copy);
    current = merge.stored;
    isChanged ||= merge.isChanged;
    outcomes.push(merge.outcome);
  }
  return { stored: current, outcomes, isChanged };
}

type MappedMessage = Extract<MappedEntry, { kind: 'message' }>;

function storedMessage(
  draft: MessageDraft, { sourceKind, sequence }: Pick<MappedMessage, 'sourceKind' | 'sequence'>, entry: RawEntry, context: FileContext,
): StoredMessage {
  const { source, file, identitySpace, importRunId } = context;
  const sha256 = hash('sha256', entry.bytes, 'hex');
  const text = Buffer.from(entry.bytes.buffer, entry.bytes.byteOffset, entry.bytes.byteLength).toString('utf8');
  return {
    message: {
      id: messageId(identitySpace, draft.nativeId),
      identitySpace,
      // Field by field: with a spread this takes ten times as long.
      nativeId: draft.nativeId,
      platform: draft.platform,
      kind: draft.kind,
      nativeType: draft.nativeType,
      conversationId: draft.conversationId,
      conversationName: draft.conversationName,
      conversationKind: draft.conversationKind,
      senderId: draft.senderId,
      senderName: draft.senderName,
      recipientIds: draft.recipientIds,
      custodianIds: draft.custodianIds,
      sentAt: draft.sentAt,
      sentAtBasis: draft.sentAtBasis,
      dateState: draft.dateState,
      text: draft.text,
      editedAt: draft.editedAt,
      quoted: draft.quoted,
      parts: draft.parts,
      attachments: draft.attachments,
      versions: draft.versions,
      recall: draft.recall,
      sources: [{ source, sha256, file, line: entry.line, importRunId, kind: sourceKind, sequence }],
      warnings: draft.warnings,
      extra: draft.extra,
    },
    raws: [{ sha256, text }],
  };
}

/** Places of the arrivals that are stored already; what this run stored itself, before it was killed, has another outcome. */
async function findKnown(arrivals: readonly Arrival[], context: FileContext, lookUp: LookUp): Promise<ReadonlySet<number>> {
  const documents = await lookUp(arrivals.map(({ stored }) => stored.message.id));
  const known = new Set<number>();
  documents.forEach((document, place) => {
    if (document === null) return;
    const { stored: arriving, bytes } = arrivals[place]!;
    const stored = decodeExpected(document, { id: arriving.message.id, raw: arriving.raws[0]!, bytes });
    if (!isOwnWork(stored, arriving, context.importRunId) && isKnown(stored, arriving)) known.add(place);
  });
  return known;
}

/** What is written down about the records of one batch. */
class BatchNotes {
  readonly tally: TallyBuilder;
  private readonly rejected: Rejection[] = [];

  constructor(file: string, recordCount: number) {
    this.tally = new TallyBuilder(file);
    this.tally.addRead(recordCount);
  }

  addMessage({ warnings, attachments, sentAt, sources }: StoredMessage['message'], line: number): void {
    for (const code of warnings) this.tally.addWarning(code, line);
    for (const { state } of attachments) this.tally.addAttachment(state);
    this.tally.addTime(sentAt);
    const { sequence } = sources[0]!;
    if (sequence !== null) this.tally.addSequence(sequence);
  }

  reject(rejection: Rejection, line: number): void {
    this.tally.addRejection(rejection.reason, line, rejection.detail);
    this.rejected.push(rejection);
  }

  /** Throws instead when the disk is at fault. */
  rejectInternally(index: number, line: number, error: unknown): void {
    if (isStorageError(error)) throw error;
    this.reject({ index, reason: 'INTERNAL', detail: error instanceof Error ? error.name : 'unknown error' }, line);
  }

  /** In the order of the records. */
  rejections(): readonly Rejection[] {
    return this.rejected.sort((one, other) => one.index - other.index);
  }
}

/** The run stored this very record, and was killed before it could write that down. */
function isOwnWork(stored: StoredMessage, arriving: StoredMessage, importRunId: string): boolean {
  const [source] = arriving.message.sources;
  return stored.message.sources.some(
    (known) =>
      known.importRunId === importRunId &&
      known.sha256 === source!.sha256 &&
      known.source === source!.source &&
      known.file === source!.file &&
      known.line === source!.line,
  );
}

/** A full or broken disk is no fault of the record: the import stops, and goes on later. */
function isStorageError(error: unknown): boolean {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}
