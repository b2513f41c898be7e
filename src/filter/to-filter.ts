import { HoldfastError } from '../errors/errors.js';
import { allOf, anyOf, NOTHING, type FilterNode } from '../query/ast.js';
import type { FieldName } from '../query/fields.js';
import { QUERY_LIMITS } from '../query/query-limits.js';

type Given<Value> = Value | null | undefined;

/**
 * What a caller may ask of the facts of a message; null and undefined mean "not given". All that is given must hold.
 * Of a list one value must fit; an empty list was given and fits nothing.
 */
export interface FilterParameters {
  readonly ids?: Given<readonly string[]>;
  readonly sources?: Given<readonly string[]>;
  readonly platforms?: Given<readonly string[]>;
  readonly conversationIds?: Given<readonly string[]>;
  readonly conversationKinds?: Given<readonly string[]>;
  readonly custodianIds?: Given<readonly string[]>;
  readonly participantIds?: Given<readonly string[]>;
  readonly senderIds?: Given<readonly string[]>;
  readonly kinds?: Given<readonly string[]>;
  /** UTC milliseconds, inclusive. Either bound leaves undated messages out. */
  readonly sentFrom?: Given<number>;
  /** UTC milliseconds, exclusive. */
  readonly sentTo?: Given<number>;
  readonly dateStates?: Given<readonly string[]>;
  readonly isRecalled?: Given<boolean>;
  /** Recalled at most so many seconds after sending; both times must be known. */
  readonly recalledWithinSeconds?: Given<number>;
  /** Only its recall is known, not its content. */
  readonly isOrphanRecall?: Given<boolean>;
  readonly isEdited?: Given<boolean>;
  readonly hasAttachments?: Given<boolean>;
  readonly attachmentStates?: Given<readonly string[]>;
  readonly importRunIds?: Given<readonly string[]>;
  readonly warnings?: Given<readonly string[]>;
  readonly identitySpaces?: Given<readonly string[]>;
  /** All of these; an empty list asks nothing. */
  readonly and?: Given<readonly FilterParameters[]>;
  /** One of these; an empty list fits nothing. */
  readonly or?: Given<readonly FilterParameters[]>;
  readonly not?: Given<FilterParameters>;
}

/** The condition that the parameters describe. Throws QUERY_TOO_DEEP; everything else is `checkQuery`'s to refuse. */
export function toFilter(parameters: FilterParameters): FilterNode {
  return convert(parameters, 1);
}

/** Names of the parameters that a filter gives, for the audit: never their values. */
export function filterFieldNames(parameters: Given<FilterParameters>): readonly string[] {
  if (parameters === null || parameters === undefined) return [];
  const { and, or, not, ...own } = parameters;
  const below = [...(and ?? []), ...(or ?? []), ...(not ? [not] : [])].flatMap(filterFieldNames);
  const given = Object.entries(own)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name]) => name);
  return [...new Set([...given, ...below])].sort();
}

function convert(parameters: FilterParameters, depth: number): FilterNode {
  if (depth > QUERY_LIMITS.depth) throw new HoldfastError('QUERY_TOO_DEEP', '', { limit: QUERY_LIMITS.depth });
  const { and, or, not } = parameters;
  return allOf([
    ...facts(parameters),
    ...(and ?? []).map((part) => convert(part, depth + 1)),
    ...(or ? [anyOf(or.map((part) => convert(part, depth + 1)))] : []),
    ...(not ? [opposite(convert(not, depth + 1))] : []),
  ]);
}

function opposite(node: FilterNode): FilterNode {
  if (node.kind === 'all') return { kind: 'none' };
  return node.kind === 'none' ? { kind: 'all' } : { kind: 'not', node };
}

function facts(parameters: FilterParameters): FilterNode[] {
  const nodes = [
    terms('id', parameters.ids),
    terms('source', parameters.sources),
    terms('platform', parameters.platforms),
    terms('conversationId', parameters.conversationIds),
    terms('conversationKind', parameters.conversationKinds),
    terms('custodianId', parameters.custodianIds),
    terms('participantId', parameters.participantIds),
    terms('senderId', parameters.senderIds),
    terms('kind', parameters.kinds),
    range('sentAt', parameters.sentFrom, parameters.sentTo),
    terms('dateState', parameters.dateStates),
    flag('isRecalled', parameters.isRecalled),
    range('recallDelaySeconds', null, afterSeconds(parameters.recalledWithinSeconds)),
    flag('isOrphanRecall', parameters.isOrphanRecall),
    flag('isEdited', parameters.isEdited),
    flag('hasAttachments', parameters.hasAttachments),
    terms('attachmentState', parameters.attachmentStates),
    terms('importRunId', parameters.importRunIds),
    terms('warning', parameters.warnings),
    terms('identitySpace', parameters.identitySpaces),
  ];
  return nodes.filter((node) => node !== null);
}

function terms(field: FieldName, values: Given<readonly string[]>): FilterNode | null {
  if (values === null || values === undefined) return null;
  return values.length === 0 ? NOTHING : { kind: 'terms', field, values: [...new Set(values)] };
}

function flag(field: FieldName, value: Given<boolean>): FilterNode | null {
  return value === null || value === undefined ? null : { kind: 'flag', field, value };
}

function range(field: FieldName, from: Given<number>, to: Given<number>): FilterNode | null {
  if ((from === null || from === undefined) && (to === null || to === undefined)) return null;
  return { kind: 'range', field, from: from ?? null, to: to ?? null };
}

/** Delays are whole seconds: "at most 120" is "less than 121". */
function afterSeconds(seconds: Given<number>): number | null {
  return seconds === null || seconds === undefined ? null : Math.floor(seconds) + 1;
}
