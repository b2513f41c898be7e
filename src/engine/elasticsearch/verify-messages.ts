import { isDeepStrictEqual } from 'node:util';
import { ATTACHMENT_STATES } from '../../domain/values.js';
import { FIELD_NAMES, fieldDefinition } from '../../query/fields.js';
import type { Prepare, PreparedMessage, VerifyReport } from '../index-writer.js';
import type { VersionedMessage } from '../search-engine.js';
import { totalOf, type Cluster, type QueryBody, type SearchBody, type Snapshot } from './cluster.js';
import type { MessageIndex } from './message-index.js';
import { formatVersion } from './message-version.js';
import { inGroups, MOST_CLAUSES } from './query-plan.js';
import { countMessages, messageOf, placeOf, readById, type Hit } from './stored-messages.js';
import { MESSAGES, STUBS } from './stubs.js';

const BATCH = 500;
/** Searches of one request. */
const CHECKS_AT_ONCE = 100;
const MOST_PROBLEMS = 1_000;
/** Neighboring grams in one phrase; words that are looked for together. */
const PIECE = 500;
const PHRASES = ['clean', 'raw', 'masked', 'names', 'attachments', 'digits'] as const;
const GRAM_FIELDS = [...PHRASES, 'words'] as const;

/** What stubs must not have: a fact that every message has, and grams. */
const STUBS_WITH_CONTENT: QueryBody = {
  bool: { filter: [STUBS], should: ['identitySpace', ...GRAM_FIELDS].map((field) => ({ exists: { field } })), minimum_should_match: 1 },
};

type Report = (id: string, problem: string) => void;
/** Values of the fields as the index has them: what filters, sorting and counting read. */
type Facts = Readonly<Record<string, readonly unknown[]>>;

const COUNTED = ATTACHMENT_STATES.map((state) => `attachmentCounts.${state}`);
const FACT_NAMES = [...FIELD_NAMES, 'bodyLength', 'hasSenderName', 'hasConversationName', ...COUNTED];
const BODY: SearchBody = {
  _source: ['document', 'foldedBody', 'foldedName', 'foldedAttachment'],
  docvalue_fields: FACT_NAMES.map((field) => (field === 'sentAt' ? { field, format: 'epoch_millis' } : { field })),
};

/**
 * Compares what is stored with what today's rules make of it, in one state of the index: each message's document can be read and
 * is of its id, its folded texts and every fact are right, and the index has its grams, in their order and at neighboring places.
 * Grams that a message should not have are noticed where it should have none in that field.
 */
export async function* verifyMessages(
  cluster: Cluster, index: MessageIndex, prepare: Prepare,
): AsyncGenerator<{ done: number; total: number }, VerifyReport> {
  const { name } = await index.requireVersions();
  await cluster.refresh(name);
  const { pit, close } = await cluster.openSnapshot(name);
  try {
    const problems: { id: string; problem: string }[] = [];
    const report: Report = (id, problem) => {
      if (problems.length < MOST_PROBLEMS) problems.push({ id, problem });
    };
    const total = await countMessages(cluster, pit, MESSAGES);
    let done = 0;
    yield { done, total };
    for await (const hits of readById(cluster, pit, { query: MESSAGES, after: '', size: BATCH, body: BODY })) {
      const readable = hits.flatMap((hit) => readHit(hit, report));
      const prepared = await prepare(readable.map(({ message }) => message));
      readable.forEach(({ hit }, place) => compareStored(hit, prepared[place]!, report));
      await compareIndexed(cluster, pit, prepared, report);
      done += hits.length;
      yield { done, total };
    }
    if ((await countMessages(cluster, pit, STUBS_WITH_CONTENT)) > 0) report(name, 'what stands in the place of a destroyed message has content');
    if (done !== total) report(name, `the index counts ${total} messages, ${done} can be read`);
    return { messages: done, problems };
  } finally {
    await close();
  }
}

function readHit(hit: Hit, report: Report): { readonly hit: Hit; readonly message: VersionedMessage }[] {
  try {
    const stored = messageOf(hit);
    if (stored.message.id === hit._id) return [{ hit, message: { ...stored, version: formatVersion(placeOf(hit)) } }];
    report(hit._id!, 'the document is that of another message');
  } catch {
    report(hit._id!, 'the document cannot be read');
  }
  return [];
}

function compareStored({ _id: id, _source: source, fields }: Hit, prepared: PreparedMessage, report: Report): void {
  const { body, name, attachment } = prepared.folded;
  const { foldedBody = '', foldedName = '', foldedAttachment = '' } = source ?? {};
  if (foldedBody !== body || foldedName !== name || foldedAttachment !== attachment) {
    report(id!, 'the stored folded text is not that of the message');
  }
  const indexed = (fields ?? {}) as Facts;
  for (const [field, expected] of Object.entries(factsOf(prepared))) {
    const found = (indexed[field] ?? []).map((value) => (field === 'sentAt' ? Number(value) : value));
    if (!isDeepStrictEqual([...found].sort(), [...expected].sort())) report(id!, `the index has another ${field}`);
  }
}

/** Every fact that the index should have, as sets; empty where it should have none. */
function factsOf(prepared: PreparedMessage): Facts {
  const facts: Record<string, readonly unknown[]> = {};
  const { values, batch } = prepared;
  for (const name of FIELD_NAMES) {
    const value = values[name];
    facts[name] = fieldDefinition(name).isList ? [...new Set(value as readonly string[])] : value === null ? [] : [value];
  }
  facts['bodyLength'] = [prepared.number('bodyLength')];
  facts['hasSenderName'] = [prepared.number('hasSenderName') === 1];
  facts['hasConversationName'] = [prepared.number('hasConversationName') === 1];
  for (const field of COUNTED) facts[field] = [];
  for (const entry of batch.sets[prepared.number('attachmentCounts')]!) {
    const [state, count] = entry.split(':');
    facts[`attachmentCounts.${state}`] = [Number(count)];
  }
  return facts;
}

/** A piece of a query, or a search, and what it takes of a request. */
interface Check {
  readonly id: string;
  readonly query: QueryBody;
  readonly clauses: number;
  readonly characters: number;
}

async function compareIndexed(cluster: Cluster, pit: Snapshot, messages: readonly PreparedMessage[], report: Report): Promise<void> {
  const wrong = new Set<string>();
  for (const checks of inGroups(messages.flatMap(searchesFor), CHECKS_AT_ONCE)) {
    const answers = await cluster.searchAll(null, checks.map(({ query }) => ({ pit, size: 0, track_total_hits: true, query })));
    answers.forEach(({ hits }, place) => {
      if (totalOf(hits) !== 1) wrong.add(checks[place]!.id);
    });
  }
  for (const id of wrong) report(id, 'the index does not hold the grams of the message');
}

/** Each finds the message if it has some of its grams, together all of them; none is larger than a server takes. */
function searchesFor(prepared: PreparedMessage): Check[] {
  const { id } = prepared;
  const absent = GRAM_FIELDS.filter((field) => prepared.text(field) === '').map((field): QueryBody => ({ exists: { field } }));
  const groups = inGroups([...gramsOf(prepared)], MOST_CLAUSES - absent.length - 1);
  return (groups.length === 0 ? [[]] : groups).map((group) => ({
    id,
    query: { bool: { filter: [{ term: { id } }, ...group.map(({ query }) => query)], must_not: absent } },
    clauses: 1,
    characters: group.reduce((sum, { characters }) => sum + characters, 0),
  }));
}

/** What matches a message that has all its grams, piece by piece. Phrases overlap by one gram: together they prove the whole field. */
function* gramsOf(prepared: PreparedMessage): Generator<Omit<Check, 'id'>> {
  for (const field of PHRASES) {
    for (const grams of piecesOf(tokensOf(prepared, field), 1)) {
      const phrase = grams.join(' ');
      yield { query: { match_phrase: { [field]: phrase } }, clauses: 1, characters: phrase.length };
    }
  }
  for (const some of piecesOf([...new Set(tokensOf(prepared, 'words'))], 0)) {
    const words = some.join(' ');
    yield { query: { match: { words: { query: words, operator: 'and' } } }, clauses: some.length, characters: words.length };
  }
}

function tokensOf(prepared: PreparedMessage, field: (typeof GRAM_FIELDS)[number]): readonly string[] {
  const text = prepared.text(field);
  return text === '' ? [] : text.split(' ');
}

function* piecesOf(tokens: readonly string[], overlap: number): Generator<readonly string[]> {
  for (let start = 0; start === 0 ? tokens.length > 0 : start < tokens.length - overlap; start += PIECE - overlap) yield tokens.slice(start, start + PIECE);
}
