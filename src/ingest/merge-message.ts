import { bytesOf } from '../domain/blob-token.js';
import type { Attachment, Message, MessageSource, Recall, StoredMessage } from '../domain/message.js';
import {
  ATTACHMENT_STATES,
  CONVERSATION_KINDS,
  MESSAGE_KINDS,
  PLATFORMS,
  type AttachmentState,
  type ConversationKind,
  type DateState,
  type ImportOutcome,
  type MessageKind,
  type Platform,
} from '../domain/values.js';
import {
  canonicalJson,
  compareStrings,
  earliest,
  isSameJson,
  joinKeyed,
  joinRanked,
  joinSets,
  joinStrings,
  joinWhole,
} from './merge-order.js';
import { mergeTexts, uneditedTexts } from './merge-texts.js';

/** What arriving copies did to a stored message. */
export interface MergeResult {
  readonly stored: StoredMessage;
  readonly outcome: Extract<ImportOutcome, 'duplicate' | 'merged' | 'conflict'>;
  /** False when writing it again would change nothing. */
  readonly isChanged: boolean;
}

/*
 * Rankings, weakest first. A value that says "not known" is the weakest; `holdfast` and `text` are what a record gets that
 * says nothing better. Beyond that the order is arbitrary and only has to be total.
 */
const PLATFORM_RANKING = weakestFirst<Platform>(['other', 'holdfast'], PLATFORMS);
const KIND_RANKING = weakestFirst<MessageKind>(['other', 'system', 'text'], MESSAGE_KINDS);
const CONVERSATION_KIND_RANKING = weakestFirst<ConversationKind>(['unknown'], CONVERSATION_KINDS);
const DATE_RANKING: readonly DateState[] = ['undated', 'future', 'assumedUnit', 'assumedZone', 'exact'];
/** Bytes that are there beat bytes that are not, and text that was read beats both. */
const ATTACHMENT_RANKING = weakestFirst<AttachmentState>(
  ['missing', 'not_scanned', 'unsupported', 'timeout', 'corrupt', 'too_large', 'encrypted', 'malware', 'partial', 'ok'],
  ATTACHMENT_STATES,
);

/**
 * Joins two copies of one message (the same id): commutative, associative and idempotent, so any order of imports, repeated
 * or side by side, ends in the same document. Lists are united; of two known values of a field one total order decides.
 * Where records disagree, nothing is lost: every raw record, every text of the message and all bytes of its attachments stay, and losing
 * senders stay participants. References to bytes are no part of this: the same bytes keep the one that `left` has.
 */
export function mergeMessages(left: StoredMessage, right: StoredMessage): StoredMessage {
  return {
    message: joinMessages(left.message, right.message),
    raws: joinKeyed(
      left.raws,
      right.raws,
      (raw) => raw.sha256,
      (one) => one,
    ),
  };
}

/** Joins an arriving copy into the stored one and says what it did. */
export function mergeArrival(stored: StoredMessage, arriving: StoredMessage): MergeResult {
  const merged = mergeMessages(stored, arriving);
  if (isSameJson(merged, stored)) return { stored: merged, outcome: 'duplicate', isChanged: false };
  const isNews = !isSameJson(contentOf(merged), contentOf(stored));
  const outcome = !isNews ? 'duplicate' : contradicts(stored.message, arriving.message) ? 'conflict' : 'merged';
  return { stored: merged, outcome, isChanged: true };
}

/**
 * Whether this very record is known and joining it would change nothing. Once true it stays true, since a stored message only
 * ever grows.
 */
export function isKnown(stored: StoredMessage, arriving: StoredMessage): boolean {
  const [source] = arriving.message.sources;
  const known = stored.message.sources.find(({ sha256, source: name }) => sha256 === source!.sha256 && name === source!.source);
  if (known === undefined || joinSources(known, source!) !== known) return false;
  // Mostly all is the same, which needs no join to tell.
  const fields = Object.keys(arriving.message) as (keyof Message)[];
  const isSame = fields.every((field) => field === 'sources' || isSameJson(stored.message[field], arriving.message[field]));
  return isSame || isSameJson(mergeMessages(stored, arriving), stored);
}

function joinMessages(left: Message, right: Message): Message {
  const [one, other] = tellers(left, right);
  const senderId = joinStrings(one.senderId, other.senderId);
  return {
    ...left,
    platform: joinRanked(PLATFORM_RANKING, left.platform, right.platform),
    kind: joinRanked(KIND_RANKING, one.kind, other.kind),
    nativeType: joinStrings(one.nativeType, other.nativeType),
    conversationId: joinStrings(left.conversationId, right.conversationId),
    conversationName: joinStrings(left.conversationName, right.conversationName),
    conversationKind: joinRanked(CONVERSATION_KIND_RANKING, left.conversationKind, right.conversationKind),
    senderId,
    senderName: joinStrings(one.senderName, other.senderName),
    recipientIds: joinSets(participants(left), participants(right)).filter((id) => id !== senderId),
    custodianIds: joinSets(left.custodianIds, right.custodianIds),
    ...joinTimes(one, other),
    ...mergeTexts(left, right),
    quoted: left.quoted === null ? right.quoted : right.quoted === null ? left.quoted : joinWhole(left.quoted, right.quoted),
    parts: joinWhole(left.parts, right.parts),
    attachments: joinKeyed(left.attachments, right.attachments, (attachment) => attachment.id, joinAttachments),
    recall: joinRecalls(left.recall, right.recall),
    warnings: joinSets(left.warnings, right.warnings),
    extra: joinExtras(left.extra, right.extra),
    sources: joinKeyed(left.sources, right.sources, ({ source, sha256 }) => `${source}\0${sha256}`, joinSources),
  };
}

/**
 * The copies that tell kind, sender and time: of an orphan recall and a message only the message, since who recalls and when is
 * no news of who wrote and when. An orphan's own stay nowhere but in its raw record (its sender also among the participants),
 * or the order of arrival would show.
 */
function tellers(left: Message, right: Message): readonly [Message, Message] {
  if (isOrphanRecall(left) === isOrphanRecall(right)) return [left, right];
  return isOrphanRecall(left) ? [right, right] : [left, left];
}

function isOrphanRecall({ sources }: Message): boolean {
  return sources.every(({ kind }) => kind === 'recall');
}

/** Sender and recipients. A sender that loses becomes a recipient, and so stays findable. */
function participants({ senderId, recipientIds }: Message): readonly string[] {
  return senderId === null || senderId === '' ? recipientIds : [...recipientIds, senderId];
}

/** The surest time with all that belongs to it; of two alike the earlier. */
function joinTimes(left: Message, right: Message): Pick<Message, 'sentAt' | 'sentAtBasis' | 'dateState'> {
  const winner = compareTimes(left, right) >= 0 ? left : right;
  return { sentAt: winner.sentAt, sentAtBasis: winner.sentAtBasis, dateState: winner.dateState };
}

function compareTimes(left: Message, right: Message): number {
  return (
    DATE_RANKING.indexOf(left.dateState) - DATE_RANKING.indexOf(right.dateState) ||
    (right.sentAt ?? Infinity) - (left.sentAt ?? Infinity) ||
    0 ||
    left.sentAtBasis.value.length - right.sentAtBasis.value.length ||
    compareStrings(canonicalJson(left.sentAtBasis), canonicalJson(right.sentAtBasis))
  );
}

function joinRecalls(left: Recall | null, right: Recall | null): Recall | null {
  if (left === null || right === null) return left ?? right;
  return { at: earliest(left.at, right.at), by: joinStrings(left.by, right.by) };
}

/** Bytes that lose stay as well, or joining would destroy them. Of two references to the same bytes that of `left` counts. */
function joinAttachments(left: Attachment, right: Attachment): Attachment {
  const found = compareFound(left, right) >= 0 ? left : right;
  const bytes = joinKeyed(
    bytesOf(left),
    bytesOf(right),
    ({ sha256 }) => sha256,
    (one, other) => (one.token === null ? other : one),
  );
  const otherBytes = bytes.filter(({ sha256 }) => sha256 !== found.sha256);
  return {
    id: left.id,
    name: joinStrings(left.name, right.name),
    mime: joinStrings(left.mime, right.mime),
    declaredSize: earliest(left.declaredSize, right.declaredSize),
    declaredSha256: joinStrings(left.declaredSha256, right.declaredSha256),
    declaredMd5: joinStrings(left.declaredMd5, right.declaredMd5),
    size: found.size,
    sha256: found.sha256,
    state: found.state,
    token: bytes.find(({ sha256 }) => sha256 === found.sha256)?.token ?? null,
    ...(otherBytes.length > 0 && { otherBytes }),
  };
}

function compareFound(left: Attachment, right: Attachment): number {
  return (
    ATTACHMENT_RANKING.indexOf(left.state) - ATTACHMENT_RANKING.indexOf(right.state) ||
    compareStrings(left.sha256 ?? '', right.sha256 ?? '') ||
    (left.size ?? -1) - (right.size ?? -1)
  );
}

function joinExtras(left: Message['extra'], right: Message['extra']): Message['extra'] {
  return Object.fromEntries(
    joinKeyed(
      Object.entries(left),
      Object.entries(right),
      ([key]) => key,
      (one, other) => [one[0], joinWhole(one[1], other[1])],
    ),
  );
}

/** One raw record of one source may stand in several files: the first by name and line speaks for all. */
function joinSources(left: MessageSource, right: MessageSource): MessageSource {
  const order = compareStrings(left.file, right.file) || left.line - right.line || compareStrings(left.importRunId, right.importRunId);
  return order <= 0 ? left : right;
}

/** Everything but where and when the records stood in files, and which references to bytes were drawn: the same however a message came in. */
export function contentOf({ message, raws }: StoredMessage): object {
  return {
    ...message,
    attachments: message.attachments.map(withoutTokens),
    sources: message.sources.map(({ source, sha256, kind, sequence }) => ({ source, sha256, kind, sequence })),
    raws,
  };
}

function withoutTokens({ token: _token, otherBytes, ...attachment }: Attachment): object {
  return otherBytes === undefined ? attachment : { ...attachment, otherBytes: otherBytes.map(({ sha256 }) => sha256) };
}

/** Both say something about the text, and it is neither the same nor explained by an edit. */
function contradicts(stored: Message, arriving: Message): boolean {
  const known = uneditedTexts(stored);
  const isOtherText =
    known.length > 0 &&
    uneditedTexts(arriving).some(
      (text) => !known.includes(text) && !stored.versions.some((version) => version.text === text) && text !== stored.text,
    );
  const isOtherQuote =
    stored.quoted !== null && arriving.quoted !== null && canonicalJson(stored.quoted) !== canonicalJson(arriving.quoted);
  const isOtherPart = stored.parts.length > 0 && arriving.parts.length > 0 && canonicalJson(stored.parts) !== canonicalJson(arriving.parts);
  return isOtherText || isOtherQuote || isOtherPart;
}

function weakestFirst<Value>(weakest: readonly Value[], all: readonly Value[]): readonly Value[] {
  return [...weakest, ...all.filter((value) => !weakest.includes(value))];
}
