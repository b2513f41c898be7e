/** How a field's values compare: `keyword` exactly, `date` and `number` by range, `boolean` as a flag. */
export type FieldKind = 'keyword' | 'date' | 'number' | 'boolean';

interface FieldDefinition {
  readonly kind: FieldKind;
  /** True: a message has a set of values. */
  readonly isList: boolean;
  readonly isAggregatable: boolean;
  /** True: never changes while the message lives, so engines may keep it beside the grams. */
  readonly isFixed: boolean;
  /** Whether a viewer who sees masked text only may filter and count by it. */
  readonly isVisibleMasked: boolean;
}

function field(kind: FieldKind, options: Partial<Omit<FieldDefinition, 'kind'>> = {}): FieldDefinition {
  return { kind, isList: false, isAggregatable: true, isFixed: false, isVisibleMasked: true, ...options };
}

/**
 * THE table of fields that filters, facets and scopes may name. Both engines, the checker and the evaluator read it;
 * a test compares it with `mappings/`.
 */
export const FIELDS = {
  id: field('keyword', { isAggregatable: false, isFixed: true }),
  identitySpace: field('keyword', { isFixed: true }),
  source: field('keyword', { isList: true }),
  platform: field('keyword', { isFixed: true }),
  conversationId: field('keyword', { isFixed: true }),
  conversationKind: field('keyword'),
  custodianId: field('keyword', { isList: true }),
  participantId: field('keyword', { isList: true }),
  senderId: field('keyword', { isFixed: true }),
  kind: field('keyword'),
  sentAt: field('date'),
  dateState: field('keyword'),
  isRecalled: field('boolean'),
  recallDelaySeconds: field('number'),
  isEdited: field('boolean'),
  hasAttachments: field('boolean'),
  attachmentState: field('keyword', { isList: true }),
  importRunId: field('keyword', { isList: true }),
  warning: field('keyword', { isList: true }),
  isOrphanRecall: field('boolean'),
} as const satisfies Record<string, FieldDefinition>;

export type FieldName = keyof typeof FIELDS;
export const FIELD_NAMES = Object.keys(FIELDS) as readonly FieldName[];

/** The definition, widened from its literal types. */
export function fieldDefinition(name: FieldName): FieldDefinition {
  return FIELDS[name];
}

/** The value of each field of one message. Missing: null, or an empty list. */
export interface FieldValues {
  readonly id: string;
  readonly identitySpace: string;
  readonly source: readonly string[];
  readonly platform: string;
  readonly conversationId: string;
  readonly conversationKind: string;
  readonly custodianId: readonly string[];
  readonly participantId: readonly string[];
  readonly senderId: string | null;
  readonly kind: string;
  readonly sentAt: number | null;
  readonly dateState: string;
  readonly isRecalled: boolean;
  readonly recallDelaySeconds: number | null;
  readonly isEdited: boolean;
  readonly hasAttachments: boolean;
  readonly attachmentState: readonly string[];
  readonly importRunId: readonly string[];
  readonly warning: readonly string[];
  readonly isOrphanRecall: boolean;
}
