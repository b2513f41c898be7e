import { percentile } from './percentile.js';
import { milliseconds, whole, type Report } from './report.js';
import type { Workspace } from './workspace.js';

const TIMES = 5;

const RECALLS = `query ($order: RecallOrder!, $after: String) {
  recallTimeline(order: $order, first: 20, after: $after) {
    totalCount
    summary { orphanCount delayCount meanDelay bySender { value label count } byConversation { value label count } recallers { unknownCount } }
    edges { node { message { id text } recalledAt recalledBy delaySeconds isOrphan isAnsweredElsewhere answeredBy { source importedAt } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

const GAPS = `{ captureGaps {
  sequences { source missingCount gapCount gaps { first last } }
  sendersConsidered sendersLeftOut
  silences(first: 20) { totalCount edges { node { senderId senderName firstDay lastDay expectedMessages probability messagesOfOthers } } }
} }`;

interface Timeline {
  readonly totalCount: number;
  readonly pageInfo: { readonly endCursor: string | null };
}

/** Both kinds of evidence over the whole archive. The audit is written each time, as for everything that is shown. */
export async function measureEvidence(workspace: Workspace, report: Report): Promise<void> {
  const { statistics } = workspace.prepareCorpus();
  const { client } = await workspace.serve();
  for (const order of ['RECALLED', 'SENT']) {
    const times: number[] = [];
    // page by page: the place in the list must not matter
    for (let [index, after] = [0, null as string | null]; index < TIMES; index += 1) {
      const answer = await client.get(RECALLS, { order, after });
      const timeline = answer.data['recallTimeline'] as Timeline;
      if (index === 0) report.note(`${whole(timeline.totalCount)} recalls of ${whole(statistics.messages)} messages`);
      after = timeline.pageInfo.endCursor;
      times.push(answer.milliseconds);
    }
    reportTimes(workspace, report, `recallTimeline over everything, order ${order}`, times);
  }
  const times: number[] = [];
  for (let index = 0; index < TIMES; index += 1) {
    const answer = await client.get(GAPS, {});
    const { sendersConsidered, silences } = answer.data['captureGaps'] as { sendersConsidered: number; silences: { totalCount: number } };
    if (index === 0) report.note(`${whole(silences.totalCount)} silences of ${whole(sendersConsidered)} senders`);
    times.push(answer.milliseconds);
  }
  reportTimes(workspace, report, 'captureGaps over everything', times);
}

/** The first one counts: it is the one that somebody waits for. */
function reportTimes(workspace: Workspace, report: Report, what: string, times: readonly number[]): void {
  const slowest = percentile(times, 1);
  report.promise(
    `${what}, slowest of ${times.length}`,
    workspace.targets.evidence,
    slowest,
    `${milliseconds(slowest)} (p50 ${milliseconds(percentile(times, 0.5))})`,
  );
}
