import { messageId } from '../../src/domain/message-id.js';
import type { Message, MessagePart, MessageSource } from '../../src/domain/message.js';

export type MessageOverrides = Partial<Omit<Message, 'id' | 'nativeId' | 'sources'>> & {
  /** Names of capture streams, or whole sources. */
  readonly sources?: readonly (string | MessageSource)[];
};

/** 2026-03-02 09:00 in Shanghai: the time of a message that no test cares about. */
export const ANY_TIME = Date.UTC(2026, 2, 2, 1);

/** A message with nothing special about it but what a test names. `dateState` follows `sentAt` unless given. */
export function makeMessage(nativeId: string, overrides: MessageOverrides = {}): Message {
  const sentAt = overrides.sentAt === undefined ? ANY_TIME : overrides.sentAt;
  const identitySpace = overrides.identitySpace ?? 'test';
  return {
    platform: 'holdfast',
    kind: 'text',
    nativeType: null,
    conversationId: 'conversation',
    conversationName: null,
    conversationKind: 'group',
    senderId: 'sender',
    senderName: null,
    recipientIds: [],
    custodianIds: [],
    sentAtBasis: { value: sentAt === null ? '' : String(sentAt), zone: null, unit: sentAt === null ? 'none' : 'ms', assumed: false },
    dateState: sentAt === null ? 'undated' : 'exact',
    text: '',
    editedAt: null,
    quoted: null,
    parts: [],
    attachments: [],
    versions: [],
    recall: null,
    warnings: [],
    extra: {},
    ...overrides,
    id: messageId(identitySpace, nativeId),
    identitySpace,
    nativeId,
    sentAt,
    sources: (overrides.sources ?? ['archive']).map((source) => (typeof source === 'string' ? makeSource(source, nativeId) : source)),
  };
}

/** A piece of a forward, holding a text and perhaps further pieces. */
export function makePart(text: string, parts: readonly MessagePart[] = []): MessagePart {
  return { kind: parts.length > 0 ? 'forward' : 'text', text, sentAt: null, senderName: null, parts };
}

/** An attachment whose bytes were never found. */
export function makeAttachment(name: string, overrides: Partial<Message['attachments'][number]> = {}): Message['attachments'][number] {
  return {
    id: `attachment-${name}`,
    name,
    mime: null,
    declaredSize: null,
    declaredSha256: null,
    declaredMd5: null,
    size: null,
    sha256: null,
    state: 'missing',
    token: null,
    ...overrides,
  };
}

export function makeSource(source: string, nativeId: string, overrides: Partial<MessageSource> = {}): MessageSource {
  return {
    source,
    sha256: 'f'.repeat(64),
    file: `${source}.jsonl`,
    line: 1 + nativeId.length,
    importRunId: 'run-1',
    kind: 'message',
    sequence: null,
    ...overrides,
  };
}
