import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { onEveryEngine } from '../contract/engines.js';
import { HoldfastCommand } from '../support/holdfast-command.js';
import { RunningApp } from '../support/start-app.js';

const MINUTES = 120_000;
const START = 1_772_413_200_000;
const PAGE = `query ($id: ID!, $space: String, $around: ID, $before: String, $after: String, $first: Int) {
  conversation(id: $id, identitySpace: $space) {
    id identitySpace name messageCount firstSentAt
    participants { edges { node { id messageCount } } }
    messages(around: $around, before: $before, after: $after, first: $first) {
      totalCount edges { cursor ordinal message { id text } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}`;

interface Edge {
  readonly cursor: string;
  readonly ordinal: number;
  readonly message: { readonly id: string; readonly text: string };
}

interface Read {
  readonly identitySpace: string;
  readonly messageCount: number;
  readonly messages: { readonly totalCount: number; readonly edges: readonly Edge[] };
}

/** Ten records of one company: half of them in a room, half between two people, whose ids another company has as well. */
function wecomLines(company: string): string {
  return Array.from({ length: 10 }, (_, index) =>
    JSON.stringify({
      msgid: `m${index}`,
      action: 'send',
      from: index % 2 === 0 ? 'LinYue' : 'HeMing',
      tolist: [index % 2 === 0 ? 'HeMing' : 'LinYue'],
      roomid: index < 5 ? 'wrSameRoom' : '',
      msgtime: START + index * 1000,
      msgtype: 'text',
      text: { content: `${company} ${index}` },
    }),
  ).join('\n');
}

/** Three records of a chat that two phones number alike. */
function chatLines(phone: string): string {
  return [0, 1, 2]
    .map((index) =>
      JSON.stringify({
        ...{ id: `c${index}`, conversationId: 'chat-1', conversationName: `群 ${phone}`, senderId: phone },
        ...{ sentAt: START + index * 1000 + (phone === 'east' ? 500 : 0), text: `${phone} ${index}` },
      }),
    )
    .join('\n');
}

onEveryEngine('the same native ids in two companies on $name', (kind) => {
  const holdfast = new HoldfastCommand(kind);
  const texts = (edges: readonly Edge[]): string[] => edges.map(({ message }) => message.text);
  let app: RunningApp;

  beforeAll(async () => {
    for (const company of ['west', 'east']) {
      const folder = join(holdfast.directory, company);
      mkdirSync(folder);
      writeFileSync(join(folder, 'chatdata.jsonl'), `${wecomLines(company)}\n`);
      writeFileSync(join(folder, 'chat.jsonl'), `${chatLines(company)}\n`);
      expect((await holdfast.run(['import', folder, '--source', company])).out).toContain('13 records: 13 new');
    }
    app = await RunningApp.start({ kind, dataDir: holdfast.dataDir });
  }, MINUTES);
  afterAll(async () => {
    await app.stop();
    await holdfast.remove();
  });

  const read = async (variables: object): Promise<Read> =>
    (await app.data<{ conversation: Read }>(PAGE, { first: 100, ...variables })).conversation;

  it('are two conversations of the two pairs of people', async () => {
    const { conversations } = await app.data<{ conversations: { edges: { node: { id: string } }[] } }>(
      '{ conversations { edges { node { id messageCount identitySpaces } } } }',
    );
    const nodes = conversations.edges.map(({ node }) => node);
    const pair = { id: expect.stringMatching(/^[0-9a-f]{32}$/), messageCount: 5 };
    expect(nodes).toHaveLength(4);
    expect(nodes).toEqual(
      expect.arrayContaining([
        { id: 'wrSameRoom', messageCount: 10, identitySpaces: ['east', 'west'] },
        { id: 'chat-1', messageCount: 6, identitySpaces: ['east', 'west'] },
        { ...pair, identitySpaces: ['east'] },
        { ...pair, identitySpaces: ['west'] },
      ]),
    );
  });

  it.each(['wrSameRoom', 'chat-1'])('%s is never read across them', async (id) => {
    expect(await app.failure(PAGE, { id, first: 5 })).toEqual({ code: 'CONVERSATION_AMBIGUOUS', identitySpaces: ['east', 'west'] });
    for (const space of ['east', 'west']) {
      const { messages, ...details } = await read({ id, space });
      const expected = [0, 1, 2, 3, 4].slice(0, messages.totalCount).map((index) => `${space} ${index}`);
      expect(details).toMatchObject({
        id,
        identitySpace: space,
        name: id === 'chat-1' ? `群 ${space}` : null,
        messageCount: expected.length,
      });
      expect(texts(messages.edges)).toEqual(expected);
      const middle = messages.edges[1]!;
      const around = await read({ id, space, around: middle.message.id, first: 3 });
      expect(around.messages.edges.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3]);
      expect(around.messages.edges).toEqual(messages.edges.slice(0, 3));
      expect(texts((await read({ id, space, after: middle.cursor, first: 1 })).messages.edges)).toEqual([`${space} 2`]);
      expect(texts((await read({ id, space, before: middle.cursor, first: 9 })).messages.edges)).toEqual([`${space} 0`]);
      const other = space === 'east' ? 'west' : 'east';
      expect(await app.failure(PAGE, { id, space: other, around: middle.message.id, first: 3 })).toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(await app.data(PAGE, { id, space: 'north', first: 5 })).toEqual({ conversation: null });
  });

  it('place and context of a message stay in its own company, and its cursors go on there', async () => {
    const { search } = await app.data<{ search: { edges: { message: { id: string }; place: object }[] } }>(
      '{ search(input: { text: "east", filter: { conversationIds: ["wrSameRoom"] }, sort: OLDEST }) { edges { message { id } place { ordinal messageCount } } } }',
    );
    expect(search.edges.map(({ place }) => place)).toEqual([1, 2, 3, 4, 5].map((ordinal) => ({ ordinal, messageCount: 5 })));
    const { messageContext } = await app.data<{ messageContext: { messageCount: number; before: Edge[]; after: Edge[]; edge: Edge } }>(
      `query ($id: ID!) { messageContext(id: $id) {
        messageCount before { cursor ordinal message { id text } } edge { cursor ordinal message { id text } } after { message { id text } }
      } }`,
      { id: search.edges[2]!.message.id },
    );
    expect([messageContext.messageCount, ...texts(messageContext.before), ...texts(messageContext.after)]).toEqual([
      5,
      ...[0, 1, 3, 4].map((index) => `east ${index}`),
    ]);
    const next = await read({ id: 'wrSameRoom', space: 'east', after: messageContext.edge.cursor, first: 1 });
    expect(texts(next.messages.edges)).toEqual(['east 3']);
  });

  it('a filter tells them apart, in the API and on the command line', async () => {
    const filter = { conversationIds: ['wrSameRoom'], identitySpaces: ['east'] };
    const { search } = await app.data<{ search: { edges: Edge[] } }>(
      'query ($filter: FilterInput) { search(input: { filter: $filter, sort: OLDEST }) { edges { message { text } } } }',
      { filter },
    );
    expect(texts(search.edges)).toEqual([0, 1, 2, 3, 4].map((index) => `east ${index}`));
    const { out } = await holdfast.run(['search', '--all', '--conversation', 'wrSameRoom', '--identity-space', 'east']);
    expect(out.trim().split('\n')).toHaveLength(5);
  });

  it('an id of one company only needs no more', async () => {
    const { conversations } = await app.data<{ conversations: { edges: { node: { id: string } }[] } }>(
      '{ conversations(filter: { identitySpaces: ["west"], conversationKinds: [direct] }) { edges { node { id } } } }',
    );
    const [pair] = conversations.edges.map(({ node }) => node.id);
    const whole = await read({ id: pair! });
    expect([whole.identitySpace, ...texts(whole.messages.edges)]).toEqual(['west', ...[5, 6, 7, 8, 9].map((index) => `west ${index}`)]);
    expect(await read({ id: pair!, space: 'west' })).toEqual(whole);
  });
});
