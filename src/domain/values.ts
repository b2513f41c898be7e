/**
 * Every closed value list of the model. They are a contract: stored documents, filters, the GraphQL enums and the
 * table in docs/values.md use these very strings. A list only ever grows, and only at its end: engines store positions.
 */

export const PLATFORMS = ['wecom', 'wechat', 'dingtalk', 'mail', 'holdfast', 'other'] as const;
export type Platform = (typeof PLATFORMS)[number];

export const MESSAGE_KINDS = [
  'text', 'image', 'voice', 'video', 'file', 'link', 'location', 'contact', 'sticker', 'forward', 'mixed', 'payment',
  'meeting', 'call', 'calendar', 'poll', 'form', 'document', 'miniapp', 'channel', 'system', 'other', 'consent', 'company_switch',
] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

export const CONVERSATION_KINDS = ['direct', 'group', 'channel', 'unknown'] as const;
export type ConversationKind = (typeof CONVERSATION_KINDS)[number];

/** What a record says of its message: its content, or that it was recalled. A message with recalls alone is an orphan recall. */
export const SOURCE_KINDS = ['message', 'recall'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** How sure the time of a message is. `undated` messages have no time at all and sort after all dated ones. */
export const DATE_STATES = ['exact', 'assumedZone', 'assumedUnit', 'future', 'undated'] as const;
export type DateState = (typeof DATE_STATES)[number];

/** What became of an attachment's bytes and text. Everything but `ok` was not, or not wholly, searched. */
export const ATTACHMENT_STATES = [
  'ok', 'partial', 'missing', 'encrypted', 'unsupported', 'too_large', 'corrupt', 'timeout', 'malware', 'not_scanned',
] as const;
export type AttachmentState = (typeof ATTACHMENT_STATES)[number];

export const WARNING_CODES = [
  'TIME_UNIT', 'TIME_FUTURE', 'TIME_MISSING', 'TIME_UNREADABLE', 'BODY_MISSING', 'RECIPIENTS_AS_STRING', 'ILL_FORMED_TEXT',
  'ATTACHMENT_MISSING', 'ATTACHMENT_OUTSIDE', 'ATTACHMENT_HASH_MISMATCH', 'ATTACHMENT_SIZE_MISMATCH', 'UNKNOWN_VALUE',
  'FIELD_IGNORED', 'FIELD_MISSING', 'FIELD_CONVERTED', 'DUPLICATE_KEY', 'TYPE_UNKNOWN', 'INNER_JSON_UNREADABLE', 'ID_MADE',
] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

/**
 * What an importer's record became. `disposed`: destroyed before under a disposition and refused now. `reintroduced`: destroyed
 * before, and stored again, for a hold covers it.
 */
export const IMPORT_OUTCOMES = ['new', 'duplicate', 'merged', 'conflict', 'disposed', 'reintroduced'] as const;
export type ImportOutcome = (typeof IMPORT_OUTCOMES)[number];

export const REJECTION_REASONS = [
  'NOT_JSON', 'CUT_OFF', 'NOT_AN_OBJECT', 'NOT_UTF8', 'FIELD_MISSING', 'FIELD_TYPE', 'TIME_WITHOUT_OFFSET', 'RECORD_TOO_LARGE',
  'WRITE_REFUSED', 'INTERNAL', 'ENCRYPTED',
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** How it is known that somebody belongs to a conversation: no archive lists members, only messages show them. */
export const MEMBERSHIP_EVIDENCE = ['sender', 'tolist', 'custodian', 'recall'] as const;
export type MembershipEvidence = (typeof MEMBERSHIP_EVIDENCE)[number];

/**
 * Why a message is kept. `held`: a hold covers it. `hold_unknown`: whether one does cannot be told. `no_rule`: no rule deletes it. `policy`:
 * a rule keeps it longer, or its own period has not passed. `event_pending`: a rule waits for an event. `undated`: its time is unknown or
 * cannot be true. `rule_unreadable`: a rule cannot be carried out. `changed`: it is not what was proposed. `gone`: it no longer stands.
 * `suspended`: disposition is suspended. `approval`: the approval is missing or has lapsed. `audit`: the audit could not be written.
 * `dropped`: its batch was given up.
 */
export const KEEP_REASONS = [
  'held', 'hold_unknown', 'no_rule', 'policy', 'event_pending', 'undated', 'rule_unreadable', 'changed', 'gone', 'suspended', 'approval', 'audit',
  'dropped',
] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];
