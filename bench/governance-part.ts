import { rmSync } from 'node:fs';
import type { CatalogStore } from '../src/catalog/catalog-store.js';
import type { Certificate } from '../src/disposition/certificate.js';
import type { Proposal } from '../src/disposition/proposal.js';
import { measureAudit } from './audit-cost.js';
import { openGovernedArchive, HOLDS, POLICIES, type GovernedArchive } from './governed-archive.js';
import { startImport } from './holdfast-process.js';
import { percentile } from './percentile.js';
import { placeOverClaim } from './place-over-claim.js';
import { copyForErases, type RawErases } from './raw-erases.js';
import { milliseconds, whole, type Report } from './report.js';
import { runDisposition, type MeasuredDisposition } from './run-disposition.js';
import type { Workspace } from './workspace.js';

const NAME = 'governance';
const ZONE = 'Asia/Shanghai';
/** Repetitions of a count; the slowest is promised. */
const COUNTS = 5;
const MEGABYTE = 1_048_576;

/** Holds, retention, disposition and audit, on an archive of its own: what is destroyed is gone. */
export async function measureGovernance(workspace: Workspace, report: Report): Promise<void> {
  const deployment = workspace.deploymentOf(NAME);
  await workspace.stopServer();
  await workspace.clear(deployment);
  workspace.prepareCorpus();
  await startImport(deployment, workspace.archiveFile).done;
  const archive = await openGovernedArchive(deployment);
  let isOpen = true;
  const raw = await copyForErases(workspace, NAME);
  try {
    report.note(`${HOLDS} holds, ${POLICIES} policies`);
    await measureCounts(archive, workspace, report);
    await measurePlacing(archive, workspace, report);
    await measureAudit(archive, workspace, report);
    await archive.close();
    isOpen = false;
    const measured = await runDisposition(deployment);
    const ids = await destroyedIds(deployment, measured.proposed.proposalId);
    reportDisposition(workspace, report, measured, await raw.erase(ids));
  } finally {
    if (isOpen) await archive.close();
    await raw.remove();
    await workspace.clear(deployment);
    rmSync(deployment.dataDirectory, { recursive: true, force: true });
  }
}

/** Both count the whole archive. */
async function measureCounts({ previews, retention, viewer }: GovernedArchive, { targets }: Workspace, report: Report): Promise<void> {
  const preview = await repeated(async () => (await previews.preview(viewer, { wholeArchive: true, timeZone: ZONE })).messageCount);
  report.promise('holdPreview of the whole archive', targets.holdPreview, preview.slowest, `${preview.text}, ${whole(preview.count)} messages`);
  const simulation = await repeated(async () => (await retention.simulate(viewer, null, Date.now(), ZONE)).counts.becoming);
  const found = `${simulation.text}, ${whole(simulation.count)} may go`;
  report.promise('retentionSimulate over everything', targets.retentionSimulate, simulation.slowest, found, simulation.count > 0);
}

async function repeated(count: () => Promise<number>): Promise<{ readonly slowest: number; readonly text: string; readonly count: number }> {
  const times: number[] = [];
  let found = 0;
  for (let turn = 0; turn < COUNTS; turn += 1) {
    const begin = performance.now();
    found = await count();
    times.push(performance.now() - begin);
  }
  const slowest = Math.max(...times);
  return { slowest, text: `slowest of ${COUNTS} ${milliseconds(slowest)}, p50 ${milliseconds(percentile(times, 0.5))}`, count: found };
}

async function measurePlacing(archive: GovernedArchive, { targets }: Workspace, report: Report): Promise<void> {
  const { time, items, settled } = await placeOverClaim(archive);
  const measured = `${milliseconds(time)}, ${settled} of ${items} settled`;
  report.promise(`placing a hold over ${items} claimed items`, targets.placeHold, time / 1_000, measured, settled === items);
}

function reportDisposition({ targets }: Workspace, report: Report, { proposed, ran, removed, memory }: MeasuredDisposition, raw: RawErases): void {
  const { destroyed, kept } = ran;
  const waiting = removed.byStep['released'] ?? 0;
  const isWaiting = raw.waiting > 0;
  const busy = ran.milliseconds + removed.milliseconds - (isWaiting ? waiting : 0);
  const rate = (destroyed / busy) * 1_000;
  const [erases, rawBusy] = [(destroyed / ran.milliseconds) * 1_000, raw.deleting + raw.removing];
  const isSound = destroyed > 0 && destroyed + kept === proposed.items;
  const reasons = Object.entries(proposed.kept).map(([reason, count]) => `${reason} ${whole(count)}`);
  report.note(`proposing: ${whole(proposed.items)} messages in ${milliseconds(proposed.milliseconds)}; kept: ${reasons.join(', ')}`);
  report.note(
    `removal by step: ${Object.entries(removed.byStep).map(([step, time]) => `${step} ${milliseconds(time)}`).join(', ')}` +
      (isWaiting ? `; of that ${milliseconds(waiting)} waiting for the server (plain deletes: ${milliseconds(raw.waiting)}), not counted` : ''),
  );
  report.note(`plain deletes of the same messages: ${milliseconds(raw.deleting)}, taking their bytes out ${milliseconds(raw.removing)}`);
  const facts = `${whole(rate)}/s: ${whole(destroyed)} destroyed in ${milliseconds(ran.milliseconds)}, bytes gone in ${milliseconds(busy - ran.milliseconds)}`;
  report.promise('disposition, decision to bytes gone', targets.dispositionRate, rate, facts, isSound);
  const ratio = rawBusy / busy;
  report.promise('the same against plain deletes to bytes gone', targets.dispositionRatio, ratio, ratio.toFixed(2), isSound);
  const alone = raw.deleting / ran.milliseconds;
  const rates = `${whole(erases)}/s against ${whole((destroyed / raw.deleting) * 1_000)}/s`;
  report.promise('erasing alone against plain deletes alone', null, alone, `${alone.toFixed(2)} (${rates})`);
  const growth = memory.late / memory.early - 1;
  const sizes = `${(memory.early / MEGABYTE).toFixed(0)} -> ${(memory.late / MEGABYTE).toFixed(0)} MB (${(growth * 100).toFixed(1)} %), of that pages of mapped files up to ${(memory.mapped / MEGABYTE).toFixed(0)} MB`;
  report.promise('memory while destroying, second quarter to last', targets.dispositionMemory, growth, sizes);
}

/** As the certificates say. */
async function destroyedIds({ variables }: { readonly variables: Readonly<Record<string, string>> }, proposalId: string): Promise<readonly string[]> {
  const [{ loadEnvironment }, { engineSettings }, { openCatalog }] = await Promise.all([
    import('../src/config/env.js'),
    import('../src/engine/engine-settings.js'),
    import('../src/engine/open-engine.js'),
  ]);
  const catalog: CatalogStore = await openCatalog(engineSettings(loadEnvironment({ ...process.env, ...variables })));
  try {
    const proposal = await catalog.get<Proposal>('disposition', proposalId);
    const ids: string[] = [];
    for (const batchId of proposal?.value.batchIds ?? []) {
      const certificate = await catalog.get<Certificate>('disposition-certificate', batchId);
      for (const { id } of certificate?.value.destroyed ?? []) ids.push(id);
    }
    return ids;
  } finally {
    await catalog.close();
  }
}
