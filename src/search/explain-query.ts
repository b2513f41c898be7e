import { highlightMessage } from '../analysis/highlight.js';
import { foldMessage } from '../analysis/index-text.js';
import type { Message } from '../domain/message.js';
import type { FilterNode, Query, TextField, TextNode } from '../query/ast.js';
import { explainFilter, type FilterExplanation } from '../query/explain-filter.js';
import { explainText, type TextExplanation } from '../query/explain-text.js';
import { fieldValues } from '../query/field-values.js';
import type { Explanation, ExplanationNode } from './explain.model.js';

/** Values of a condition that are shown; a list may have thousands. */
const VALUES_SHOWN = 20;

/** Every node of a query with its answer for one message: by the same code that decides what a hit is. */
export function explainQuery(query: Query, message: Message): Explanation {
  const filter = explainFilter(query.filter, fieldValues(message));
  const text = query.text === null ? null : explainText(query.text, foldMessage(message));
  return {
    messageId: message.id,
    isMatch: filter.matched && (text === null || text.matched),
    nodes: [...(text === null ? [] : textNodes(text, 'text', message)), ...filterNodes(filter, 'filter')],
  };
}

function textNodes({ node, matched, where, children }: TextExplanation, path: string, message: Message): ExplanationNode[] {
  const own: ExplanationNode = {
    path,
    kind: node.kind,
    condition: textCondition(node),
    isMatch: matched,
    foundIn: [...new Set(where.map((place): TextField => place.field))],
    highlights: where.length === 0 ? [] : highlightMessage(message, node),
  };
  return [own, ...children.flatMap((child, index) => textNodes(child, `${path}.${index}`, message))];
}

function textCondition(node: TextNode): string {
  switch (node.kind) {
    case 'and':
      return 'all of these';
    case 'or':
      return 'one of these';
    case 'not':
      return 'not this';
    default:
      return node.source;
  }
}

function filterNodes({ node, matched, children }: FilterExplanation, path: string): ExplanationNode[] {
  const own: ExplanationNode = { path, kind: node.kind, condition: filterCondition(node), isMatch: matched, foundIn: [], highlights: [] };
  return [own, ...children.flatMap((child, index) => filterNodes(child, `${path}.${index}`))];
}

function filterCondition(node: FilterNode): string {
  switch (node.kind) {
    case 'all':
      return 'every message';
    case 'none':
      return 'no message';
    case 'and':
      return 'all of these';
    case 'or':
      return 'one of these';
    case 'not':
      return 'not this';
    case 'flag':
      return `${node.field} is ${node.value}`;
    case 'range':
      return `${node.field} from ${bound(node.field, node.from)} to before ${bound(node.field, node.to)}`;
    case 'terms': {
      const more = node.values.length > VALUES_SHOWN ? ` and ${node.values.length - VALUES_SHOWN} more` : '';
      return `${node.field} is one of ${node.values.slice(0, VALUES_SHOWN).join(', ')}${more}`;
    }
    default:
      return node satisfies never;
  }
}

function bound(field: string, value: number | null): string {
  if (value === null) return 'any';
  return field === 'sentAt' ? new Date(value).toISOString() : String(value);
}
