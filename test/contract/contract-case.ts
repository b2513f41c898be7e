import type { Message } from '../../src/domain/message.js';
import { EVERYTHING, type FilterNode, type TextNode } from '../../src/query/ast.js';
import { ANY_TIME, makeMessage } from '../support/make-message.js';

/** A query and the native ids of the messages that answer it, in order. */
export interface ContractCase {
  readonly name: string;
  readonly text: TextNode | null;
  readonly filter: FilterNode;
  readonly order: 'newest' | 'oldest';
  readonly expected: readonly string[];
}

/** One capability: what is stored, and what each query must answer on every engine. */
export interface CaseGroup {
  readonly capability: string;
  readonly messages: readonly Message[];
  readonly cases: readonly ContractCase[];
}

/** One message a text, named by the keys, a minute apart in the order they are written. */
export function messagesOf(texts: Readonly<Record<string, string>>): Message[] {
  return Object.entries(texts).map(([nativeId, text], index) => makeMessage(nativeId, { text, sentAt: ANY_TIME + index * 60_000 }));
}

/** `expected`: native ids separated by blanks, oldest first. */
export function finds(name: string, text: TextNode | null, expected: string, filter: FilterNode = EVERYTHING): ContractCase {
  return { name, text, filter, order: 'oldest', expected: expected.split(' ').filter((id) => id !== '') };
}

/** A case without text. */
export function keeps(name: string, filter: FilterNode, expected: string): ContractCase {
  return finds(name, null, expected, filter);
}
