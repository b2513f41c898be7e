import { HoldfastError } from '../errors/errors.js';
import { toFilter, type FilterParameters } from '../filter/to-filter.js';
import { EVERYTHING, type FilterNode } from '../query/ast.js';
import { checkScope } from './check-scope.js';

/** What a person says a hold shall cover: a filter, or the whole archive by a flag of its own. */
export interface ScopeParameters {
  readonly filter?: FilterParameters | null;
  readonly wholeArchive?: boolean | null;
}

/**
 * The scope that is meant. Throws HOLD_SCOPE_EMPTY for a filter that lets everything through: a forgotten one would hold everything;
 * and what `toFilter` and `checkScope` throw.
 */
export function holdScope({ filter, wholeArchive }: ScopeParameters): FilterNode {
  const isWholeArchive = wholeArchive === true;
  if (isWholeArchive && (filter === null || filter === undefined)) return EVERYTHING;
  const scope = toFilter(filter ?? {});
  if (scope.kind === 'all' && !isWholeArchive) throw new HoldfastError('HOLD_SCOPE_EMPTY');
  checkScope(scope, isWholeArchive);
  return scope;
}
