import {
  ATTACHMENT_STATES, CONVERSATION_KINDS, DATE_STATES, MESSAGE_KINDS, PLATFORMS, WARNING_CODES,
} from '../../domain/values.js';
import type { NumberName, PackedBatch, PreparedMessage } from '../prepared-batch.js';
import { NO_VALUE, type DictionaryWriter } from './dictionary.js';
import { FACTS_BYTES, FLAG, maskOf, packFacts, positionOf } from './facts.js';
import { messageTokens } from './filter-tokens.js';

/** What a search row holds besides the folded text. */
export interface PackedRow {
  /** Overwritten by the next row. */
  readonly facts: Buffer;
  readonly tokens: string;
}

/** Packs the messages of one batch: what they share is looked up in the dictionary once. Use inside the writer's transaction only. */
export class PreparedPacker {
  private readonly strings: Translation<string>;
  private readonly sets: Translation<readonly string[]>;
  private readonly platforms: Translation<string>;
  private readonly kinds: Translation<string>;
  private readonly conversationKinds: Translation<string>;
  private readonly dateStates: Translation<string>;
  private readonly attachmentStates: Translation<readonly string[]>;
  private readonly warnings: Translation<readonly string[]>;
  /** SQLite copies what is bound, so one buffer serves every row. */
  private readonly facts = Buffer.alloc(FACTS_BYTES);

  constructor(readonly batch: PackedBatch, dictionary: DictionaryWriter) {
    const { strings, sets } = batch;
    this.strings = new Translation(strings, (value) => dictionary.ofString(value));
    this.sets = new Translation(sets, (values) => dictionary.ofSet(values));
    this.platforms = new Translation(strings, (value) => positionOf(value, PLATFORMS));
    this.kinds = new Translation(strings, (value) => positionOf(value, MESSAGE_KINDS));
    this.conversationKinds = new Translation(strings, (value) => positionOf(value, CONVERSATION_KINDS));
    this.dateStates = new Translation(strings, (value) => positionOf(value, DATE_STATES));
    this.attachmentStates = new Translation(sets, (values) => maskOf(values, ATTACHMENT_STATES));
    this.warnings = new Translation(sets, (values) => maskOf(values, WARNING_CODES));
  }

  pack(message: PreparedMessage, row: number): PackedRow {
    const string = (name: NumberName): number => this.strings.of(message.number(name));
    const set = (name: NumberName): number => this.sets.of(message.number(name));
    const sentAt = message.number('sentAt');
    const recallDelaySeconds = message.number('recallDelaySeconds');
    const numbers = {
      identitySpace: string('identitySpace'),
      platform: this.platforms.of(message.number('platform')),
      conversationId: string('conversationId'),
      senderId: string('senderId'),
    };
    // Without a spread: that alone took longer than SQLite takes for the row.
    packFacts({
      identitySpace: numbers.identitySpace,
      platform: numbers.platform,
      conversationId: numbers.conversationId,
      senderId: numbers.senderId,
      row,
      id: message.bytes('id'),
      participantId: set('participantId'),
      custodianId: set('custodianId'),
      sentAt,
      source: set('source'),
      importRunId: set('importRunId'),
      recallDelaySeconds,
      bodyLength: message.number('bodyLength'),
      warnings: this.warnings.of(message.number('warning')),
      attachmentCounts: set('attachmentCounts'),
      kind: this.kinds.of(message.number('kind')),
      conversationKind: this.conversationKinds.of(message.number('conversationKind')),
      dateState: this.dateStates.of(message.number('dateState')),
      attachmentStates: this.attachmentStates.of(message.number('attachmentState')),
      flags: flagsOf(message),
    }, this.facts);
    return { facts: this.facts, tokens: messageTokens(numbers, sentAt) };
  }
}

/** What each place of a batch's list means here, found out when first asked for. */
class Translation<Value> {
  private readonly known: (number | undefined)[];

  constructor(
    private readonly values: readonly Value[],
    private readonly translate: (value: Value) => number,
  ) {
    this.known = new Array<number | undefined>(values.length).fill(undefined);
  }

  of(place: number): number {
    return Number.isNaN(place) ? NO_VALUE : (this.known[place] ??= this.translate(this.values[place]!));
  }
}

function flagsOf(message: PreparedMessage): number {
  return FLAG.live |
    (message.number('isRecalled') * FLAG.recalled) |
    (message.number('isEdited') * FLAG.edited) |
    (message.number('hasAttachments') * FLAG.hasAttachments) |
    (message.number('isOrphanRecall') * FLAG.orphanRecall) |
    (message.number('hasSenderName') * FLAG.hasSenderName) |
    (message.number('hasConversationName') * FLAG.hasConversationName);
}
