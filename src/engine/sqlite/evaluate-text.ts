import type { LiteralNode, TextField } from '../../query/ast.js';
import { matchesText } from '../../query/matches.js';
import type { Columns } from './columns.js';
import type { CompiledFilter } from './compile-filter.js';
import type { TextPlan } from './compile-text.js';
import { splitFolded } from './folded-column.js';
import type { IndexReader } from './index-reader.js';
import { LiteralScanner } from './literal-scanner.js';
import { quickerMatch } from './quicker-match.js';
import { keepRows, markRows, rowsOf, unionRows } from './row-sets.js';
import type { TextSample } from './text-sample.js';

/** Where a plan is answered: within the rows that pass `filter`. */
export interface TextContext {
  readonly reader: IndexReader;
  readonly columns: Columns;
  readonly sample: TextSample;
  readonly filter: CompiledFilter;
}

/** The rows that satisfy the plan and pass the filter. */
export function evaluateText(plan: TextPlan, context: TextContext): Uint32Array {
  const { columns, filter, reader } = context;
  switch (plan.kind) {
    case 'match':
      return passing(matchingRows(plan, context), filter);
    case 'verify':
      return keepRows(evaluateText(plan.candidates, context), (row) => matchesText(plan.node, reader.folded(row)));
    case 'scan':
      return scanLiterals(plan.literals, context);
    case 'or':
      return unionRows(plan.plans.map((part) => evaluateText(part, context)), columns.lastRow);
    case 'and':
      return intersection(plan.plans, context);
    case 'not': {
      const marks = markRows(evaluateText(plan.plan, context), columns.lastRow);
      return keepRows(allRows(context), (row) => marks[row] === 0);
    }
    default:
      return plan satisfies never;
  }
}

function matchingRows({ expression, literals }: Extract<TextPlan, { kind: 'match' }>, { reader, filter, sample }: TextContext): Uint32Array {
  const quicker = literals === undefined ? null : quickerMatch(literals, sample);
  return quicker === null
    ? reader.rows(narrowed(expression, filter))
    : reader.rowsHolding(narrowed(quicker.expression, filter), quicker.keys);
}

/** Every live row that passes the filter, upwards. */
export function allRows({ columns, filter }: Pick<TextContext, 'columns' | 'filter'>): Uint32Array {
  const { test, conversation, besideConversation } = filter;
  if (conversation !== null) {
    const rows = keepRows(columns.rowsOfConversation(conversation), (row) => columns.isLive(row));
    return besideConversation === null ? rows : keepRows(rows, besideConversation);
  }
  const marks = new Uint8Array(columns.lastRow + 1);
  for (let row = 1; row <= columns.lastRow; row++) {
    if (columns.isLive(row) && (test === null || test(row))) marks[row] = 1;
  }
  return rowsOf(marks);
}

/** The expression together with the filter's tokens. */
export function narrowed(expression: string, filter: CompiledFilter): string {
  return filter.tokens === null ? expression : `(${expression}) AND ${filter.tokens}`;
}

function passing(rows: Uint32Array, filter: CompiledFilter): Uint32Array {
  return filter.isDecidedByTokens || filter.test === null ? rows : keepRows(rows, filter.test);
}

/** Look-ups in the index first, then what is cheap on few rows, passes over everything last. */
function intersection(plans: readonly TextPlan[], context: TextContext): Uint32Array {
  const cost = { match: 0, or: 1, and: 1, not: 2, scan: 3, verify: 4 } as const;
  const [first, ...others] = [...plans].sort((left, right) => cost[left.kind] - cost[right.kind]);
  if (first === undefined) return allRows(context);
  let rows = evaluateText(first, context);
  for (const plan of others) {
    if (rows.length === 0) break;
    if (plan.kind === 'verify') {
      const candidates = markRows(evaluateText(plan.candidates, context), context.columns.lastRow);
      rows = keepRows(rows, (row) => candidates[row] === 1 && matchesText(plan.node, context.reader.folded(row)));
    } else {
      const isNegated = plan.kind === 'not';
      const marks = markRows(evaluateText(isNegated ? plan.plan : plan, context), context.columns.lastRow);
      rows = keepRows(rows, (row) => (marks[row] === 1) !== isNegated);
    }
  }
  return rows;
}

function scanLiterals(literals: readonly LiteralNode[], { reader, columns, filter }: TextContext): Uint32Array {
  const marks = new Uint8Array(columns.lastRow + 1);
  forEachOccurrence(literals, reader, filter, (row) => {
    marks[row] = 1;
  });
  return rowsOf(marks);
}

/**
 * Passes over all folded text and calls `found` for each row that passes the filter and each literal in it, perhaps
 * several times for one pair.
 */
export function forEachOccurrence(
  literals: readonly LiteralNode[], reader: IndexReader, filter: CompiledFilter, found: (row: number, literal: number) => void,
): void {
  const groups = groupByFields(literals);
  for (const batch of reader.foldedBatches()) {
    for (let index = 0; index < batch.rows.length; index++) {
      const row = batch.rows[index]!;
      if (filter.test !== null && !filter.test(row)) continue;
      const folded = splitFolded(batch.columns[index]!);
      for (const group of groups) {
        for (const field of group.fields) {
          if (folded[field] !== '') group.scanner.scan(folded[field], (literal) => found(row, group.positions[literal]!));
        }
      }
    }
  }
}

interface LiteralGroup {
  readonly fields: readonly TextField[];
  /** Position in the caller's list of each literal of the scanner. */
  readonly positions: readonly number[];
  readonly scanner: LiteralScanner;
}

function groupByFields(literals: readonly LiteralNode[]): LiteralGroup[] {
  const groups = new Map<string, { fields: readonly TextField[]; positions: number[] }>();
  literals.forEach(({ fields }, position) => {
    const key = [...new Set(fields)].sort().join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { fields: [...new Set(fields)], positions: [position] });
    else group.positions.push(position);
  });
  return [...groups.values()].map(({ fields, positions }) => ({
    fields,
    positions,
    scanner: new LiteralScanner(positions.map((position) => literals[position]!.key)),
  }));
}

