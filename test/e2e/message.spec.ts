import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { messageId } from '../../src/domain/message-id.js';
import { onEveryEngine } from '../contract/engines.js';
import { makeAttachment, makeMessage, makePart } from '../support/make-message.js';
import { RunningApp } from '../support/start-app.js';

const AT = Date.UTC(2026, 2, 1, 1);
const full = makeMessage('full', {
  text: '付款见附件',
  sentAt: AT,
  senderId: 'wang',
  senderName: '王',
  recipientIds: ['li'],
  custodianIds: ['wang'],
  kind: 'mixed',
  nativeType: 'mixedmsg',
  platform: 'wecom',
  conversationName: '项目组',
  editedAt: AT + 1,
  quoted: { text: '何时付款', author: '李', nativeId: 'q' },
  parts: [makePart('外', [makePart('内')])],
  attachments: [makeAttachment('发票.pdf', { declaredSize: 5_000_000_000, mime: 'application/pdf' })],
  versions: [{ text: '付款见邮件', at: AT, by: null }],
  recall: { at: AT + 60_000, by: 'wang' },
  warnings: ['TIME_UNIT'],
  extra: { 深: [1, null, { a: 'b' }] },
  sources: ['phone', 'company'],
});

const EVERYTHING = `query ($id: ID!) { message(id: $id) {
  id identitySpace nativeId platform kind nativeType conversationId conversationName conversationKind senderId senderName recipientIds custodianIds
  sentAt sentAtBasis { value zone unit assumed } dateState text editedAt quoted { text author nativeId } parts { kind text sentAt senderName parts { text } }
  attachments { id name mime declaredSize declaredSha256 size sha256 state } versions { text at by } recall { at by } warnings extra
  sources { source sha256 file line importRunId } importRunIds raw { sha256 text }
} }`;

onEveryEngine('message on $name', (kind) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await RunningApp.start({ kind, messages: [full, makeMessage('plain', { text: '你好' })] });
  });
  afterAll(() => app.stop());

  it('shows all of the model, with raw records and import runs', async () => {
    const { message } = await app.data<{ message: Record<string, unknown> }>(EVERYTHING, { id: full.id });
    const { identitySpace, nativeId, platform, kind, nativeType, text, quoted, warnings, extra, recipientIds, sentAtBasis } = full;
    expect(message).toMatchObject({
      id: full.id,
      identitySpace,
      nativeId,
      platform,
      kind,
      nativeType,
      text,
      quoted,
      warnings,
      extra,
      recipientIds,
      sentAtBasis,
    });
    expect(message).toMatchObject({
      sentAt: '2026-03-01T01:00:00.000Z',
      editedAt: '2026-03-01T01:00:00.001Z',
      recall: { at: '2026-03-01T01:01:00.000Z', by: 'wang' },
      versions: [{ text: '付款见邮件', at: '2026-03-01T01:00:00.000Z', by: null }],
      parts: [{ kind: 'forward', text: '外', parts: [{ text: '内' }] }],
      attachments: [{ name: '发票.pdf', declaredSize: 5_000_000_000, state: 'missing', sha256: null }],
      importRunIds: ['run-1'],
      raw: [{ text: '{"id":"full"}' }],
    });
    expect(message['sources']).toHaveLength(2);
  });

  it.each(['nothing', '', 'f'.repeat(32), "' OR 1=1", '\0'])('is null for the id %j', async (id) => {
    expect(await app.data(EVERYTHING, { id })).toEqual({ message: null });
  });

  describe('explain', () => {
    const QUERY = `query ($messageId: ID!, $input: SearchInput!) { explain(messageId: $messageId, input: $input) {
      isMatch nodes { path kind condition isMatch foundIn highlights { snippet spans { start end } } }
    } }`;
    interface Answer {
      readonly explain: {
        isMatch: boolean;
        nodes: {
          path: string;
          kind: string;
          condition: string;
          isMatch: boolean;
          foundIn: string[];
          highlights: { snippet: string; spans: { start: number; end: number }[] }[];
        }[];
      };
    }

    const explain = async (input: Record<string, unknown>): Promise<Answer['explain']> =>
      (await app.data<Answer>(QUERY, { messageId: full.id, input })).explain;
    const lines = ({ nodes }: Answer['explain']): string[] =>
      nodes.map(({ path, kind, condition, isMatch, foundIn }) =>
        `${path} ${kind} ${condition} ${isMatch ? 'yes' : 'no'} ${foundIn.join(',')}`.trim(),
      );

    it('answers for every node, and says where', async () => {
      const explained = await explain({
        text: '付款 (发票 OR 合同) -邮件',
        filter: { senderIds: ['wang'], sentFrom: '2026-04-01T00:00:00Z' },
      });
      expect(explained.isMatch).toBe(false);
      expect(lines(explained)).toEqual([
        'text and all of these no',
        'text.0 literal 付款 yes BODY',
        'text.1 or one of these yes',
        'text.1.0 literal 发票 yes NAME',
        'text.1.1 literal 合同 no',
        'text.2 not not this no',
        'text.2.0 literal 邮件 yes BODY',
        'filter and all of these no',
        'filter.0 terms senderId is one of wang yes',
        'filter.1 range sentAt from 2026-04-01T00:00:00.000Z to before any no',
      ]);
      const [shown] = explained.nodes[1]!.highlights;
      expect(shown!.spans.map(({ start, end }) => shown!.snippet.slice(start, end))).toContain('付款');
    });

    it.each<[string, Record<string, unknown>, boolean]>([
      ['a hit', { text: '付款' }, true],
      ['no hit', { text: '收款' }, false],
      ['everything', {}, true],
      ['a question', { text: '什么时候付款', match: 'ANY' }, true],
    ])('agrees with the search: %s', async (_what, input, isMatch) => {
      expect((await explain(input)).isMatch).toBe(isMatch);
      const { search } = await app.data<{ search: { totalCount: number } }>(
        'query ($input: SearchInput!) { search(input: $input) { totalCount } }',
        {
          input: { ...input, filter: { ids: [full.id] } },
        },
      );
      expect(search.totalCount === 1).toBe(isMatch);
    });

    it('says when there is no such message', async () => {
      expect(await app.failure(QUERY, { messageId: messageId('test', 'none'), input: {} })).toEqual({ code: 'NOT_FOUND' });
    });
  });
});
