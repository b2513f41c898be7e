import type { FieldName } from '../../query/fields.js';
import type { ValueLabel } from '../search-engine.js';
import type { QueryBody, SearchBody } from './cluster.js';
import { mayBeStored } from './compile-filter.js';
import { DOCUMENT_ONLY } from './page-by-time.js';
import type { Deadline, Searching } from './searching.js';
import { messageOf } from './stored-messages.js';
import { datedOf, INDEX_ORDER, undatedOf, UNDATED_ORDER } from './time-order.js';

type LabelledField = 'senderId' | 'conversationId';

/** Which field's newest message names the values of a field. */
const LABELLED: Readonly<Partial<Record<FieldName, LabelledField>>> = {
  senderId: 'senderId', participantId: 'senderId', custodianId: 'senderId', conversationId: 'conversationId',
};
const NAME_FLAG = { senderId: 'hasSenderName', conversationId: 'hasConversationName' } as const;
/** Searches of one request. Each stops at its first hit. */
const SEARCHES_AT_ONCE = 200;

/**
 * Names for values of a field, in order, each from the newest message that meets `visible` and carries one; null for fields
 * without names and values without one.
 */
export async function readLabels(
  searching: Searching, visible: QueryBody, field: FieldName, values: readonly string[], deadline: Deadline,
): Promise<readonly ValueLabel[]> {
  const labelled = LABELLED[field];
  const names = new Map<string, string>();
  if (labelled !== undefined) {
    const dated = (value: string): SearchBody => ({ query: datedOf(named(visible, labelled, value)), sort: INDEX_ORDER });
    const undated = (value: string): SearchBody => ({ query: undatedOf(named(visible, labelled, value)), sort: UNDATED_ORDER });
    for (const bodyOf of [dated, undated]) {
      const unnamed = [...new Set(values)].filter((value) => !names.has(value) && mayBeStored(value));
      for (const [value, name] of await firstNames(searching, labelled, unnamed, bodyOf, deadline)) names.set(value, name);
    }
  }
  return values.map((value) => ({ value, label: names.get(value) ?? null }));
}

async function firstNames(
  searching: Searching, field: LabelledField, values: readonly string[], bodyOf: (value: string) => SearchBody, deadline: Deadline,
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (let start = 0; start < values.length; start += SEARCHES_AT_ONCE) {
    const some = values.slice(start, start + SEARCHES_AT_ONCE);
    const answers = await searching.searchAll(some.map((value) => ({ ...bodyOf(value), size: 1, _source: [...DOCUMENT_ONLY] })), deadline);
    answers.forEach(({ hits }, index) => {
      const [hit] = hits.hits;
      if (hit === undefined) return;
      const { message } = messageOf(hit);
      const name = field === 'senderId' ? message.senderName : message.conversationName;
      if (name !== null) names.set(some[index]!, name);
    });
  }
  return names;
}

function named(visible: QueryBody, field: LabelledField, value: string): QueryBody {
  return { bool: { filter: [visible, { term: { [field]: value } }, { term: { [NAME_FLAG[field]]: true } }] } };
}
