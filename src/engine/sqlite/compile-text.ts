import { digitLiteralGrams } from '../../analysis/digit-runs.js';
import { literalGrams } from '../../analysis/grams.js';
import { wordToken } from '../../analysis/word-tokens.js';
import { TEXT_FIELDS, type LiteralNode, type TextField, type TextNode } from '../../query/ast.js';

/**
 * How a text condition is answered. `match` is an FTS5 expression that is exact; everything FTS5 cannot say, or not
 * quickly, is put together from such answers as sets of rows.
 */
export type TextPlan =
  | {
      readonly kind: 'match';
      readonly expression: string;
      /** The expression says no more than that each of these stands in some field. */
      readonly literals?: readonly LiteralNode[];
    }
  /** Rows of `candidates` whose folded text satisfies `node`. */
  | { readonly kind: 'verify'; readonly candidates: TextPlan; readonly node: TextNode }
  /** Rows whose folded text has one of the literals, found in one pass over all folded text. */
  | { readonly kind: 'scan'; readonly literals: readonly LiteralNode[] }
  | { readonly kind: 'and'; readonly plans: readonly TextPlan[] }
  | { readonly kind: 'or'; readonly plans: readonly TextPlan[] }
  | { readonly kind: 'not'; readonly plan: TextPlan };

const COLUMNS: Readonly<Record<TextField, string>> = { body: 'clean raw', name: 'names', attachment: 'attachments' };

/** From this many literals in an OR, one pass over the text is quicker than as many index look-ups. */
export const SCAN_FROM_LITERALS = 100;
/** Literals longer than this are found by two of their ends and checked: a phrase costs by its length. */
const LONGEST_PHRASE = 96;
/** FTS5's parser overflows beyond 40 levels; expressions stay well below, the rest is done on sets. */
const DEEPEST_EXPRESSION = 8;
/** Leaves in one expression; more are split and joined as sets (FTS5 is super-linear in them). */
const MOST_LEAVES = 48;

interface Compiled {
  readonly plan: TextPlan;
  readonly depth: number;
  readonly leaves: number;
}

/** The plan of a text condition. Pure; keys are folded already. */
export function compileText(node: TextNode): TextPlan {
  return compile(node).plan;
}

function compile(node: TextNode): Compiled {
  switch (node.kind) {
    case 'literal':
      return literal(node);
    case 'word':
      return match(
        anyField(node.fields, (field) => column('words', [wordToken(node.key, field)])),
        1,
      );
    case 'digits':
      return match(
        `(${phrase(node.fields, literalGrams(node.digits))} OR ${anyField(node.fields, (field) => column('digits', digitLiteralGrams(node.digits, field)))})`,
        2,
      );
    case 'near': {
      const ends = [node.left, node.right].map((key) => literal({ kind: 'literal', key, source: key, fields: node.fields }));
      return single({ kind: 'verify', candidates: conjunction(ends).plan, node });
    }
    case 'and':
      return conjunction(node.nodes.map(compile));
    case 'or':
      return isLongList(node.nodes) ? single({ kind: 'scan', literals: node.nodes }) : disjunction(node.nodes.map(compile));
    case 'not': {
      const { plan, depth, leaves } = compile(node.node);
      return { plan: { kind: 'not', plan }, depth, leaves };
    }
    default:
      return node satisfies never;
  }
}

function isLongList(nodes: readonly TextNode[]): nodes is readonly LiteralNode[] {
  return nodes.length >= SCAN_FROM_LITERALS && nodes.every((node) => node.kind === 'literal');
}

function literal(node: LiteralNode): Compiled {
  const grams = literalGrams(node.key);
  if (grams.length <= LONGEST_PHRASE) return match(phrase(node.fields, grams), 1, 1, isEveryField(node.fields) ? [node] : []);
  const ends = [grams.slice(0, LONGEST_PHRASE / 2), grams.slice(-LONGEST_PHRASE / 2)];
  const candidates = match(`(${ends.map((end) => phrase(node.fields, end)).join(' AND ')})`, 2).plan;
  return single({ kind: 'verify', candidates, node });
}

/** Positive matches become one expression, with the negated matches taken off it; the rest stays a set operation. */
function conjunction(parts: readonly Compiled[]): Compiled {
  if (parts.length === 1) return parts[0]!;
  const joined = joinMatches(
    parts.filter(({ plan }) => plan.kind === 'match'),
    ' AND ',
  );
  const isTakenOff = (part: Compiled): boolean =>
    part.plan.kind === 'not' && part.plan.plan.kind === 'match' && part.depth < DEEPEST_EXPRESSION;
  const negated = parts.filter(isTakenOff);
  const others = parts.filter((part) => part.plan.kind !== 'match' && !isTakenOff(part));
  if (joined.length === 1 && negated.length > 0 && sum(negated) <= MOST_LEAVES && joined[0]!.depth < DEEPEST_EXPRESSION) {
    const all = [joined[0]!, ...negated];
    joined[0] = match(
      `(${expressionOf(joined[0]!)} NOT ${either(negated.map(expressionOf))})`,
      sum(all),
      Math.max(...all.map(({ depth }) => depth)) + 2,
    );
  } else {
    others.push(...negated);
  }
  const all = [...joined, ...others];
  return all.length === 1 ? all[0]! : single({ kind: 'and', plans: all.map(({ plan }) => plan) });
}

function disjunction(parts: readonly Compiled[]): Compiled {
  if (parts.length === 1) return parts[0]!;
  const matches = joinMatches(
    parts.filter(({ plan }) => plan.kind === 'match'),
    ' OR ',
  );
  const all = [...matches, ...parts.filter(({ plan }) => plan.kind !== 'match')];
  return all.length === 1 ? all[0]! : single({ kind: 'or', plans: all.map(({ plan }) => plan) });
}

/** Joins expressions into as few as the limits on depth and leaves allow. */
function joinMatches(parts: readonly Compiled[], operator: ' AND ' | ' OR '): Compiled[] {
  const joined: Compiled[] = [];
  let group: Compiled[] = [];
  const close = (): void => {
    if (group.length === 1) joined.push(group[0]!);
    else if (group.length > 1) {
      const depth = Math.max(...group.map((part) => part.depth)) + 1;
      joined.push(match(`(${group.map(expressionOf).join(operator)})`, sum(group), depth, operator === ' AND ' ? literalsOf(group) : []));
    }
    group = [];
  };
  for (const part of parts) {
    if (part.depth >= DEEPEST_EXPRESSION) {
      joined.push(part);
      continue;
    }
    if (sum(group) + part.leaves > MOST_LEAVES) close();
    group.push(part);
  }
  close();
  return joined;
}

function sum(parts: readonly Compiled[]): number {
  return parts.reduce((total, { leaves }) => total + leaves, 0);
}

/** Of a match, or of what a negation takes off. */
function expressionOf({ plan }: Compiled): string {
  const positive = plan.kind === 'not' ? plan.plan : plan;
  if (positive.kind !== 'match') throw new Error(`a ${positive.kind} plan has no expression`);
  return positive.expression;
}

/** All literals of the parts; none where a part says more than that. */
function literalsOf(parts: readonly Compiled[]): readonly LiteralNode[] {
  const lists = parts.map(({ plan }) => (plan.kind === 'match' ? (plan.literals ?? []) : []));
  return lists.every((list) => list.length > 0) ? lists.flat() : [];
}

function match(expression: string, leaves: number, depth = 1, literals: readonly LiteralNode[] = []): Compiled {
  return { plan: { kind: 'match', expression, ...(literals.length > 0 && { literals }) }, leaves, depth };
}

function single(plan: TextPlan): Compiled {
  return { plan, leaves: 1, depth: 1 };
}

function either(expressions: readonly string[]): string {
  return expressions.length === 1 ? expressions[0]! : `(${expressions.join(' OR ')})`;
}

/** The grams, one after the other, in one of the columns of `fields`. */
function phrase(fields: readonly TextField[], grams: readonly string[]): string {
  if (isEveryField(fields)) return `"${grams.join(' ')}"`;
  return column([...new Set(fields)].map((field) => COLUMNS[field]).join(' '), grams);
}

/** No other column has tokens that look like grams, and naming columns makes a phrase a quarter slower. */
function isEveryField(fields: readonly TextField[]): boolean {
  return new Set(fields).size === TEXT_FIELDS.length;
}

/** One gram after the other in any column of text. */
export function anyColumn(grams: readonly string[]): string {
  return phrase(TEXT_FIELDS, grams);
}

function anyField(fields: readonly TextField[], expressionFor: (field: TextField) => string): string {
  return either([...new Set(fields)].map(expressionFor));
}

/**
 * A phrase in named columns. Grams never hold a quote or any other ASCII sign (`grams.ts` moves them to the private use
 * area), so nothing a user types can leave the quotes.
 */
function column(names: string, grams: readonly string[]): string {
  return `{${names}} : "${grams.join(' ')}"`;
}
