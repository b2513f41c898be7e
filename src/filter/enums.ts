import { registerEnumType } from '@nestjs/graphql';
import {
  ATTACHMENT_STATES,
  CONVERSATION_KINDS,
  DATE_STATES,
  IMPORT_OUTCOMES,
  MEMBERSHIP_EVIDENCE,
  MESSAGE_KINDS,
  PLATFORMS,
  REJECTION_REASONS,
  SOURCE_KINDS,
  WARNING_CODES,
} from '../domain/values.js';
import { HISTOGRAM_INTERVALS } from '../query/aggregation.js';
import { TEXT_FIELDS } from '../query/ast.js';
import { FIELD_NAMES, fieldDefinition } from '../query/fields.js';
import { SORT_ORDERS } from '../query/page.js';

/** How a search reads its text: the search language, or a question of which any word may match. */
export const MATCH_MODES = ['all', 'any'] as const;
export type MatchMode = (typeof MATCH_MODES)[number];

/** Fields that hits can be counted by: a date or a number has a histogram or statistics instead. */
export const FACET_FIELDS = FIELD_NAMES.filter(
  (name) => fieldDefinition(name).isAggregatable && ['keyword', 'boolean'].includes(fieldDefinition(name).kind),
);

// Stored values keep their very strings as GraphQL names; choices of the API itself are in capitals.
export const PlatformEnum = storedValues('Platform', 'Where a message was written.', PLATFORMS);
export const MessageKindEnum = storedValues('MessageKind', 'What a message is.', MESSAGE_KINDS);
export const ConversationKindEnum = storedValues('ConversationKind', 'What kind of conversation a message belongs to.', CONVERSATION_KINDS);
export const DateStateEnum = storedValues('DateState', 'How sure the time of a message is.', DATE_STATES);
export const AttachmentStateEnum = storedValues(
  'AttachmentState',
  'What became of an attachment. Everything but `ok` was not, or not wholly, searched.',
  ATTACHMENT_STATES,
);
export const WarningCodeEnum = storedValues('WarningCode', 'What an importer found odd about a record that it kept.', WARNING_CODES);
export const SourceKindEnum = storedValues('SourceKind', 'What a record says of its message.', SOURCE_KINDS);
export const MembershipEvidenceEnum = storedValues(
  'MembershipEvidence',
  'How it is known that somebody belongs to a conversation.',
  MEMBERSHIP_EVIDENCE,
);
export const ImportOutcomeEnum = storedValues('ImportOutcome', 'What a record became.', IMPORT_OUTCOMES);
export const RejectionReasonEnum = storedValues('RejectionReason', 'Why a record could not be kept.', REJECTION_REASONS);
export const FacetFieldEnum = storedValues('FacetField', 'A field that hits can be counted by.', FACET_FIELDS);

export const TextFieldEnum = choices('TextField', 'A text of a message that a search looks into.', TEXT_FIELDS);
export const SortOrderEnum = choices(
  'SortOrder',
  'The order of hits. Undated messages come last by time, in both directions.',
  SORT_ORDERS,
);
export const MatchModeEnum = choices(
  'MatchMode',
  'ALL: the search language. ANY: a question or a pasted paragraph, ranked by relevance.',
  MATCH_MODES,
);
export const HistogramIntervalEnum = choices('HistogramInterval', 'The width of a bar; a week begins on Monday.', HISTOGRAM_INTERVALS);

type EnumObject<Value extends string> = Readonly<Record<string, Value>>;

function storedValues<Value extends string>(name: string, description: string, values: readonly Value[]): EnumObject<Value> {
  const object = Object.fromEntries(values.map((value) => [value, value]));
  registerEnumType(object, { name, description });
  return object;
}

function choices<Value extends string>(name: string, description: string, values: readonly Value[]): EnumObject<Value> {
  const object = Object.fromEntries(values.map((value) => [value.toUpperCase(), value]));
  registerEnumType(object, { name, description });
  return object;
}
