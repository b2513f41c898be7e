import { fold } from '../../src/analysis/fold.js';
import { TEXT_FIELDS, type FilterNode, type TextField, type TextNode } from '../../src/query/ast.js';
import type { FieldName } from '../../src/query/fields.js';

// Short constructors for query nodes: they fold what is written, as the parser does.

export function literal(source: string, fields: readonly TextField[] = TEXT_FIELDS): TextNode {
  return { kind: 'literal', key: fold(source), source, fields };
}

export function word(source: string, fields: readonly TextField[] = TEXT_FIELDS): TextNode {
  return { kind: 'word', key: fold(source), source, fields };
}

/** Both, in either order, with at most `distance` code points between them. */
export function near(left: string, right: string, distance: number, fields: readonly TextField[] = TEXT_FIELDS): TextNode {
  return {
    kind: 'near',
    left: fold(left),
    right: fold(right),
    source: `${left} NEAR/${distance} ${right}`,
    distance,
    ordered: false,
    fields,
  };
}

/** As `near`, but `left` comes first. */
export function precedes(left: string, right: string, distance: number, fields: readonly TextField[] = TEXT_FIELDS): TextNode {
  return {
    kind: 'near',
    left: fold(left),
    right: fold(right),
    source: `${left} PRE/${distance} ${right}`,
    distance,
    ordered: true,
    fields,
  };
}

export function digits(source: string, fields: readonly TextField[] = TEXT_FIELDS): TextNode {
  return { kind: 'digits', digits: source, source: `#${source}`, fields };
}

export function and<Node extends TextNode | FilterNode>(...nodes: Node[]): { kind: 'and'; nodes: Node[] } {
  return { kind: 'and', nodes };
}

export function or<Node extends TextNode | FilterNode>(...nodes: Node[]): { kind: 'or'; nodes: Node[] } {
  return { kind: 'or', nodes };
}

export function not<Node extends TextNode | FilterNode>(node: Node): { kind: 'not'; node: Node } {
  return { kind: 'not', node };
}

export function terms(field: FieldName, ...values: string[]): FilterNode {
  return { kind: 'terms', field, values };
}

export function flag(field: FieldName, value: boolean): FilterNode {
  return { kind: 'flag', field, value };
}

export function range(field: FieldName, from: number | null, to: number | null): FilterNode {
  return { kind: 'range', field, from, to };
}
