import type { LiteralNode, TextNode } from '../../query/ast.js';
import type { TermCount } from '../search-engine.js';
import { compileText, SCAN_FROM_LITERALS } from './compile-text.js';
import { evaluateText, forEachOccurrence, type TextContext } from './evaluate-text.js';

const NO_TERM = -1;

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
  /** For each term: hits by the number of the custodian set. */
  private readonly bySet: Map<number, number>[];

  constructor(
    termCount: number,
    private readonly context: TextContext,
  ) {
    const { lastRow } = context.columns;
    this.hits = new Uint32Array(termCount);
    this.termsOfRow = new Uint16Array(lastRow + 1);
    this.someTermOfRow = new Int32Array(lastRow + 1).fill(NO_TERM);
    this.bySet = Array.from({ length: termCount }, () => new Map<number, number>());
  }

  add(term: number, row: number): void {
    this.hits[term]! += 1;
    this.termsOfRow[row]! += 1;
    this.someTermOfRow[row] = term;
    const set = this.context.columns.custodianId[row]!;
    const counts = this.bySet[term]!;
    counts.set(set, (counts.get(set) ?? 0) + 1);
  }

  counts(): readonly TermCount[] {
    const unique = new Uint32Array(this.hits.length);
    this.termsOfRow.forEach((terms, row) => {
      if (terms === 1) unique[this.someTermOfRow[row]!]! += 1;
    });
    return this.bySet.map((sets, term) => ({
      hits: this.hits[term]!,
      uniqueHits: unique[term]!,
      hitsByCustodian: this.byCustodian(sets),
    }));
  }

  private byCustodian(sets: ReadonlyMap<number, number>): Record<string, number> {
    const counts = new Map<string, number>();
    for (const [set, count] of sets) {
      for (const custodian of this.context.columns.dictionary.setAt(set)) counts.set(custodian, (counts.get(custodian) ?? 0) + count);
    }
    return Object.fromEntries(counts);
  }
}
