import { Option, type Command } from 'commander';
import { LOCAL_INVESTIGATOR } from '../access/viewer.js';
import { toRecallTimeline, type RecalledMessageModel, type RecallTimeline } from '../evidence/recall-timeline.model.js';
import { RECALL_ORDERS, RecallTimelineService, type RecallOrder } from '../evidence/recall-timeline.service.js';
import { PAGE_LIMIT } from '../graphql/page-arguments.js';
import { addFilterOptions, filterOf, wholeNumber, type FilterOptions } from './filter-options.js';
import { runAction } from './run-action.js';
import { showTable } from './show-table.js';
import { withServices } from './with-services.js';

interface RecallsOptions extends FilterOptions {
  readonly order: RecallOrder;
  readonly first: number;
  readonly after?: string;
  readonly json?: true;
}

/** Code points of a text that a row shows. */
const TEXT_LENGTH = 40;

export function registerRecallsCommand(program: Command): void {
  const command = program
    .command('recalls')
    .description('list recalled messages, the earliest first: when, after how long, by whom, and which source kept the content')
    .addOption(new Option('--order <order>', 'by the time of the recall or of sending').choices(RECALL_ORDERS).default('recalled'))
    .option('--first <count>', `rows to show, up to ${PAGE_LIMIT}`, wholeNumber, 20)
    .option('--after <cursor>', 'go on behind the cursor that an earlier page ended with')
    .option('--json', 'the answer as JSON');
  addFilterOptions(command).action((options: RecallsOptions) => runAction(() => showRecalls(options)));
}

async function showRecalls({ order, first, after, json, ...options }: RecallsOptions): Promise<0> {
  const parameters = { filter: filterOf(options), order, first: Math.min(Math.max(first, 1), PAGE_LIMIT), after };
  const timeline = await withServices(async (services) =>
    toRecallTimeline(await services.get(RecallTimelineService).list(LOCAL_INVESTIGATOR, parameters, true)),
  );
  console.log(json ? JSON.stringify(timeline, null, 2) : asText(timeline));
  return 0;
}

function asText({ totalCount, summary, edges, pageInfo }: RecallTimeline): string {
  const { orphanCount, delayCount, shortestDelay, longestDelay, meanDelay, recallers } = summary;
  const head = [`${totalCount} ${totalCount === 1 ? 'recall' : 'recalls'}, ${orphanCount} without content`];
  if (recallers !== null) head.push(`${recallers.answeredElsewhereCount} answered by another source only`);
  if (delayCount > 0) head.push(`after ${shortestDelay} to ${longestDelay} s, ${Math.round(meanDelay!)} s on average`);
  return [
    head.join('; '),
    ...showTable(
      ['recalled', 'sent', 'delay', 'by', 'conversation', 'content', 'text'],
      edges.map(({ node }) => row(node)),
    ),
    ...(pageInfo.hasNextPage ? [`\nmore: --after ${pageInfo.endCursor}`] : []),
  ].join('\n');
}

function row({ message, recalledAt, recalledBy, delaySeconds, isOrphan, isAnsweredElsewhere, answeredBy }: RecalledMessageModel): string[] {
  const sources = [...new Set(answeredBy.map(({ source }) => source))].join(', ');
  return [
    time(recalledAt),
    time(message.sentAt),
    delaySeconds === null ? '-' : `${delaySeconds} s`,
    recalledBy ?? '-',
    message.conversationName ?? message.conversationId,
    isOrphan ? 'missing' : isAnsweredElsewhere ? `only in ${sources}` : `in ${sources}`,
    Array.from(message.text.replace(/\s+/gu, ' ')).slice(0, TEXT_LENGTH).join(''),
  ];
}

function time(instant: number | null): string {
  return instant === null ? '-' : new Date(instant).toISOString();
}
