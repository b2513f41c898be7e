import fc from 'fast-check';
import { fold } from '../../src/analysis/fold.js';
import { foldMessage } from '../../src/analysis/index-text.js';
import type { Message } from '../../src/domain/message.js';
import { TEXT_FIELDS, type FilterNode, type Query, type TextField, type TextNode } from '../../src/query/ast.js';
import { fieldValues } from '../../src/query/field-values.js';
import { FIELD_NAMES, fieldDefinition, type FieldKind, type FieldName } from '../../src/query/fields.js';
import { PART_BOUNDARY } from '../../src/query/folded-text.js';
import { arbitraryTime, IDS } from './arbitrary-message.js';

const fieldsOf = (...kinds: FieldKind[]): FieldName[] => FIELD_NAMES.filter((name) => kinds.includes(fieldDefinition(name).kind));

/** Any query over these messages: every kind of node, every field, nested, negated, empty; values that some message has, and others. */
export function arbitraryQuery(messages: readonly Message[]): fc.Arbitrary<Query> {
  return fc.record({
    filter: fc.oneof(
      { weight: 1, arbitrary: fc.constant<FilterNode>({ kind: 'all' }) },
      { weight: 2, arbitrary: arbitraryFilter(messages) },
    ),
    text: fc.option(arbitraryText(messages), { freq: 5, nil: null }),
  });
}

/** Any filter over these messages. */
export function arbitraryFilter(messages: readonly Message[]): fc.Arbitrary<FilterNode> {
  const terms = fc
    .constantFrom(...fieldsOf('keyword'))
    .chain((field) =>
      fc
        .array(
          fc.oneof(
            { weight: 4, arbitrary: fc.constantFrom(...valuesOf(messages, field)) },
            { weight: 1, arbitrary: fc.constantFrom('no such value', ...IDS, 'nor this') },
          ),
          { maxLength: 4 },
        )
        .map((values): FilterNode => ({ kind: 'terms', field, values })),
    );
  const flag = fc.record({ kind: fc.constant('flag' as const), field: fc.constantFrom(...fieldsOf('boolean')), value: fc.boolean() });
  const bound = (field: FieldName): fc.Arbitrary<number | null> =>
    fc.option(field === 'sentAt' ? arbitraryTime : fc.integer({ min: -1, max: 10_000_000 }), { freq: 4 });
  const range = fc
    .constantFrom(...fieldsOf('date', 'number'))
    .chain((field) => fc.record({ kind: fc.constant('range' as const), field: fc.constant(field), from: bound(field), to: bound(field) }));
  return arbitraryTree<FilterNode>([terms, terms, flag, range, fc.constantFrom<FilterNode>({ kind: 'all' }, { kind: 'none' })]);
}

function valuesOf(messages: readonly Message[], field: FieldName): string[] {
  const found = messages
    .flatMap((message) => fieldValues(message)[field] as string | readonly string[] | null)
    .filter((value) => value !== null);
  return [...new Set(['a', ...found])];
}

/** Conditions over the texts of these messages; also what a term list may hold. */
export function arbitraryText(messages: readonly Message[]): fc.Arbitrary<TextNode> {
  const folded = messages.map(foldMessage);
  const texts = TEXT_FIELDS.flatMap((field) => folded.flatMap((text) => text[field].split(PART_BOUNDARY))).filter((text) => text !== '');
  const present = fc
    .tuple(fc.constantFrom(...texts), fc.nat(), fc.constantFrom(1, 1, 2, 2, 3, 4, 8, 30))
    .map(([text, start, length]) => cut(text, start, length));
  const other = fc.array(fc.constantFrom('付', '款', '甲', '后', 'a', 'ar', '1', '"', '*', ' ', '\0', '\u{f022}', '👍', '没有', '-', 'é'), {
    minLength: 1,
    maxLength: 4,
  });
  const key = fc.oneof({ weight: 3, arbitrary: present }, { weight: 1, arbitrary: other.map((pieces) => fold(pieces.join(''))) });
  const words = texts.flatMap((text) => text.match(/[a-z0-9]+/g) ?? []);
  const numbers = texts.flatMap((text) => text.replace(/[^0-9]/g, '').match(/.{2,}/g) ?? []);
  const fields = fc.oneof(
    { weight: 2, arbitrary: fc.constant<readonly TextField[]>(TEXT_FIELDS) },
    { weight: 1, arbitrary: fc.subarray([...TEXT_FIELDS], { minLength: 1 }) },
  );
  const literal = fc.record({ kind: fc.constant('literal' as const), key, source: fc.constant('s'), fields });
  const word = fc.record({
    kind: fc.constant('word' as const),
    key: fc.constantFrom('a', 'ar', '1', 'none', ...words),
    source: fc.constant('s'),
    fields,
  });
  const near = fc.record({
    kind: fc.constant('near' as const),
    left: key,
    right: key,
    source: fc.constant('s'),
    distance: fc.constantFrom(0, 0, 1, 2, 3, 5, 20),
    ordered: fc.boolean(),
    fields,
  });
  const digits = fc
    .tuple(fc.constantFrom('00', '138', ...numbers), fc.nat(), fc.integer({ min: 2, max: 11 }), fields)
    .map(([number, start, length, inFields]): TextNode => ({
      kind: 'digits',
      digits: cut(number, start, length).padEnd(2, '0'),
      source: 's',
      fields: inFields,
    }));
  return arbitraryTree<TextNode>([literal, literal, literal, word, near, digits]);
}

/** `length` code points of a text. */
function cut(text: string, start: number, length: number): string {
  const characters = Array.from(text);
  const size = Math.min(length, characters.length);
  const from = start % (characters.length - size + 1);
  return characters.slice(from, from + size).join('');
}

type Tree<Node> = { readonly kind: 'and' | 'or'; readonly nodes: readonly Node[] } | { readonly kind: 'not'; readonly node: Node };

function arbitraryTree<Node extends { readonly kind: string }>(leaves: fc.Arbitrary<Node>[]): fc.Arbitrary<Node> {
  const { node } = fc.letrec<{ node: Node; inner: Node }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 3, arbitrary: fc.oneof(...leaves) },
      { weight: 2, arbitrary: tie('inner') },
    ),
    inner: fc.oneof(
      fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), nodes: fc.array(tie('node'), { maxLength: 4 }) }),
      fc.record({ kind: fc.constant('not' as const), node: tie('node') }),
    ) as unknown as fc.Arbitrary<Node & Tree<Node>>,
  }));
  return node;
}
