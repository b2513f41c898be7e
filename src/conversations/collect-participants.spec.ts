import { expect, it } from '@jest/globals';
import { makeMessage, type MessageOverrides } from '../../test/support/make-message.js';
import { ParticipantCollector } from './collect-participants.js';

const collected = (...messages: readonly MessageOverrides[]) => {
  const collector = new ParticipantCollector();
  messages.forEach((message, index) => collector.add(makeMessage(String(index), message)));
  return collector.build();
};

it('counts a message once for everybody it shows, however it shows them', () => {
  const [person] = collected({ sentAt: 5, senderId: 'a', recipientIds: ['a'], custodianIds: ['a'], recall: { at: null, by: 'a' } });
  expect(person).toMatchObject({ id: 'a', messageCount: 1, sentCount: 1, firstSentAt: 5, lastSentAt: 5 });
  expect(person!.evidence.map(({ kind }) => kind)).toEqual(['sender', 'tolist', 'custodian', 'recall']);
});

it('dates names by the messages written under them, whatever their order', () => {
  const senderId = 'a';
  const [person] = collected(
    { senderId, senderName: '新', sentAt: 9 },
    { senderId, senderName: null, sentAt: 1 },
    { senderId, senderName: '旧', sentAt: 4 },
    { senderId, senderName: '无', sentAt: null },
    { senderId, senderName: '新', sentAt: 6 },
    { senderId, senderName: '旧', sentAt: 3 },
  );
  expect(person!.names).toEqual([
    { name: '旧', messageCount: 2, firstSentAt: 3, lastSentAt: 4 },
    { name: '新', messageCount: 2, firstSentAt: 6, lastSentAt: 9 },
    { name: '无', messageCount: 1, firstSentAt: null, lastSentAt: null },
  ]);
});

it('takes no empty id for somebody', () => {
  expect(collected({ senderId: '', senderName: '某' }, { senderId: null })).toEqual([]);
});
