import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compareOldestFirst } from '../../src/domain/compare-messages.js';
import type { Message } from '../../src/domain/message.js';
import { messageId } from '../../src/domain/message-id.js';
import { newImportRunId, type ImportRun } from '../../src/ingest/import-run.js';
import { ImportRunLog } from '../../src/ingest/import-run-log.js';
import { TallyBuilder } from '../../src/ingest/tally.js';
import { onEveryEngine } from '../contract/engines.js';
import { makeChat } from '../support/chat-messages.js';
import { makeMessage, makeSource } from '../support/make-message.js';
import { Random } from '../support/random.js';
import { scaled } from '../support/scale.js';
import { RunningApp } from '../support/start-app.js';

const PAGE = `query ($id: ID!, $around: ID, $before: String, $after: String, $first: Int!) { conversation(id: $id) {
  messages(around: $around, before: $before, after: $after, first: $first) {
    totalCount aroundOrdinal edges { cursor ordinal message { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
} }`;
const CONVERSATION = 'conversation-7';

interface Page {
  readonly totalCount: number;
  readonly aroundOrdinal: number | null;
  readonly edges: readonly { readonly cursor: string; readonly ordinal: number; readonly message: { readonly id: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string;
    readonly endCursor: string;
  };
}
interface Place {
  readonly around?: string;
  readonly before?: string;
  readonly after?: string;
}

async function pageOf(app: RunningApp, place: Place, first: number, id = CONVERSATION): Promise<Page> {
  const { conversation } = await app.data<{ conversation: { messages: Page } }>(PAGE, { id, first, ...place });
  return conversation.messages;
}

const idsOf = ({ edges }: Page): string[] => edges.map(({ message }) => message.id);

/** From a page on to both ends, with pages of changing size; `between` runs before each further page. */
async function walkBothWays(
  app: RunningApp,
  begin: Page,
  random: Random,
  between: () => Promise<void> = async () => {},
): Promise<string[]> {
  const ids = idsOf(begin);
  for (let page = begin; page.pageInfo.hasNextPage;) {
    await between();
    page = await pageOf(app, { after: page.pageInfo.endCursor }, random.between(1, 100));
    ids.push(...idsOf(page));
  }
  for (let page = begin; page.pageInfo.hasPreviousPage;) {
    await between();
    page = await pageOf(app, { before: page.pageInfo.startCursor }, random.between(1, 100));
    ids.unshift(...idsOf(page));
  }
  return ids;
}

onEveryEngine('paging through a conversation on $name', (kind) => {
  const random = new Random(41);
  // two hundred ties at one instant, fifty without a time
  const stored = [
    ...makeChat(random, 10_000),
    ...Array.from({ length: 200 }, (_, index) => makeMessage(`tie-${index}`, { conversationId: CONVERSATION })),
    ...Array.from({ length: 50 }, (_, index) => makeMessage(`undated-${index}`, { conversationId: CONVERSATION, sentAt: null })),
  ];
  const inOrder = (messages: readonly Message[]): string[] =>
    messages
      .filter(({ conversationId }) => conversationId === CONVERSATION)
      .sort(compareOldestFirst)
      .map(({ id }) => id);
  let app: RunningApp;
  beforeAll(async () => {
    app = await RunningApp.start({ kind, messages: stored });
  }, 60_000);
  afterAll(() => app.stop());

  it('from its beginning gives all of it, each message with its ordinal', async () => {
    const expected = inOrder(stored);
    expect(expected.length).toBeGreaterThan(400);
    const first = await pageOf(app, {}, 100);
    expect([first.totalCount, first.pageInfo.hasPreviousPage, first.edges[0]!.ordinal]).toEqual([expected.length, false, 1]);
    expect(await walkBothWays(app, first, random)).toEqual(expected);
  });

  it('from any message on, both ways, gives all of it; the page has it in its middle', async () => {
    const expected = inOrder(stored);
    for (let round = 0; round < scaled(200); round += 1) {
      const place = random.below(expected.length);
      const first = random.between(1, 100);
      const page = await pageOf(app, { around: expected[place]! }, first);
      const before = Math.min(place, Math.floor((first - 1) / 2));
      expect(idsOf(page)).toEqual(expected.slice(place - before, place - Math.floor((first - 1) / 2) + first));
      expect(page.aroundOrdinal).toBe(place + 1);
      expect(page.edges.map(({ ordinal }) => expected[ordinal - 1])).toEqual(idsOf(page));
      expect(await walkBothWays(app, page, random)).toEqual(expected);
    }
  }, 600_000);

  it('goes back and forth over one cursor without gap or repeat', async () => {
    const expected = inOrder(stored);
    for (const { cursor, ordinal } of (await pageOf(app, { around: expected.at(-50)! }, 100)).edges) {
      expect(idsOf(await pageOf(app, { before: cursor }, 3))).toEqual(expected.slice(ordinal - 4, ordinal - 1));
      expect(idsOf(await pageOf(app, { after: cursor }, 3))).toEqual(expected.slice(ordinal, ordinal + 3));
    }
  });

  it('under imports, every message that was there at the start comes once, in order', async () => {
    const imported: Message[] = [];
    for (let round = 0; round < scaled(40); round += 1) {
      const expected = inOrder([...stored, ...imported]);
      const begin = await pageOf(app, { around: random.pick(expected) }, random.between(1, 40));
      let isWalking = true;
      const importing = (async () => {
        for (let batch = 0; isWalking; batch += 1) {
          const later = makeChat(random, 100, `later-${round}-${batch}`);
          await app.store(later);
          imported.push(...later);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      })();
      const seen = await walkBothWays(app, begin, random).finally(() => (isWalking = false));
      await importing;
      expect(new Set(seen).size).toBe(seen.length);
      const atStart = new Set(expected);
      expect(seen.filter((id) => atStart.has(id))).toEqual(expected);
      const once = new Set(seen);
      expect(seen).toEqual(inOrder([...stored, ...imported]).filter((id) => once.has(id)));
    }
    expect(imported.length).toBeGreaterThan(0);
  }, 600_000);

  it('tells of a hit where it stands', async () => {
    const { search } = await app.data<{ search: { edges: { message: { id: string }; place: object }[] } }>(
      'query ($id: ID!) { search(input: { text: "付款", filter: { conversationIds: [$id] }, first: 30 }) { edges { message { id } place { ordinal messageCount } } } }',
      { id: CONVERSATION },
    );
    const { totalCount } = await pageOf(app, {}, 1);
    for (const { message, place } of search.edges) {
      const { aroundOrdinal } = await pageOf(app, { around: message.id }, 1);
      expect(place).toEqual({ ordinal: aroundOrdinal, messageCount: totalCount });
    }
    expect(search.edges).toHaveLength(30);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no messages', { first: 0 }, 'INPUT_INVALID'],
    ['too many', { first: 101 }, 'INPUT_INVALID'],
    ['two places', { around: messageId('test', 'tie-1'), before: 'x', first: 1 }, 'INPUT_INVALID'],
    ['what is no cursor', { after: 'x', first: 1 }, 'CURSOR_INVALID'],
    ['a message that is not there', { around: messageId('test', 'none'), first: 1 }, 'NOT_FOUND'],
    ['what is no message id', { around: "' OR 1=1", first: 1 }, 'NOT_FOUND'],
  ])('refuses %s', async (_what, place, code) => {
    expect(await app.failure(PAGE, { id: CONVERSATION, ...place })).toMatchObject({ code });
  });

  it('refuses messages and cursors of another conversation, and cursors of a search', async () => {
    const { edges } = await pageOf(app, {}, 1);
    const id = 'conversation-8';
    expect(await app.failure(PAGE, { id, first: 1, around: edges[0]!.message.id })).toEqual({ code: 'NOT_FOUND' });
    for (const direction of ['before', 'after']) {
      expect(await app.failure(PAGE, { id, first: 1, [direction]: edges[0]!.cursor })).toEqual({ code: 'CURSOR_INVALID' });
    }
    const { search } = await app.data<{ search: { edges: { cursor: string }[] } }>('{ search(input: { first: 1 }) { edges { cursor } } }');
    expect(await app.failure(PAGE, { id, first: 1, after: search.edges[0]!.cursor })).toEqual({ code: 'CURSOR_INVALID' });
  });

  it('keeps its cursors over a restart', async () => {
    const before = await pageOf(app, { around: messageId('test', 'tie-100') }, 10);
    const again = await RunningApp.start({ kind, dataDir: app.dataDir });
    const expected = idsOf(await pageOf(app, { after: before.pageInfo.endCursor }, 5));
    expect(idsOf(await pageOf(again, { after: before.pageInfo.endCursor }, 5))).toEqual(expected);
    await again.stop();
  });
});

const DAY = 86_400_000;
const AT = Date.UTC(2026, 0, 1);
const group = { conversationId: 'group', conversationKind: 'group' as const };
const numbered = (nativeId: string, sequence: string, kind: 'message' | 'recall' = 'message') => ({
  sources: [makeSource('company', nativeId, { sequence, kind, sha256: sequence.padStart(64, '0') })],
});

onEveryEngine('a conversation on $name', (kind) => {
  const messages = [
    makeMessage('1', { ...group, ...numbered('1', '10'), sentAt: AT, senderId: 'wang', senderName: '王', recipientIds: ['li'] }),
    makeMessage('2', {
      ...group,
      ...numbered('2', '9007199254740993'),
      sentAt: AT + DAY,
      senderId: 'wang',
      senderName: '王（财务）',
      recipientIds: ['li', 'zhao'],
      custodianIds: ['wang'],
      conversationName: '旧名',
      recall: { at: AT + 2 * DAY, by: 'chen' },
    }),
    makeMessage('3', {
      ...group,
      ...numbered('3', '9007199254740995'),
      sentAt: AT + 3 * DAY,
      senderId: 'li',
      conversationName: '项目组',
      conversationKind: 'unknown',
    }),
    makeMessage('4', { ...group, ...numbered('4', '12', 'recall'), sentAt: null, senderId: null, recall: { at: AT + DAY, by: 'li' } }),
    makeMessage('other', { conversationId: 'other' }),
  ];
  let app: RunningApp;
  beforeAll(async () => {
    app = await RunningApp.start({ kind, messages });
    const tally = new TallyBuilder('a.jsonl');
    for (const sequence of ['10', '11', '12', '9007199254740990', '9007199254740993', '9007199254740995']) tally.addSequence(sequence);
    await app.get(ImportRunLog).create({ id: newImportRunId(AT), source: 'company', tally: tally.build() } as ImportRun);
  });
  afterAll(() => app.stop());

  it('tells what it is', async () => {
    const fields = 'id name kind messageCount firstSentAt lastSentAt';
    expect(await app.data(`{ conversation(id: "group") { ${fields} } none: conversation(id: "nothing") { ${fields} } }`)).toEqual({
      conversation: {
        id: 'group',
        name: '项目组',
        kind: 'group',
        messageCount: 4,
        firstSentAt: '2026-01-01T00:00:00.000Z',
        lastSentAt: '2026-01-04T00:00:00.000Z',
      },
      none: null,
    });
  });

  it('tells who belongs to it, under which names, and how that is known', async () => {
    const { conversation } = await app.data<{
      conversation: { participants: { edges: { node: object }[] } };
    }>(`{ conversation(id: "group") {
      participants { totalCount edges { node {
        id messageCount sentCount names { name messageCount firstSentAt } evidence { kind messageCount lastSentAt }
      } } }
    } }`);
    const [first, second, , tenth] = [0, 1, 2, 3].map((day) => new Date(AT + day * DAY).toISOString());
    expect(conversation.participants).toMatchObject({ totalCount: 4 });
    expect(conversation.participants.edges.map(({ node }) => node)).toEqual([
      {
        id: 'li',
        messageCount: 4,
        sentCount: 1,
        names: [],
        evidence: [
          { kind: 'sender', messageCount: 1, lastSentAt: tenth },
          { kind: 'tolist', messageCount: 2, lastSentAt: second },
          { kind: 'recall', messageCount: 1, lastSentAt: null },
        ],
      },
      {
        id: 'wang',
        messageCount: 2,
        sentCount: 2,
        names: [
          { name: '王', messageCount: 1, firstSentAt: first },
          { name: '王（财务）', messageCount: 1, firstSentAt: second },
        ],
        evidence: [
          { kind: 'sender', messageCount: 2, lastSentAt: second },
          { kind: 'custodian', messageCount: 1, lastSentAt: second },
        ],
      },
      { id: 'chen', messageCount: 1, sentCount: 0, names: [], evidence: [{ kind: 'recall', messageCount: 1, lastSentAt: second }] },
      { id: 'zhao', messageCount: 1, sentCount: 0, names: [], evidence: [{ kind: 'tolist', messageCount: 1, lastSentAt: second }] },
    ]);
  });

  it('pages through its participants', async () => {
    const seen: string[] = [];
    interface Answer {
      conversation: { participants: { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
    }
    for (let after: string | null = null, more = true; more;) {
      const { conversation }: Answer = await app.data<Answer>(
        'query ($after: String) { conversation(id: "group") { participants(first: 3, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } } }',
        { after },
      );
      seen.push(...conversation.participants.edges.map(({ node }) => node.id));
      after = conversation.participants.pageInfo.endCursor;
      more = conversation.participants.pageInfo.hasNextPage;
    }
    expect(seen).toEqual(['li', 'wang', 'chen', 'zhao']);
  });

  it('shows recalls where the messages stand, and those whose message is missing among the undated', async () => {
    const { conversation } = await app.data<{ conversation: { messages: { edges: object[] } } }>(
      '{ conversation(id: "group") { messages { edges { ordinal isOrphanRecall gapBefore message { nativeId recall { at by } } } } } }',
    );
    expect(conversation.messages.edges).toEqual([
      { ordinal: 1, isOrphanRecall: false, gapBefore: null, message: { nativeId: '1', recall: null } },
      // the import has read 11, 12 and one more of other conversations between; what is left is more than GraphQL can count
      {
        ordinal: 2,
        isOrphanRecall: false,
        gapBefore: 2 ** 31 - 1,
        message: { nativeId: '2', recall: { at: '2026-01-03T00:00:00.000Z', by: 'chen' } },
      },
      { ordinal: 3, isOrphanRecall: false, gapBefore: 1, message: { nativeId: '3', recall: null } },
      {
        ordinal: 4,
        isOrphanRecall: true,
        gapBefore: null,
        message: { nativeId: '4', recall: { at: '2026-01-02T00:00:00.000Z', by: 'li' } },
      },
    ]);
  });

  describe('messageContext', () => {
    const QUERY = `query ($id: ID!, $before: Int, $after: Int) { messageContext(id: $id, before: $before, after: $after) {
      conversationId messageCount before { message { nativeId } } edge { ordinal gapBefore message { nativeId } } after { message { nativeId } }
    } }`;
    const node = (...nativeIds: string[]) => nativeIds.map((nativeId) => ({ message: { nativeId } }));

    it('is the message with its neighbors', async () => {
      expect(await app.data(QUERY, { id: messages[2]!.id })).toEqual({
        messageContext: {
          conversationId: 'group',
          messageCount: 4,
          before: node('1', '2'),
          edge: { ordinal: 3, gapBefore: 1, message: { nativeId: '3' } },
          after: node('4'),
        },
      });
      expect(await app.data(QUERY, { id: messages[2]!.id, before: 1, after: 0 })).toMatchObject({
        messageContext: { before: node('2'), edge: { ordinal: 3, gapBefore: 1 }, after: [] },
      });
      expect(await app.data(QUERY, { id: messages[3]!.id, before: 0, after: 9 })).toMatchObject({
        messageContext: { before: [], edge: { ordinal: 4 }, after: [] },
      });
    });

    it.each(['', 'x', messageId('test', 'none')])('is null for the id %j', async (id) => {
      expect(await app.data(QUERY, { id })).toEqual({ messageContext: null });
    });

    it.each([{ before: -1 }, { after: 101 }])('refuses %j', async (parts) => {
      expect(await app.failure(QUERY, { id: messages[0]!.id, ...parts })).toMatchObject({ code: 'INPUT_INVALID' });
    });
  });
});
