import { hash } from 'node:crypto';
import type { Query } from './ast.js';
import type { SortOrder } from './page.js';

/** Ties a cursor to its search: 16 hex digits over the query (scope included) and its order. */
export function queryHash({ text, filter }: Query, order: SortOrder): string {
  return hash('sha256', JSON.stringify([{ text, filter }, order]), 'hex').slice(0, 16);
}
