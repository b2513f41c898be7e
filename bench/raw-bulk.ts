import { closeSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { BulkBody } from '../src/engine/elasticsearch/message-body.js';
import type { ElasticsearchSite } from './elasticsearch-site.js';
import { preparedMessages } from './prepared-archive.js';
import type { Workspace } from './workspace.js';

/** What loads fastest without growing the requests further (see the design's measurements): documents a request, requests under way. */
const DOCUMENTS = 1_000;
const IN_FLIGHT = 2;

interface Chunk {
  readonly offset: number;
  readonly bytes: number;
}

interface BulkAnswer {
  readonly errors: boolean;
  readonly items: readonly unknown[];
}

/** Bodies of `_bulk` requests for a whole archive, ready to be sent. */
export interface ReadyBodies {
  readonly file: string;
  readonly chunks: readonly Chunk[];
  readonly messages: number;
}

/** Writes the bodies that the product's own code makes of the archive file, in its order. */
export async function prepareBodies(workspace: Workspace): Promise<ReadyBodies> {
  const file = join(workspace.directory, 'bodies.ndjson');
  const chunks: Chunk[] = [];
  let offset = 0;
  let messages = 0;
  const target = openSync(file, 'w');
  try {
    for await (const batch of preparedMessages(workspace.archiveFile, DOCUMENTS)) {
      const body = new BulkBody();
      for (const prepared of batch) body.add(prepared, null, { writeId: String(chunks.length) });
      const bytes = body.bytes();
      writeSync(target, bytes);
      chunks.push({ offset, bytes: bytes.length });
      offset += bytes.length;
      messages += batch.length;
    }
  } finally {
    closeSync(target);
  }
  return { file, chunks, messages };
}

/**
 * Documents a second that a plain client's `_bulk` loop brings into a fresh index of the same mapping and settings: from the first
 * request to the last answer, without a refresh, a flush or a merge at the end. The index is removed afterwards.
 */
export async function rawBulkRate(site: ElasticsearchSite, bodies: ReadyBodies): Promise<number> {
  const index = site.indexBeside('raw');
  await site.raw.removeIndices(index);
  await site.raw.ask('PUT', `/${index}`, indexDefinition());
  const source = openSync(bodies.file, 'r');
  try {
    const begin = performance.now();
    const waiting = bodies.chunks.values();
    const send = async (): Promise<void> => {
      for (const { offset, bytes } of waiting) {
        const body = Buffer.allocUnsafe(bytes);
        readSync(source, body, 0, bytes, offset);
        const answer = await site.raw.post<BulkAnswer>(`/${index}/_bulk`, body, 'application/x-ndjson');
        if (answer.errors) throw new Error('a plain bulk request has items that failed');
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, send));
    const seconds = (performance.now() - begin) / 1000;
    await requireAll(site, index, bodies.messages);
    return bodies.messages / seconds;
  } finally {
    closeSync(source);
    await site.raw.removeIndices(index);
  }
}

export function removeBodies({ file }: ReadyBodies): void {
  rmSync(file, { force: true });
}

/** A loop that lost documents would be measured wrong. */
async function requireAll({ raw }: ElasticsearchSite, index: string, messages: number): Promise<void> {
  await raw.ask('POST', `/${index}/_refresh`);
  const { hits } = await raw.ask<{ hits: { total: { value: number } } }>('POST', `/${index}/_search`, { size: 0, track_total_hits: true });
  if (hits.total.value !== messages) throw new Error(`${hits.total.value} of ${messages} documents are in the plain index`);
}

/** As the product makes its first index. */
function indexDefinition(): unknown {
  const { settings, mappings } = JSON.parse(readFileSync(join(process.cwd(), 'mappings', 'messages.elasticsearch.json'), 'utf8')) as {
    settings: Record<string, unknown>;
    mappings: unknown;
  };
  return { settings: { number_of_shards: 1, ...settings }, mappings };
}
