import { InputPipe } from '../graphql/input.pipe.js';
import type { SelectedField } from '../graphql/read-selection.js';
import { ConversationMessagesArgs } from './conversation.args.js';
import type { ConversationMessageConnection } from './conversation.model.js';

type Read = (parameters: ConversationMessagesArgs, wantsGaps: boolean) => Promise<ConversationMessageConnection>;

/**
 * The pages of messages that an operation asks of a conversation, read while the conversation itself is looked up: one after the
 * other they take twice as long. What becomes of a page is met where it is taken.
 */
export class EarlyPages {
  private readonly begun = new Map<string, Promise<ConversationMessageConnection>>();

  /** `fields`: what is selected of the conversation. */
  constructor(
    fields: readonly SelectedField[],
    private readonly read: Read,
  ) {
    for (const field of fields) {
      if (field.name === 'messages') this.begin(field);
    }
  }

  /** The page if it was begun; reads it now otherwise. */
  page(parameters: ConversationMessagesArgs, wantsGaps: boolean): Promise<ConversationMessageConnection> {
    return this.begun.get(keyOf(parameters, wantsGaps)) ?? this.read(parameters, wantsGaps);
  }

  private begin(field: SelectedField): void {
    const parameters = checked(field.values);
    if (parameters === null) return;
    const wantsGaps = selectsGaps(field.below());
    const key = keyOf(parameters, wantsGaps);
    if (this.begun.has(key)) return;
    const page = this.read(parameters, wantsGaps);
    page.catch(() => {});
    this.begun.set(key, page);
  }
}

/** Whether `gapBefore` is selected of any edge; edges stand directly below. */
export function selectsGaps(fields: readonly SelectedField[]): boolean {
  return fields.some((edges) => edges.below().some((field) => field.name === 'gapBefore'));
}

/** Null for what is refused, which is said where the field itself is resolved. */
function checked(values: Readonly<Record<string, unknown>>): ConversationMessagesArgs | null {
  try {
    return new InputPipe().transform(values, { type: 'body', metatype: ConversationMessagesArgs }) as ConversationMessagesArgs;
  } catch {
    return null;
  }
}

function keyOf({ around, before, after, first }: ConversationMessagesArgs, wantsGaps: boolean): string {
  return JSON.stringify([around ?? null, before ?? null, after ?? null, first, wantsGaps]);
}
