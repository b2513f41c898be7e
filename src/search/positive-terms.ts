import type { TextNode } from '../query/ast.js';
import { literalsQuestion, type RankQuestion } from '../query/rank.js';

/** Statistics of more terms do not fit a cursor. */
const TERMS_LIMIT = 64;

/** What a query of the search language is ranked by: each literal that a hit may hold, once; what it excludes is left out. */
export function positiveTerms(node: TextNode): RankQuestion {
  const keys = new Set(literalKeys(node, true).filter((key) => key !== ''));
  return literalsQuestion([...keys].slice(0, TERMS_LIMIT));
}

function literalKeys(node: TextNode, isPositive: boolean): string[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.nodes.flatMap((child) => literalKeys(child, isPositive));
    case 'not':
      return literalKeys(node.node, !isPositive);
    case 'near':
      return isPositive ? [node.left, node.right] : [];
    case 'digits':
      return isPositive ? [node.digits] : [];
    case 'literal':
    case 'word':
      return isPositive ? [node.key] : [];
    default:
      return node satisfies never;
  }
}
