import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '../access/viewer.js';
import { parseSearchText } from '../analysis/parse-search-text.js';
import { AuditKey } from '../audit/audit-key.js';
import { AuditLog } from '../audit/audit-log.js';
import { AuditRefusals } from '../audit/audit-refusals.js';
import { Environment } from '../config/env.js';
import { SearchEngine, type TermCount } from '../engine/search-engine.js';
import { HoldfastError } from '../errors/errors.js';
import { filterFieldNames } from '../filter/to-filter.js';
import type { TextNode } from '../query/ast.js';
import { checkFilter, checkQuery } from '../query/check-query.js';
import { buildFilter } from './build-query.js';
import type { SearchParameters } from './search-parameters.js';
import type { TermReportLine } from './term-report.model.js';

export const TERMS_LIMIT = 10_000;

/** Counts what each term of a list hits. */
@Injectable()
export class TermReportService {
  constructor(
    @Inject(SearchEngine) private readonly engine: SearchEngine,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(AuditRefusals) private readonly refusals: AuditRefusals,
    @Inject(AuditKey) private readonly auditKey: AuditKey,
    @Inject(Environment) private readonly environment: Environment,
  ) {}

  /**
   * One line a term, in the order given, from one snapshot; a term is a text of the search language. Throws QUERY_TOO_LARGE
   * beyond 10,000 terms, and for a term that cannot be read its own error with the fact `line` (from 1).
   */
  run(viewer: Viewer, terms: readonly string[], filter: SearchParameters['filter']): Promise<TermReportLine[]> {
    return this.refusals.watch(viewer.name, async () => {
      if (terms.length > TERMS_LIMIT) throw new HoldfastError('QUERY_TOO_LARGE', '', { limit: TERMS_LIMIT, of: 'terms' });
      const node = buildFilter(filter);
      checkFilter(node);
      const { texts, positions } = distinctTexts(terms);
      const deadline = this.environment.HOLDFAST_SEARCH_TIMEOUT_MS;
      const counts = texts.length === 0 ? [] : await this.engine.countTerms(viewer.scope, texts, node, deadline);
      await this.audit.append({
        kind: 'search',
        viewer: viewer.name,
        operation: 'termReport',
        textHash: this.auditKey.hash(terms.join('\n')),
        filterFields: filterFieldNames(filter),
        hitCount: null,
        order: null,
      });
      return terms.map((term, index) => toLine(term, counts[positions[index]!]!));
    });
  }
}

/** A term that stands twice, however it is written, is counted once and reported on both lines. */
function distinctTexts(terms: readonly string[]): { texts: TextNode[]; positions: number[] } {
  const known = new Map<string, number>();
  const texts: TextNode[] = [];
  const positions = terms.map((term, index) => {
    const text = readTerm(term, index + 1);
    const meaning = JSON.stringify(text, (key, value: unknown) => (key === 'source' ? undefined : value));
    const position = known.get(meaning) ?? texts.push(text) - 1;
    known.set(meaning, position);
    return position;
  });
  return { texts, positions };
}

function readTerm(term: string, line: number): TextNode {
  try {
    const text = parseSearchText(term);
    if (text === null) throw new HoldfastError('QUERY_EMPTY_TERM');
    checkQuery({ filter: { kind: 'all' }, text });
    return text;
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    throw new HoldfastError(error.code, `${error.detail} (line ${line})`.trim(), { ...error.facts, line }, { cause: error });
  }
}

function toLine(term: string, { hits, uniqueHits, hitsByCustodian }: TermCount): TermReportLine {
  const byCustodian = Object.entries(hitsByCustodian).map(([custodianId, count]) => ({ custodianId, count }));
  byCustodian.sort((left, right) => right.count - left.count || (left.custodianId < right.custodianId ? -1 : 1));
  return { term, hitCount: hits, uniqueHitCount: uniqueHits, hitCountByCustodian: byCustodian };
}
