import { startServer } from './holdfast-process.js';
import { milliseconds, type Report } from './report.js';
import { runSearch } from './search-requests.js';
import type { Workspace } from './workspace.js';

const STARTS = 3;

/** From starting `holdfast serve` to the first answered search; the slowest of three. */
export async function measureStart(workspace: Workspace, report: Report): Promise<void> {
  await workspace.ensureImported();
  await workspace.stopServer();
  const seconds: number[] = [];
  for (let round = 0; round < STARTS; round += 1) {
    const begin = performance.now();
    const server = await startServer(workspace.deployment);
    const ready = performance.now();
    const outcome = await runSearch(server.client, { text: '酒店' });
    seconds.push((performance.now() - begin) / 1000);
    report.note(`answers after ${milliseconds(ready - begin)}, first search ${milliseconds(outcome.milliseconds)}`);
    await server.stop();
  }
  const slowest = Math.max(...seconds);
  report.promise('server start to the first answered search', workspace.targets.startSeconds, slowest, `${slowest.toFixed(2)} s`);
}
