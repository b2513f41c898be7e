import type { GraphqlClient } from './graphql-client.js';
import { percentile } from './percentile.js';
import { Random } from './random.js';
import { milliseconds, table, whole, type Report } from './report.js';
import type { Workspace } from './workspace.js';

const CONVERSATIONS = 200;
/** Conversations read before measuring, until the server is in its running state. */
const WARM_UP = 350;
const PAGE_SIZE = 20;

const FIND = `query Find($text: String!) { search(input: { text: $text, first: 1 }) { edges { message { id conversationId } } } }`;
const READ = `query Read($id: ID!, $around: ID, $before: String, $after: String) {
  conversation(id: $id) {
    id name kind messageCount firstSentAt lastSentAt
    messages(around: $around, before: $before, after: $after, first: ${PAGE_SIZE}) {
      totalCount aroundOrdinal
      edges { cursor ordinal isOrphanRecall gapBefore message { id senderId senderName sentAt kind text recall { at by } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}`;

interface Conversation {
  readonly messageCount: number;
  readonly messages: {
    readonly aroundOrdinal: number | null;
    readonly edges: readonly { readonly ordinal: number }[];
    readonly pageInfo: { readonly startCursor: string; readonly endCursor: string };
  };
}

interface Reading {
  readonly conversation: Conversation;
  readonly time: number;
}

/** Opens conversations around a message drawn at random, and pages on in both directions. */
export async function measureConversation(workspace: Workspace, report: Report): Promise<void> {
  const { sample } = workspace.prepareCorpus();
  const { client } = await workspace.serve();
  const random = new Random(workspace.options.seed, 77);
  const opened: Reading[] = [];
  const paged: Reading[] = [];
  for (let index = 0; index < CONVERSATIONS + WARM_UP; index += 1) {
    const hit = await findHit(client, random.pick(sample).text);
    const around = await read(client, { id: hit.conversationId, around: hit.id });
    const { aroundOrdinal, pageInfo } = around.conversation.messages;
    if (aroundOrdinal === null) throw new Error('a page around a message does not have it');
    const before = await read(client, { id: hit.conversationId, before: pageInfo.startCursor });
    const after = await read(client, { id: hit.conversationId, after: pageInfo.endCursor });
    requireOneStretch([before, around, after]);
    if (index < WARM_UP) continue;
    opened.push(around);
    paged.push(before, after);
  }
  const sizes = opened.map(({ conversation }) => conversation.messageCount);
  report.note(
    table(
      ['conversations', 'messages: least', 'p50', 'p95', 'most'],
      [[String(sizes.length), ...[0, 0.5, 0.95, 1].map((share) => whole(percentile(sizes, share)))]],
    ),
  );
  reportTimes(workspace, report, 'conversation page around a hit', opened);
  reportTimes(workspace, report, 'conversation page before or after it', paged);
}

async function findHit(client: GraphqlClient, text: string): Promise<{ readonly id: string; readonly conversationId: string }> {
  const words = Array.from(
    text
      .replaceAll(/[^\p{Script=Han}]/gu, ' ')
      .trim()
      .split(/\s+/)[0] ?? '',
  );
  const { data } = await client.get(FIND, { text: words.slice(0, 8).join('') });
  return (data['search'] as { edges: { message: { id: string; conversationId: string } }[] }).edges[0]!.message;
}

async function read(client: GraphqlClient, variables: Readonly<Record<string, unknown>>): Promise<Reading> {
  const answer = await client.get(READ, variables);
  return { conversation: answer.data['conversation'] as Conversation, time: answer.milliseconds };
}

/** The three pages must be neighbors: no gap, no repeat. */
function requireOneStretch(readings: readonly Reading[]): void {
  const ordinals = readings.flatMap(({ conversation }) => conversation.messages.edges.map(({ ordinal }) => ordinal));
  if (ordinals.some((ordinal, index) => index > 0 && ordinal !== ordinals[index - 1]! + 1))
    throw new Error('pages of a conversation do not join');
}

function reportTimes(workspace: Workspace, report: Report, what: string, readings: readonly Reading[]): void {
  const times = readings.map(({ time }) => time);
  const [middle, high, most] = [0.5, 0.95, 1].map((share) => percentile(times, share)) as [number, number, number];
  report.promise(
    `${what} (${readings.length})`,
    workspace.targets.conversation,
    high,
    `p50 ${milliseconds(middle)}, p95 ${milliseconds(high)}, slowest ${milliseconds(most)}`,
  );
}
