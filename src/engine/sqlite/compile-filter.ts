import {
  ATTACHMENT_STATES, CONVERSATION_KINDS, DATE_STATES, MESSAGE_KINDS, PLATFORMS, WARNING_CODES,
} from '../../domain/values.js';
import { allOf, type FilterNode } from '../../query/ast.js';
import type { FieldName } from '../../query/fields.js';
import type { Columns } from './columns.js';
import { FLAG, maskOf, NO_DELAY } from './facts.js';
import { filterToken, monthOf, monthToken, UNDATED_MONTH, type TokenField } from './filter-tokens.js';

/** True where the row passes. */
export type RowTest = (row: number) => boolean;

export interface CompiledFilter {
  /** Decides exactly; null = every live row passes. */
  readonly test: RowTest | null;
  /** An FTS5 expression over `tokens` that every passing row satisfies, to narrow an index look-up; null = none. */
  readonly tokens: string | null;
  /** True: `tokens` alone decides (or there is no condition at all). */
  readonly isDecidedByTokens: boolean;
  /** True: nothing passes. */
  readonly isEmpty: boolean;
  /** The dictionary number of the one conversation that every passing row belongs to (0: one that does not exist); null = any. */
  readonly conversation: number | null;
  /** What is asked beside the conversation; null = nothing. */
  readonly besideConversation: RowTest | null;
}

/** More tokens than this in one condition cost more than they save. */
const MOST_TOKENS = 24;

const BITS = { attachmentState: ['attachmentStates', ATTACHMENT_STATES], warning: ['warnings', WARNING_CODES] } as const;
const POSITIONS = {
  platform: PLATFORMS, kind: MESSAGE_KINDS, conversationKind: CONVERSATION_KINDS, dateState: DATE_STATES,
} as const satisfies Partial<Record<FieldName, readonly string[]>>;
const FLAGS = {
  isRecalled: FLAG.recalled, isEdited: FLAG.edited, isOrphanRecall: FLAG.orphanRecall, hasAttachments: FLAG.hasAttachments,
} as const satisfies Partial<Record<FieldName, number>>;
const STRINGS = ['identitySpace', 'conversationId', 'senderId'] as const satisfies readonly FieldName[];
const SETS = ['source', 'custodianId', 'participantId', 'importRunId'] as const satisfies readonly FieldName[];

/** Compiles a filter against the columns as they are now: use it in the same snapshot only. */
export function compileFilter(filter: FilterNode, columns: Columns): CompiledFilter {
  if (filter.kind === 'all') return { test: null, tokens: null, isDecidedByTokens: true, isEmpty: false, conversation: null, besideConversation: null };
  if (filter.kind === 'none') return { test: () => false, tokens: null, isDecidedByTokens: false, isEmpty: true, conversation: null, besideConversation: null };
  const conjuncts = filter.kind === 'and' ? filter.nodes : [filter];
  const narrowing = conjuncts.map((node) => tokensOf(node, columns));
  const expressions = narrowing.flatMap((found) => (found === null ? [] : [found.expression]));
  return {
    test: rowTest(filter, columns),
    tokens: expressions.length === 0 ? null : expressions.join(' AND '),
    isDecidedByTokens: narrowing.every((found) => found?.isExact === true),
    isEmpty: false,
    ...onlyConversation(conjuncts, columns),
  };
}

function onlyConversation(
  conjuncts: readonly FilterNode[], columns: Columns,
): Pick<CompiledFilter, 'conversation' | 'besideConversation'> {
  for (const node of conjuncts) {
    if (node.kind !== 'terms' || node.field !== 'conversationId' || node.values.length !== 1) continue;
    const others = conjuncts.filter((other) => other !== node);
    return {
      conversation: columns.dictionary.numberOf(node.values[0]!) ?? 0,
      besideConversation: others.length === 0 ? null : rowTest(allOf(others), columns),
    };
  }
  return { conversation: null, besideConversation: null };
}

/** The test of one node, also inside and/or/not. Missing facts make a condition false. */
export function rowTest(node: FilterNode, columns: Columns): RowTest {
  switch (node.kind) {
    case 'all':
      return () => true;
    case 'none':
      return () => false;
    case 'terms':
      return termsTest(node.field, node.values, columns);
    case 'flag': {
      const flag = FLAGS[node.field as keyof typeof FLAGS];
      return node.value ? (row) => (columns.flags[row]! & flag) !== 0 : (row) => (columns.flags[row]! & flag) === 0;
    }
    case 'range':
      return rangeTest(node.field, node.from, node.to, columns);
    case 'and': {
      const tests = node.nodes.map((part) => rowTest(part, columns));
      return (row) => tests.every((test) => test(row));
    }
    case 'or': {
      const tests = node.nodes.map((part) => rowTest(part, columns));
      return (row) => tests.some((test) => test(row));
    }
    case 'not': {
      const test = rowTest(node.node, columns);
      return (row) => !test(row);
    }
    default:
      return node satisfies never;
  }
}

function termsTest(field: FieldName, values: readonly string[], columns: Columns): RowTest {
  if (field === 'id') return idTest(values, columns);
  if (field in POSITIONS) {
    const name = field as keyof typeof POSITIONS;
    const list: readonly string[] = POSITIONS[name];
    const wanted = Uint8Array.from(list, (value) => (values.includes(value) ? 1 : 0));
    return (row) => wanted[columns[name][row]!] === 1;
  }
  if (field in BITS) {
    const [name, list] = BITS[field as keyof typeof BITS];
    const mask = maskOf(values.filter((value) => (list as readonly string[]).includes(value)), list);
    return (row) => (columns[name][row]! & mask) !== 0;
  }
  const { dictionary } = columns;
  const wanted = new Uint8Array(dictionary.size);
  if ((SETS as readonly string[]).includes(field)) {
    for (const value of values) for (const set of dictionary.setsWith(value)) wanted[set] = 1;
    const name = field as (typeof SETS)[number];
    return (row) => wanted[columns[name][row]!] === 1;
  }
  if ((STRINGS as readonly string[]).includes(field)) {
    for (const value of values) wanted[dictionary.numberOf(value) ?? 0] = 1;
    wanted[0] = 0;
    const name = field as (typeof STRINGS)[number];
    return (row) => wanted[columns[name][row]!] === 1;
  }
  throw new Error(`no column for the field ${field}`);
}

function idTest(values: readonly string[], columns: Columns): RowTest {
  const wanted = new Set(values);
  const firstWords = new Set(values.map((id) => Number.parseInt(id.slice(0, 8), 16)));
  return (row) => firstWords.has(columns.idWords[row * 4]!) && wanted.has(columns.idOf(row));
}

function rangeTest(field: FieldName, from: number | null, to: number | null, columns: Columns): RowTest {
  const lowest = from ?? -Infinity;
  const end = to ?? Infinity;
  if (field === 'sentAt') {
    // undated rows hold NaN, which fails both comparisons
    return (row) => columns.sentAt[row]! >= lowest && columns.sentAt[row]! < end;
  }
  if (field === 'recallDelaySeconds') {
    return (row) => {
      const delay = columns.recallDelaySeconds[row]!;
      return delay !== NO_DELAY && delay >= lowest && delay < end;
    };
  }
  throw new Error(`no range over the field ${field}`);
}

function tokensOf(node: FilterNode, columns: Columns): { expression: string; isExact: boolean } | null {
  if (node.kind === 'range' && node.field === 'sentAt') return monthTokens(node.from, node.to, columns);
  if (node.kind !== 'terms' || node.values.length > MOST_TOKENS) return null;
  const numbers = tokenNumbers(node.field, node.values, columns);
  if (numbers === null || numbers.length === 0) return null;
  return { expression: oneOf(numbers.map((number) => filterToken(node.field as TokenField, number))), isExact: true };
}

/** The numbers that the field's tokens are made of; null for fields without tokens. */
function tokenNumbers(field: FieldName, values: readonly string[], columns: Columns): readonly number[] | null {
  if (field === 'platform') return values.map((value) => (PLATFORMS as readonly string[]).indexOf(value)).filter((number) => number >= 0);
  if (field !== 'identitySpace' && field !== 'conversationId' && field !== 'senderId') return null;
  return values.map((value) => columns.dictionary.numberOf(value)).filter((number) => number !== null);
}

/** The months that a time range touches; the first and last are cut by the row test. */
function monthTokens(from: number | null, to: number | null, columns: Columns): { expression: string; isExact: boolean } | null {
  const first = from === null ? -Infinity : monthOf(from);
  const last = to === null ? Infinity : monthOf(to - 1);
  const dated = [...columns.monthCounts.keys()].filter((month) => month !== UNDATED_MONTH && month >= first && month <= last);
  if (dated.length === 0 || dated.length > MOST_TOKENS || dated.length > columns.monthCounts.size / 2) return null;
  return { expression: oneOf(dated.map(monthToken)), isExact: false };
}

function oneOf(tokens: readonly string[]): string {
  const quoted = tokens.map((token) => `tokens : "${token}"`);
  return quoted.length === 1 ? quoted[0]! : `(${quoted.join(' OR ')})`;
}

