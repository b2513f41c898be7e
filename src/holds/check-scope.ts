import { HoldfastError } from '../errors/errors.js';
import type { FilterNode } from '../query/ast.js';
import { checkFilter } from '../query/check-query.js';

/**
 * Refuses a scope that holds nothing or, without being asked to, everything: INPUT_INVALID; and what `checkFilter` refuses. A hold on
 * the whole archive is asked for as such, with a scope of `all`.
 */
export function checkScope(scope: FilterNode, isWholeArchive: boolean): void {
  checkFilter(scope);
  if (isWholeArchive) {
    if (scope.kind !== 'all') throw invalid('a hold on the whole archive has no condition');
    return;
  }
  if (scope.kind === 'all') throw invalid('is empty and would hold everything; a hold on the whole archive is asked for as such');
  if (!isPlain(scope)) throw invalid('has a condition that holds everything or nothing');
}

/** Whether every condition in it says something. */
function isPlain(node: FilterNode): boolean {
  switch (node.kind) {
    case 'all':
    case 'none':
      return false;
    case 'terms':
      return node.values.length > 0 && node.values.every((value) => value !== '');
    case 'range':
      return node.from !== null || node.to !== null;
    case 'and':
    case 'or':
      return node.nodes.every(isPlain);
    case 'not':
      return isPlain(node.node);
    case 'flag':
      return true;
  }
}

function invalid(reason: string): HoldfastError {
  return new HoldfastError('INPUT_INVALID', `scope: ${reason}.`, { parameter: 'scope' });
}
