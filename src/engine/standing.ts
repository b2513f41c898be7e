import type { IndexWriter, Prepare, PutItem, PutResult, Stub, WrittenMessage } from './index-writer.js';

export type { Prepare };

/** What a real-time read found under an id. It may be old: only a write that succeeds over it proves that it stood. */
export type Standing =
  | { readonly kind: 'message'; readonly id: string; readonly message: WrittenMessage }
  | { readonly kind: 'stub'; readonly id: string; readonly stub: Stub }
  | { readonly kind: 'nothing'; readonly id: string };

/** The batches that destroyed what stood under the id before, in order. */
export function disposalsOf(standing: Standing): readonly string[] {
  if (standing.kind === 'nothing') return [];
  return standing.kind === 'stub' ? standing.stub.disposals : standing.message.disposals;
}

/** Real-time; in the order of the ids. */
export async function readStanding(writer: IndexWriter, ids: readonly string[]): Promise<readonly Standing[]> {
  const messages = await writer.read(ids);
  const others = ids.filter((_, place) => messages[place] === null);
  const found = others.length === 0 ? [] : await writer.readStubs(others);
  const stubs = new Map(found.map((stub, place) => [others[place], stub]));
  return ids.map((id, place): Standing => {
    const message = messages[place] ?? null;
    if (message !== null) return { kind: 'message', id, message };
    const stub = stubs.get(id) ?? null;
    return stub === null ? { kind: 'nothing', id } : { kind: 'stub', id, stub };
  });
}

/**
 * Writes what was read again, unchanged, and a placeholder where nothing stood. `written` proves that it stood until now, and no erase
 * of an older version can succeed any more. One result per item, in order. `prepare` analyzes messages. Destroys nothing.
 */
export async function touch(writer: IndexWriter, standing: readonly Standing[], prepare: Prepare): Promise<readonly PutResult[]> {
  const [messages, stubs, absent]: [WrittenMessage[], Stub[], string[]] = [[], [], []];
  for (const found of standing) {
    if (found.kind === 'message') messages.push(found.message);
    else if (found.kind === 'stub') stubs.push(found.stub);
    else absent.push(found.id);
  }
  const prepared = messages.length === 0 ? [] : await prepare(messages);
  const items = prepared.map((message, place): PutItem => {
    const { version, disposals } = messages[place]!;
    return { prepared: message, expected: version, disposals, needsAnswer: true };
  });
  const results = {
    message: items.length === 0 ? [] : await writer.put(items),
    stub: stubs.length === 0 ? [] : await writer.rewriteStubs(stubs),
    nothing: absent.length === 0 ? [] : await writer.createStubs(absent.map((id) => ({ id, disposals: [] }))),
  };
  const places = { message: 0, stub: 0, nothing: 0 };
  return standing.map(({ kind }) => results[kind][places[kind]++]!);
}
