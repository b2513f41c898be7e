import type { EngineHealth } from '../search-engine.js';
import { totalOf } from './cluster.js';
import type { MessageIndex } from './message-index.js';
import { Deadline, type Searching } from './searching.js';
import { readWatermark } from './watermark.js';

/** Milliseconds: who asks for the health wants to hear of a cluster that does not answer. */
const PATIENCE = 5_000;

/** Whether the archive can be searched now; not an error when it cannot. A block on writes is named, but stops no search. */
export async function readHealth(engine: string, messages: MessageIndex, searching: Searching): Promise<EngineHealth> {
  const health = { engine, isReady: false, messageCount: 0, watermark: 0, foldVersion: messages.foldVersion, problem: null };
  try {
    const { name } = await messages.requireVersions();
    const watermark = await readWatermark(messages.cluster, messages.names, 0);
    const { hits } = await searching.search({ size: 0, track_total_hits: true }, new Deadline(PATIENCE));
    return { ...health, isReady: true, messageCount: totalOf(hits), watermark, problem: await writeBlock(messages, name) };
  } catch (error) {
    return { ...health, problem: error instanceof Error ? error.message : String(error) };
  }
}

async function writeBlock({ cluster }: MessageIndex, index: string): Promise<string | null> {
  const settings = await cluster.request(
    () => cluster.client.indices.getSettings({ index, name: 'index.blocks.*', flat_settings: true }, { requestTimeout: PATIENCE }),
    PATIENCE,
  );
  const blocks = Object.values(settings).flatMap((state) => Object.entries(state.settings ?? {}).filter(([, value]) => String(value) === 'true'));
  return blocks.length === 0 ? null : `Writing is blocked: ${blocks.map(([name]) => name).sort().join(', ')}.`;
}
