import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '../access/viewer.js';
import { Environment } from '../config/env.js';
import { SearchEngine, type RankTerm } from '../engine/search-engine.js';
import { HoldfastError } from '../errors/errors.js';
import { QUERY_LIMITS } from '../query/query-limits.js';
import type { SearchCursor } from './search-cursor.js';
import { selectTerms } from './select-terms.js';
import { WordPool } from './word-pool.js';

/** What is searched for when any word of a question may match. */
export interface QuestionTerms {
  /** Folded, the rarest first. */
  readonly rankTerms: readonly RankTerm[];
  readonly dropped: readonly string[];
  /** Positions of the kept words in the words of the text, for the cursor. */
  readonly keptWords: readonly number[];
}

/** Words that the engine counts in one call. */
const CANDIDATES_LIMIT = 1_000;

/** Turns a question or pasted paragraph into the words worth searching for. */
@Injectable()
export class QuestionService {
  constructor(
    @Inject(SearchEngine) private readonly engine: SearchEngine,
    @Inject(WordPool) private readonly pool: WordPool,
    @Inject(Environment) private readonly environment: Environment,
  ) {}

  /**
   * The words kept of a text: by what the archive holds now, or those that the list of the cursor was begun with.
   * Throws QUERY_TOO_LARGE, QUERY_EMPTY_TERM when there is no word, CURSOR_INVALID when the cursor is of another text.
   */
  async terms(viewer: Viewer, text: string, cursor: SearchCursor | null): Promise<QuestionTerms> {
    if (text.length > QUERY_LIMITS.searchText)
      throw new HoldfastError('QUERY_TOO_LARGE', '', { limit: QUERY_LIMITS.searchText, of: 'searchText' });
    const words = await this.pool.words(text);
    if (words.length === 0) throw new HoldfastError('QUERY_EMPTY_TERM', 'The text has no word.');
    if (cursor !== null) return continued(words, cursor);
    const candidates = words.slice(0, CANDIDATES_LIMIT);
    const statistics = await this.engine.literalStatistics(viewer.scope, candidates, this.environment.HOLDFAST_SEARCH_TIMEOUT_MS);
    const { kept, dropped } = selectTerms(candidates, statistics);
    return {
      rankTerms: kept,
      dropped: [...dropped, ...words.slice(CANDIDATES_LIMIT)],
      keptWords: kept.map(({ key }) => words.indexOf(key)),
    };
  }
}

function continued(words: readonly string[], { key, keptWords }: SearchCursor): QuestionTerms {
  const kept = (keptWords ?? []).map((position) => words[position]);
  if (kept.length === 0 || !kept.every((word) => word !== undefined)) throw new HoldfastError('CURSOR_INVALID');
  // in the order of the cursor's statistics, and none left out, whatever would be selected today
  const weights = new Map((key.ranking === null ? [] : selectTerms(kept, key.ranking).kept).map((term) => [term.key, term.weight]));
  return {
    rankTerms: kept.map((word) => ({ key: word, weight: weights.get(word) ?? 1 })),
    dropped: words.filter((word) => !kept.includes(word)),
    keptWords: keptWords!,
  };
}
