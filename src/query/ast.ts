import type { FieldName } from './fields.js';

/** The three texts of a message that a search may look into. */
export const TEXT_FIELDS = ['body', 'name', 'attachment'] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

/**
 * Conditions over exact facts of a message. Two-valued: a missing fact makes a condition false, and `not` of it true.
 * Hold scopes and access scopes are made of these, never of text.
 */
export type FilterNode =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  /** The field has, or (for a list field) contains, one of the values. */
  | { readonly kind: 'terms'; readonly field: FieldName; readonly values: readonly string[] }
  | { readonly kind: 'flag'; readonly field: FieldName; readonly value: boolean }
  /** `from` inclusive, `to` exclusive; null = open. Dates in UTC milliseconds. */
  | { readonly kind: 'range'; readonly field: FieldName; readonly from: number | null; readonly to: number | null }
  | { readonly kind: 'and'; readonly nodes: readonly FilterNode[] }
  | { readonly kind: 'or'; readonly nodes: readonly FilterNode[] }
  | { readonly kind: 'not'; readonly node: FilterNode };

/**
 * Conditions over text. `key` is always the *folded* text (`analysis/fold.ts`); `source` is what the user typed, for display.
 * `fields` is never empty.
 */
export type TextNode =
  | LiteralNode
  | WordNode
  | NearNode
  | DigitsNode
  | { readonly kind: 'and'; readonly nodes: readonly TextNode[] }
  | { readonly kind: 'or'; readonly nodes: readonly TextNode[] }
  | { readonly kind: 'not'; readonly node: TextNode };

/** The folded text contains `key`. */
export interface LiteralNode {
  readonly kind: 'literal';
  readonly key: string;
  readonly source: string;
  readonly fields: readonly TextField[];
}

/** `key` is a whole run of Latin letters and digits (`isWordCodePoint`), not part of a longer one. */
export interface WordNode {
  readonly kind: 'word';
  readonly key: string;
  readonly source: string;
  readonly fields: readonly TextField[];
}

/** Both literals in one part of one field, without overlap, at most `distance` code points between them. */
export interface NearNode {
  readonly kind: 'near';
  readonly left: string;
  readonly right: string;
  readonly source: string;
  readonly distance: number;
  /** True: `left` comes before `right` (PRE). */
  readonly ordered: boolean;
  readonly fields: readonly TextField[];
}

/** A run of digits, separators inside it left out (`analysis/digit-runs.ts`), contains `digits`. */
export interface DigitsNode {
  readonly kind: 'digits';
  readonly digits: string;
  readonly source: string;
  readonly fields: readonly TextField[];
}

/** What is searched for: both conditions must hold. `text: null` = every message the filter lets through. */
export interface Query {
  readonly filter: FilterNode;
  readonly text: TextNode | null;
}

export const EVERYTHING: FilterNode = { kind: 'all' };
export const NOTHING: FilterNode = { kind: 'none' };

/** The conjunction, flat: nested conjunctions are opened, `all` left out, `none` decides. */
export function allOf(nodes: readonly FilterNode[]): FilterNode {
  const flat = nodes.flatMap((node) => (node.kind === 'and' ? node.nodes : [node])).filter((node) => node.kind !== 'all');
  if (flat.some((node) => node.kind === 'none')) return NOTHING;
  if (flat.length === 0) return EVERYTHING;
  return flat.length === 1 ? flat[0]! : { kind: 'and', nodes: flat };
}

/** The disjunction, flat; an empty one is `none`. */
export function anyOf(nodes: readonly FilterNode[]): FilterNode {
  const flat = nodes.flatMap((node) => (node.kind === 'or' ? node.nodes : [node])).filter((node) => node.kind !== 'none');
  if (flat.some((node) => node.kind === 'all')) return EVERYTHING;
  if (flat.length === 0) return NOTHING;
  return flat.length === 1 ? flat[0]! : { kind: 'or', nodes: flat };
}
