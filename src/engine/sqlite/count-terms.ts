import { HoldfastError } from '../../errors/errors.js';
import type { LiteralNode, TextNode } from '../../query/ast.js';
import type { TermCount } from '../search-engine.js';
import { compileText, SCAN_FROM_LITERALS } from './compile-text.js';
import { evaluateText, forEachOccurrence, type TextContext } from './evaluate-text.js';

const NO_TERM = -1;
/** Counters of one report: terms times custodians; a gigabyte. */
const MOST_CELLS = 2 ** 28;

/** The counts of a term report, exactly: literals in one pass over the text when there are many, the others one by one. */
export function countTerms(texts: readonly TextNode[], context: TextContext): readonly TermCount[] {
  const tally = new TermTally(texts.length, context);
  const literals = texts.flatMap((node, term) => (node.kind === 'literal' ? [{ node, term }] : []));
  const isScanned = literals.length >= SCAN_FROM_LITERALS;
  if (isScanned) scan(literals, tally, context);
  texts.forEach((node, term) => {
    if (isScanned && node.kind === 'literal') return;
    for (const row of evaluateText(compileText(node), context)) tally.add(term, row);
  });
  return tally.counts();
}

function scan(literals: readonly { readonly node: LiteralNode; readonly term: number }[], tally: TermTally, context: TextContext): void {
  const lastRow = new Int32Array(literals.length);
  forEachOccurrence(literals.map(({ node }) => node), context.reader, context.filter, (row, literal) => {
    if (lastRow[literal] === row) return;
    lastRow[literal] = row;
    tally.add(literals[literal]!.term, row);
  });
}

/** Counts (term, row) pairs; each pair is added once. */
class TermTally {
  private readonly hits: Uint32Array;
  /** For each row how many terms hit it, and one of them. */
  private readonly termsOfRow: Uint16Array;
  private readonly someTermOfRow: Int32Array;
  private readonly custodians: readonly string[];
  /** By the number of a custodian set: its members' positions in `custodians`. */
  private readonly members = new Map<number, readonly number[]>();
  /** Hits by term and custodian, one row a term. */
  private readonly byCustodian: Uint32Array;

  constructor(
    termCount: number,
    private readonly context: TextContext,
  ) {
    const { lastRow, custodianId, dictionary } = context.columns;
    this.hits = new Uint32Array(termCount);
    this.termsOfRow = new Uint16Array(lastRow + 1);
    this.someTermOfRow = new Int32Array(lastRow + 1).fill(NO_TERM);
    const positions = new Map<string, number>();
    for (let row = 0; row <= lastRow; row++) {
      const set = custodianId[row]!;
      if (this.members.has(set)) continue;
      for (const custodian of dictionary.setAt(set)) if (!positions.has(custodian)) positions.set(custodian, positions.size);
      this.members.set(set, dictionary.setAt(set).map((custodian) => positions.get(custodian)!));
    }
    this.custodians = [...positions.keys()];
    const cells = termCount * this.custodians.length;
    if (cells > MOST_CELLS) throw new HoldfastError('QUERY_TOO_LARGE', 'Ask for fewer terms at once.', { cells, limit: MOST_CELLS });
    this.byCustodian = new Uint32Array(cells);
  }

  add(term: number, row: number): void {
    this.hits[term]! += 1;
    this.termsOfRow[row]! += 1;
    this.someTermOfRow[row] = term;
    const first = term * this.custodians.length;
    for (const custodian of this.members.get(this.context.columns.custodianId[row]!)!) this.byCustodian[first + custodian]! += 1;
  }

  counts(): readonly TermCount[] {
    const unique = new Uint32Array(this.hits.length);
    this.termsOfRow.forEach((terms, row) => {
      if (terms === 1) unique[this.someTermOfRow[row]!]! += 1;
    });
    return Array.from(this.hits, (hits, term) => ({ hits, uniqueHits: unique[term]!, hitsByCustodian: this.hitsByCustodian(term) }));
  }

  private hitsByCustodian(term: number): Record<string, number> {
    const first = term * this.custodians.length;
    const counts = this.custodians.map((custodian, position) => [custodian, this.byCustodian[first + position]!] as const);
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }
}
