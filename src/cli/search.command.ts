import { Option, type Command } from 'commander';
import { LOCAL_INVESTIGATOR } from '../access/viewer.js';
import { EXPORT_FORMATS, writeHits, type ExportFormat } from '../export/write-hits.js';
import { MATCH_MODES, type MatchMode } from '../filter/enums.js';
import { TEXT_FIELDS, type TextField } from '../query/ast.js';
import { SORT_ORDERS, type SortOrder } from '../query/page.js';
import { PAGE_AND_TOTAL, type SearchParameters } from '../search/search-parameters.js';
import { PAGE_LIMIT } from '../graphql/page-arguments.js';
import type { SearchAnswer } from '../search/search.model.js';
import { SearchService } from '../search/search.service.js';
import { addFilterOptions, filterOf, wholeNumber, type FilterOptions } from './filter-options.js';
import { runAction } from './run-action.js';
import { showHit } from './show-hit.js';
import { withServices } from './with-services.js';
import { writeOut } from './write-out.js';

interface SearchOptions extends FilterOptions {
  readonly match?: MatchMode;
  readonly field?: TextField[];
  readonly sort?: SortOrder;
  readonly first: number;
  readonly after?: string;
  readonly all?: true;
  readonly format: ExportFormat;
  readonly json?: true;
}

export function registerSearchCommand(program: Command): void {
  const command = program
    .command('search')
    .description('search the archive; without a text, all messages that the filter lets through')
    .argument(
      '[text]',
      'the search language: words, "literals", -not, OR, ( ), =word, a NEAR/10 b, a PRE/10 b, #digits, body: name: attachment:',
    )
    .addOption(new Option('--match <mode>', 'all: the search language; any: a question, ranked by relevance').choices(MATCH_MODES))
    .addOption(new Option('--field <fields...>', 'where terms without a field prefix are looked for').choices(TEXT_FIELDS))
    .addOption(new Option('--sort <order>', 'newest if not given').choices(SORT_ORDERS))
    .option('--first <count>', `hits to show, up to ${PAGE_LIMIT}`, wholeNumber, 20)
    .option('--after <cursor>', 'go on behind the cursor that an earlier page ended with')
    .option('--all', 'write every hit of one moment to standard output')
    .addOption(new Option('--format <format>', 'what --all writes').choices(EXPORT_FORMATS).default('jsonl'))
    .option('--json', 'the answer as JSON');
  addFilterOptions(command).action((text: string | undefined, options: SearchOptions) => runAction(() => search(text, options)));
}

async function search(text: string | undefined, options: SearchOptions): Promise<0> {
  const parameters: SearchParameters = {
    text,
    match: options.match,
    textFields: options.field,
    sort: options.sort,
    filter: filterOf(options),
    first: Math.min(Math.max(options.first, 1), PAGE_LIMIT),
    after: options.after,
  };
  await withServices(async (services) => {
    const searches = services.get(SearchService);
    if (options.all) {
      await writeOut(writeHits(searches.stream(LOCAL_INVESTIGATOR, parameters), options.format));
    } else {
      const answer = await searches.run(LOCAL_INVESTIGATOR, parameters, { ...PAGE_AND_TOTAL, completeness: true });
      console.log(options.json ? JSON.stringify(asJson(answer), null, 2) : asText(answer));
    }
  });
  return 0;
}

function asJson({ allFacets: _facets, allHistograms: _histograms, ...answer }: SearchAnswer): object {
  return answer;
}

function asText({ totalCount, edges, pageInfo, terms, completeness }: SearchAnswer): string {
  const unsearched = completeness!.attachmentsNotSearched.map(({ state, count }) => `${count} ${state}`);
  return [
    `${totalCount} ${totalCount === 1 ? 'hit' : 'hits'}`,
    ...(terms === null
      ? []
      : [`searched for: ${terms.kept.join(' ')}${terms.dropped.length > 0 ? `; left out: ${terms.dropped.join(' ')}` : ''}`]),
    ...edges.map((edge) => showHit(edge, process.stdout.isTTY)),
    ...(pageInfo.hasNextPage ? [`\nmore: --after ${pageInfo.endCursor}`] : []),
    ...(unsearched.length > 0 ? [`\nattachments not searched: ${unsearched.join(', ')}`] : []),
    ...(completeness!.recordsRejected > 0 ? [`records that imports could not keep: ${completeness!.recordsRejected} (holdfast runs)`] : []),
  ].join('\n');
}
