import { expect, it } from '@jest/globals';
import { makeMessage } from '../../test/support/make-message.js';
import { toMessageModel } from '../search/message.model.js';
import { showHit } from './show-hit.js';

const edge = (text: string, spans: { start: number; end: number }[] = []): Parameters<typeof showHit>[0] => ({
  cursor: '',
  score: null,
  message: toMessageModel({
    message: makeMessage('1', { text, senderName: '王\u001b[2J', conversationName: null, sentAt: null }),
    raws: [],
  }),
  highlights: spans.length === 0 ? [] : [{ field: 'body', attachmentId: null, snippet: text, spans }],
});

it('marks every place', () => {
  expect(
    showHit(
      edge('请转保证金给我', [
        { start: 0, end: 1 },
        { start: 2, end: 5 },
      ]),
      false,
    ),
  ).toContain('[请]转[保证金]给我');
  expect(showHit(edge('保证金', [{ start: 0, end: 3 }]), true)).toContain('\u001b[1;31m保证金\u001b[0m');
});

it('lets no message steer the terminal', () => {
  const shown = showHit(edge('a\u001b[31mb\u0007\u202ec\nd\u009b'), false);
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/u);
  expect(shown).toContain('a [31mb  c d');
  expect(shown).toContain('undated  conversation  王 [2J');
});

it('cuts a long text without splitting a character', () => {
  const shown = showHit(edge('😀'.repeat(200)), false);
  expect(shown.isWellFormed()).toBe(true);
  expect(shown.length).toBeLessThan(250);
});
