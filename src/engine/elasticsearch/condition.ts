import type { TextNode } from '../../query/ast.js';
import type { QueryBody } from './cluster.js';

/**
 * What a query asks of a document, between the query's own tree (`query/ast.ts`) and what Elasticsearch is sent. Made by the
 * functions below, which keep it flat and free of what is decided anyway.
 */
export type Condition =
  | { readonly kind: 'everything' }
  | { readonly kind: 'nothing' }
  /** The field has one of the values; never empty. */
  | { readonly kind: 'terms'; readonly field: string; readonly values: readonly string[] }
  /** What Elasticsearch decides exactly; one clause unless said. */
  | { readonly kind: 'query'; readonly body: QueryBody; readonly characters: number; readonly clauses?: number }
  /** Of what meets `candidates`, the documents whose folded text satisfies `node`. */
  | { readonly kind: 'checked'; readonly candidates: Condition; readonly node: TextNode }
  /** Documents that an earlier step of the plan found. */
  | { readonly kind: 'found'; readonly step: number }
  | { readonly kind: 'and'; readonly parts: readonly Condition[] }
  | { readonly kind: 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition };

export const ALL: Condition = { kind: 'everything' };
export const NONE: Condition = { kind: 'nothing' };

/** Values of one `terms` query; Elasticsearch takes 65,536. */
const MOST_TERMS = 60_000;

export function anyTerm(field: string, values: readonly string[]): Condition {
  return values.length === 0 ? NONE : { kind: 'terms', field, values };
}

/** All of them. */
export function every(parts: readonly Condition[]): Condition {
  const flat = parts.flatMap((part) => (part.kind === 'and' ? part.parts : [part])).filter(({ kind }) => kind !== 'everything');
  if (flat.some(({ kind }) => kind === 'nothing')) return NONE;
  const negated = flat.flatMap((part) => (part.kind === 'not' ? [part.part] : []));
  if (negated.length > 1) return joined('and', [...flat.filter(({ kind }) => kind !== 'not'), negation(some(negated))], ALL);
  return joined('and', flat, ALL);
}

/** One of them at least. Lists of values of one field are put together. */
export function some(parts: readonly Condition[]): Condition {
  const flat = parts.flatMap((part) => (part.kind === 'or' ? part.parts : [part])).filter(({ kind }) => kind !== 'nothing');
  if (flat.some(({ kind }) => kind === 'everything')) return ALL;
  const values = new Map<string, Set<string>>();
  const others: Condition[] = [];
  for (const part of flat) {
    if (part.kind !== 'terms') {
      others.push(part);
      continue;
    }
    const list = values.get(part.field) ?? new Set();
    part.values.forEach((value) => list.add(value));
    values.set(part.field, list);
  }
  return joined('or', [...[...values].map(([field, list]) => anyTerm(field, [...list])), ...others], NONE);
}

export function negation(part: Condition): Condition {
  if (part.kind === 'not') return part.part;
  if (part.kind === 'everything') return NONE;
  return part.kind === 'nothing' ? ALL : { kind: 'not', part };
}

function joined(kind: 'and' | 'or', parts: readonly Condition[], empty: Condition): Condition {
  if (parts.length === 0) return empty;
  return parts.length === 1 ? parts[0]! : { kind, parts };
}

/** The condition as Elasticsearch reads it; `found` holds the ids of the plan's steps. Nothing in it is scored. */
export function toBody(condition: Condition, found: readonly (readonly string[])[] = []): QueryBody {
  switch (condition.kind) {
    case 'everything':
      return { match_all: {} };
    case 'nothing':
      return { match_none: {} };
    case 'terms':
      return termsBody(condition.field, condition.values);
    case 'found':
      return termsBody('id', found[condition.step]!);
    case 'query':
      return condition.body;
    case 'and': {
      const wanted = condition.parts.filter(({ kind }) => kind !== 'not').map((part) => toBody(part, found));
      const unwanted = condition.parts.flatMap((part) => (part.kind === 'not' ? alternatives(part.part, found) : []));
      return { bool: { filter: wanted, ...(unwanted.length > 0 && { must_not: unwanted }) } };
    }
    case 'or':
      return { bool: { should: alternatives(condition, found), minimum_should_match: 1 } };
    case 'not':
      return { bool: { must_not: alternatives(condition.part, found) } };
    case 'checked':
      throw new Error('a text that must be checked has no body');
    default:
      return condition satisfies never;
  }
}

function alternatives(condition: Condition, found: readonly (readonly string[])[]): QueryBody[] {
  return (condition.kind === 'or' ? condition.parts : [condition]).map((part) => toBody(part, found));
}

function termsBody(field: string, values: readonly string[]): QueryBody {
  if (values.length === 0) return { match_none: {} };
  if (values.length === 1) return { term: { [field]: values[0]! } };
  if (values.length <= MOST_TERMS) return { terms: { [field]: [...values] } };
  const lists = Array.from({ length: Math.ceil(values.length / MOST_TERMS) }, (_, index) => values.slice(index * MOST_TERMS, (index + 1) * MOST_TERMS));
  return { bool: { should: lists.map((list) => ({ terms: { [field]: list } })), minimum_should_match: 1 } };
}
