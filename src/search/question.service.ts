import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '../access/viewer.js';
import { Environment } from '../config/env.js';
import { SearchEngine } from '../engine/search-engine.js';
import { HoldfastError } from '../errors/errors.js';
import type { RankQuestion } from '../query/rank.js';
import { QUERY_LIMITS } from '../query/query-limits.js';
import type { SearchCursor } from './search-cursor.js';
import { selectTerms } from './select-terms.js';
import { WordPool } from './word-pool.js';

/** What is searched for when any word of a question may match. */
export interface QuestionTerms {
  /** Folded words that are searched for, the rarest first. */
  readonly kept: readonly string[];
  readonly dropped: readonly string[];
  /** Positions of the kept words in the words of the text, for the cursor. */
  readonly keptWords: readonly number[];
  /** What the hits are ranked by. */
  readonly question: RankQuestion;
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
    const { words, question } = await this.pool.question(text);
    if (words.length === 0) throw new HoldfastError('QUERY_EMPTY_TERM', 'The text has no word.');
    if (cursor !== null) return { ...continued(words, cursor), question };
    const candidates = words.slice(0, CANDIDATES_LIMIT);
    const statistics = await this.engine.literalStatistics(viewer.scope, candidates, this.environment.HOLDFAST_SEARCH_TIMEOUT_MS);
    const { kept, dropped } = selectTerms(candidates, statistics);
    return {
      kept,
      dropped: [...dropped, ...words.slice(CANDIDATES_LIMIT)],
      keptWords: kept.map((word) => words.indexOf(word)),
      question,
    };
  }
}

function continued(words: readonly string[], { keptWords }: SearchCursor): Omit<QuestionTerms, 'question'> {
  const kept = (keptWords ?? []).map((position) => words[position]);
  if (kept.length === 0 || !kept.every((word) => word !== undefined)) throw new HoldfastError('CURSOR_INVALID');
  return { kept, dropped: words.filter((word) => !kept.includes(word)), keptWords: keptWords! };
}
