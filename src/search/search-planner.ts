import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '../access/viewer.js';
import { HoldfastError } from '../errors/errors.js';
import { NOTHING, type Query } from '../query/ast.js';
import type { SortOrder } from '../query/page.js';
import type { RankQuestion } from '../query/rank.js';
import { buildFilter, buildQuery, buildQuestion, sortOrder } from './build-query.js';
import { positiveTerms } from './positive-terms.js';
import { QuestionService } from './question.service.js';
import { readSearchCursor, type SearchCursor } from './search-cursor.js';
import type { SearchParameters } from './search-parameters.js';
import type { SearchTerms } from './search.model.js';

/** A search, ready for the engine. */
export interface SearchPlan {
  readonly query: Query;
  readonly order: SortOrder;
  /** What relevance is measured by; null in lists by time. */
  readonly question: RankQuestion | null;
  readonly cursor: SearchCursor | null;
  /** For match ANY: what became of the words, and what later cursors must remember. */
  readonly terms: SearchTerms | null;
  readonly keptWords: readonly number[] | null;
}

/** Turns what a caller asks for into what an engine understands. */
@Injectable()
export class SearchPlanner {
  constructor(@Inject(QuestionService) private readonly questions: QuestionService) {}

  /** Throws QUERY_SYNTAX, QUERY_EMPTY_TERM, QUERY_TOO_DEEP, QUERY_TOO_LARGE, INPUT_INVALID, CURSOR_INVALID. */
  async plan(viewer: Viewer, parameters: SearchParameters): Promise<SearchPlan> {
    const cursor = parameters.after ? readSearchCursor(parameters.after) : null;
    return parameters.match === 'any' && parameters.text?.trim()
      ? this.planQuestion(viewer, parameters, cursor)
      : planQuery(parameters, cursor);
  }

  private async planQuestion(viewer: Viewer, parameters: SearchParameters, cursor: SearchCursor | null): Promise<SearchPlan> {
    // everything wrong with the filter is said before the words are cut
    buildFilter(parameters.filter);
    const { kept, dropped, keptWords, question } = await this.questions.terms(viewer, parameters.text!, cursor);
    const terms = { kept, dropped };
    if (kept.length === 0) return { query: { filter: NOTHING, text: null }, order: 'newest', cursor, question: null, terms, keptWords };
    const query = buildQuestion(parameters, kept);
    const order = sortOrder(parameters, query.text, kept.length);
    return { query, order, cursor, question: order === 'relevance' ? question : null, terms, keptWords };
  }
}

function planQuery(parameters: SearchParameters, cursor: SearchCursor | null): SearchPlan {
  if (cursor !== null && cursor.keptWords !== null) throw new HoldfastError('CURSOR_INVALID');
  const query = buildQuery(parameters);
  const question = query.text === null ? null : positiveTerms(query.text);
  const order = sortOrder(parameters, query.text, question?.terms.length ?? 0);
  return { query, order, cursor, question: order === 'relevance' ? question : null, terms: null, keptWords: null };
}
