import { hash } from 'node:crypto';
import type { BlobStore } from '../blobs/blob-store.js';
import type { MappedEntry, MessageDraft, RawEntry } from '../domain/archive-record.js';
import { messageId } from '../domain/message-id.js';
import type { StoredMessage } from '../domain/message.js';
import type { ImportOutcome } from '../domain/values.js';
import { decodeDocument } from '../engine/document-codec.js';
import { packMessages, type AnalyzedMessage, type PackedBatch } from '../engine/prepared-batch.js';
import { importerOf } from '../importers/index.js';
import { attachMedia, type MediaPlaces } from './attach-media.js';
import { mergeArrival } from './merge-message.js';

import { analyzeMessage } from './analyze-message.js';
import { entriesOf, type RecordBatch } from './record-batch.js';
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
  /** Everything about the records but the outcomes of those that became messages. */
  readonly tally: ImportTally;
  /** Real paths of the attachments' files that were taken in. */
  readonly takenMedia: readonly string[];
}

/** Copies of one message that met it in the archive. */
export interface Encounter {
  readonly stored: StoredMessage;
  /** Encoded documents, in order of arrival. */
  readonly arriving: readonly Uint8Array[];
}

export interface MergedBatch {
  /** One list an encounter: the outcome of each copy. */
  readonly outcomes: readonly (readonly ImportOutcome[])[];
  /** Positions of the encounters that changed the stored message, in order, and what to write for them. */
  readonly changed: readonly number[];
  readonly messages: PackedBatch;
}

/** What takes time in an import and needs no engine: runs in a worker thread. */
export class BatchEnricher {
  constructor(
    private readonly blobs: BlobStore,
  ) {}

  /** Understands and analyzes the records of a batch. One that fails is rejected, and costs no other. */
  async enrich(batch: RecordBatch, context: FileContext): Promise<EnrichedBatch> {
    const tally = new TallyBuilder(context.file);
    const messages: AnalyzedMessage[] = [];
    const takenMedia: string[] = [];
    const importer = importerOf(context.format);
    tally.addRead(batch.ends.length);
    for (const entry of entriesOf(batch)) {
      try {
        const mapped = importer.map(entry, { now: context.now });
        if (mapped.kind === 'rejected') {
          tally.addRejection(mapped.reason, entry.line, mapped.detail);
          continue;
        }
        const { draft, taken } =
          mapped.draft.attachments.length === 0
            ? { draft: mapped.draft, taken: [] }
            : await attachMedia(mapped.draft, mapped.media, context.places, this.blobs);
        messages.push(analyzeMessage(storedMessage(draft, mapped, entry, context)));
        takenMedia.push(...taken);
        for (const code of draft.warnings) tally.addWarning(code, entry.line);
        for (const { state } of draft.attachments) tally.addAttachment(state);
        tally.addTime(draft.sentAt);
      } catch (error) {
        if (isStorageError(error)) throw error;
        tally.addRejection('INTERNAL', entry.line, error instanceof Error ? error.name : 'unknown error');
      }
    }
    return { messages: packMessages(messages), tally: tally.build(), takenMedia };
  }

  /** Joins arriving copies into stored messages. */
  merge(encounters: readonly Encounter[], context: FileContext): MergedBatch {
    const outcomes: ImportOutcome[][] = [];
    const changed: number[] = [];
    const prepared: AnalyzedMessage[] = [];
    encounters.forEach(({ stored, arriving }, index) => {
      let current = stored;
      let isAnyChanged = false;
      outcomes.push(
        arriving.map((document) => {
          const copy = decodeDocument(document);
          if (isOwnWork(current, copy, context.importRunId)) return current.message.sources.length === 1 ? 'new' : 'merged';
          const merge = mergeArrival(current, copy);
          current = merge.stored;
          isAnyChanged ||= merge.isChanged;
          return merge.outcome;
        }),
      );
      if (isAnyChanged) {
        changed.push(index);
        prepared.push(analyzeMessage(current));
      }
    });
    return { outcomes, changed, messages: packMessages(prepared) };
  }

  /** Analyzes stored messages again, for reindexing and verifying. */
  prepare(messages: readonly StoredMessage[]): PackedBatch {
    return packMessages(messages.map((message) => analyzeMessage(message)));
  }
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
