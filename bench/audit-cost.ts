import { cutSearches, SHAPES, type BenchSearch } from './literals.js';
import type { GovernedArchive } from './governed-archive.js';
import { parametersOf } from './in-process-search.js';
import { percentile } from './percentile.js';
import { milliseconds, whole, type Report } from './report.js';
import type { Workspace } from './workspace.js';

const EVENTS = 50_000;
/** Callers that wait at one time. */
const AT_ONCE = 5_000;
/** With and without, each half of them. */
const PER_SHAPE = 120;
/** For each shape, before anything is measured. A server that was just started takes some ten thousand searches to compile its code. */
const WARM_UP = { sqlite: 150, elasticsearch: 1_500 } as const;

/** What the audit takes, and what it costs a search. */
export async function measureAudit(archive: GovernedArchive, workspace: Workspace, report: Report): Promise<void> {
  const { targets } = workspace;
  const rate = await appendRate(archive);
  report.promise('audit events, grouped', targets.auditRate, rate, `${whole(rate)}/s`);
  const { sample } = workspace.prepareCorpus();
  const warmUp = WARM_UP[workspace.options.engine];
  const searches = SHAPES.map((shape) => cutSearches(sample, shape, warmUp + PER_SHAPE, workspace.options.seed + 3));
  const [audited, plain] = await compare(archive, searches, warmUp);
  const added = percentile(audited, 0.5) - percentile(plain, 0.5);
  const facts = `${milliseconds(Math.abs(added))} ${added < 0 ? 'less' : 'more'}: p50 ${milliseconds(percentile(audited, 0.5))} with, ${milliseconds(percentile(plain, 0.5))} without`;
  report.promise('a search with the audit', targets.auditAdded, added, facts);
}

async function appendRate({ audit, viewer }: GovernedArchive): Promise<number> {
  const begin = performance.now();
  for (let done = 0; done < EVENTS; done += AT_ONCE) {
    const events = Array.from({ length: AT_ONCE }, (_, index) =>
      audit.append({ kind: 'message_opened', viewer: viewer.name, messageId: String(done + index).padStart(32, '0') }),
    );
    await Promise.all(events);
  }
  return (EVENTS / (performance.now() - begin)) * 1_000;
}

/**
 * With and without in turn, so that whatever else the machine does falls on both alike, and each search once: a second time it finds
 * everything in memory, and a median over first and second times would tell how many there are of each. Milliseconds.
 */
async function compare(
  { search, searchUnaudited, viewer }: GovernedArchive, searches: readonly BenchSearch[][], warmUp: number,
): Promise<readonly [number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  for (let turn = 0; turn < warmUp + PER_SHAPE; turn += 1) {
    const which = turn % 2 === 0 ? 0 : 1;
    for (const ofShape of searches) {
      const begin = performance.now();
      await (which === 0 ? search : searchUnaudited).run(viewer, parametersOf(ofShape[turn]!));
      if (turn >= warmUp) times[which].push(performance.now() - begin);
    }
  }
  return times;
}
