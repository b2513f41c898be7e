import { HoldfastError } from '../errors/errors.js';
import { TEXT_FIELDS, type TextField, type TextNode } from '../query/ast.js';
import { QUERY_LIMITS } from '../query/query-limits.js';
import { isWordCodePoint } from '../query/word-code-point.js';
import { fold } from './fold.js';
import { lexSearchText, syntaxError, type NearToken, type SearchToken, type TermToken } from './search-text-lexer.js';

/**
 * Reads the search language (docs/search-language.md). Null for a blank text: everything is searched for.
 * `fields` are those of terms without a field prefix. Errors carry `position` (UTF-16 units, from 0): QUERY_SYNTAX with `expected`,
 * QUERY_EMPTY_TERM for a term that folds to nothing, QUERY_TOO_DEEP, QUERY_TOO_LARGE.
 */
export function parseSearchText(text: string, fields: readonly TextField[] = TEXT_FIELDS): TextNode | null {
  if (text.length > QUERY_LIMITS.searchText)
    throw new HoldfastError('QUERY_TOO_LARGE', '', { limit: QUERY_LIMITS.searchText, of: 'searchText' });
  return new SearchTextParser(text, fields).parse();
}

const PAIR_SIDE = 'a bare term or a quoted literal on each side of NEAR/ or PRE/';
const OPERAND = 'a term, a quoted literal or a group';

type OperativeToken = Exclude<SearchToken, { kind: 'end' }>;

/** What stands before a term, pair or group. */
interface Prefix {
  readonly isNegated: boolean;
  readonly fields: readonly TextField[];
}

/** An open bracket (or the whole text) and what was read of it. */
interface Group {
  readonly position: number;
  readonly prefix: Prefix;
  /** Finished sides of `OR`. */
  readonly alternatives: TextNode[];
  /** The side being read. */
  terms: TextNode[];
}

/** Keeps its own stack instead of calling itself: brackets cannot exhaust the call stack. */
class SearchTextParser {
  private readonly tokens: Generator<SearchToken, SearchToken>;
  private readonly groups: Group[];
  private token: SearchToken;
  /** Prefixes read but not yet used. */
  private prefix: Prefix;
  /** What is still owed when an operator or prefix was read last. */
  private owed: string | null = null;
  private termCount = 0;

  constructor(
    private readonly text: string,
    fields: readonly TextField[],
  ) {
    this.tokens = lexSearchText(text);
    this.token = this.tokens.next().value;
    this.prefix = { isNegated: false, fields };
    this.groups = [{ position: 0, prefix: this.prefix, alternatives: [], terms: [] }];
  }

  parse(): TextNode | null {
    if (this.token.kind === 'end') return null;
    while (this.token.kind !== 'end') {
      const token: OperativeToken = this.token;
      this.token = this.tokens.next().value;
      this.read(token);
    }
    if (this.groups.length > 1) throw syntaxError(this.group.position, 'a closing bracket for the bracket that opens here');
    return this.finishGroup(this.token.position);
  }

  private read(token: OperativeToken): void {
    switch (token.kind) {
      case 'minus':
        if (this.prefix.isNegated) throw syntaxError(token.position, 'one minus only; a minus that is text is put into quotes');
        this.prefix = { ...this.prefix, isNegated: true };
        this.owed = OPERAND;
        return;
      case 'field':
        this.prefix = { ...this.prefix, fields: [token.field] };
        this.owed = OPERAND;
        return;
      case 'open':
        return this.openGroup(token.position);
      case 'close':
        return this.closeGroup(token.position);
      case 'and':
      case 'or':
        return this.readOperator(token.kind, token.position);
      case 'near':
        throw syntaxError(token.position, PAIR_SIDE);
      default:
        return this.readTerm(token);
    }
  }

  private get group(): Group {
    return this.groups.at(-1)!;
  }

  private openGroup(position: number): void {
    if (this.groups.length > QUERY_LIMITS.depth)
      throw new HoldfastError('QUERY_TOO_DEEP', `At position ${position}.`, { position, limit: QUERY_LIMITS.depth });
    this.groups.push({ position, prefix: this.prefix, alternatives: [], terms: [] });
    this.prefix = { isNegated: false, fields: this.prefix.fields };
    this.owed = OPERAND;
  }

  private closeGroup(position: number): void {
    if (this.groups.length === 1)
      throw syntaxError(position, 'no closing bracket without an opening one; a bracket that is text is put into quotes');
    const node = this.finishGroup(position);
    const { prefix } = this.groups.pop()!;
    this.add(node, prefix);
  }

  private readOperator(kind: 'and' | 'or', position: number): void {
    this.refuseOwed(position);
    if (this.group.terms.length === 0)
      throw syntaxError(position, `a term before ${kind.toUpperCase()}; the word itself is put into quotes`);
    if (kind === 'or') this.endAlternative();
    this.owed = `a term behind ${kind.toUpperCase()}`;
  }

  private readTerm(token: TermToken): void {
    if (++this.termCount > QUERY_LIMITS.textLeaves)
      throw new HoldfastError('QUERY_TOO_LARGE', '', { limit: QUERY_LIMITS.textLeaves, of: 'textLeaves' });
    this.add(this.token.kind === 'near' ? this.pairNode(token, this.token) : this.termNode(token), this.prefix);
  }

  private pairNode(left: TermToken, near: NearToken): TextNode {
    const right = this.tokens.next().value;
    if (left.kind !== 'literal') throw syntaxError(left.position, PAIR_SIDE);
    if (right.kind !== 'literal') throw syntaxError(right.position, PAIR_SIDE);
    this.token = this.tokens.next().value;
    if (this.token.kind === 'near')
      throw syntaxError(this.token.position, 'no second NEAR/ or PRE/: write pairs, e.g. (a NEAR/5 b) (b NEAR/5 c)');
    const { ordered, distance } = near;
    const source = this.text.slice(left.position, right.end);
    return { kind: 'near', left: keyOf(left), right: keyOf(right), source, distance, ordered, fields: this.prefix.fields };
  }

  private termNode(token: TermToken): TextNode {
    const { source } = token;
    const { fields } = this.prefix;
    const key = keyOf(token);
    switch (token.kind) {
      case 'literal':
        return { kind: 'literal', key, source, fields };
      case 'word':
        if (!isWord(key)) throw syntaxError(token.position, 'Latin letters and digits only behind "="');
        return { kind: 'word', key, source, fields };
      case 'digits':
        return { kind: 'digits', digits: digitsOf(key, token.position), source, fields };
    }
  }

  private add(node: TextNode, prefix: Prefix): void {
    this.group.terms.push(prefix.isNegated ? { kind: 'not', node } : node);
    this.prefix = { isNegated: false, fields: this.group.prefix.fields };
    this.owed = null;
  }

  private finishGroup(position: number): TextNode {
    this.refuseOwed(position);
    this.endAlternative();
    return joined('or', this.group.alternatives);
  }

  private endAlternative(): void {
    this.group.alternatives.push(joined('and', this.group.terms));
    this.group.terms = [];
  }

  private refuseOwed(position: number): void {
    if (this.owed !== null) throw syntaxError(position, this.owed);
  }
}

/** Flat: a node of the same kind inside is opened. */
function joined(kind: 'and' | 'or', nodes: readonly TextNode[]): TextNode {
  if (nodes.length === 1) return nodes[0]!;
  return { kind, nodes: nodes.flatMap((node) => (node.kind === kind ? node.nodes : [node])) };
}

function keyOf({ source, position }: TermToken): string {
  const key = fold(source);
  if (key === '') throw new HoldfastError('QUERY_EMPTY_TERM', `At position ${position}.`, { position });
  return key;
}

function isWord(key: string): boolean {
  return Array.from(key).every((character) => isWordCodePoint(character.codePointAt(0)!));
}

/** Whatever punctuation a number was pasted with is no part of it. */
function digitsOf(key: string, position: number): string {
  const digits = key.replace(/[\p{P}\p{Z}+]/gu, '');
  if (!/^[0-9]{2,}$/.test(digits))
    throw syntaxError(position, 'at least two digits, and separators only, behind "#"; a # that is text is put into quotes');
  return digits;
}
