import { HoldfastError } from '../../errors/errors.js';
import type { PageKey, RankingStatistics } from '../../query/page.js';
import type { SearchRequest } from '../search-engine.js';
import type { TextContext } from './evaluate-text.js';
import type { FoundRows } from './found-rows.js';

export interface RankedPage {
  readonly rows: readonly { readonly row: number; readonly score: number | null }[];
  readonly ranking: RankingStatistics;
}

export function pageByRelevance(_request: SearchRequest, _found: FoundRows, _context: TextContext): RankedPage {
  throw new HoldfastError('INTERNAL', '', { after: (_request.after as PageKey).id });
}
