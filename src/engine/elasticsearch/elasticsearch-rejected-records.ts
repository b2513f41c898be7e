import { createHash } from 'node:crypto';
import {
  RejectedRecordStore,
  type RejectedPlace,
  type RejectedRecord,
  type RejectedRecordPage,
} from '../../catalog/rejected-record-store.js';
import type { RejectionReason } from '../../domain/values.js';
import { totalOf, type Cluster, type QueryBody } from './cluster.js';
import type { ElasticsearchSettings } from './elasticsearch-settings.js';
import { IndexNames } from './index-names.js';
import { openOnCluster } from './open-cluster.js';
import { ensureSideIndex, writeAll } from './side-index.js';

/** Bytes of one request, and records of one answer: none comes near what the cluster takes. */
const REQUEST_BYTES = 8_388_608;
const ANSWER_RECORDS = 500;

/** A record as it is kept; its bytes in base64. */
type RejectedDocument = Omit<RejectedRecord, 'bytes'> & { readonly bytes: string };

/** The rejected records in the cluster. A write is on the disks of all copies in sync when it resolves; what reads refreshes first. */
export class ElasticsearchRejectedRecords extends RejectedRecordStore {
  private readonly names: IndexNames;

  private constructor(private readonly cluster: Cluster) {
    super();
    this.names = new IndexNames(cluster.settings.prefix);
  }

  /** Waits for the cluster as long as the settings say, and makes the index if there is none. */
  static open(settings: ElasticsearchSettings): Promise<ElasticsearchRejectedRecords> {
    return openOnCluster(settings, async (cluster) => {
      const records = new ElasticsearchRejectedRecords(cluster);
      await ensureSideIndex(cluster, records.names.rejected, 'rejected');
      return records;
    });
  }

  override async add(records: readonly RejectedRecord[]): Promise<void> {
    let lines: Buffer[] = [];
    let bytes = 0;
    for (const record of records) {
      const line = this.lineOf(record);
      if (lines.length > 0 && bytes + line.length > REQUEST_BYTES) {
        await this.send(lines);
        [lines, bytes] = [[], 0];
      }
      lines.push(line);
      bytes += line.length;
    }
    await this.send(lines);
  }

  override async discardBehind(importRunId: string, { file, ordinal }: RejectedPlace): Promise<void> {
    const behind: QueryBody = { bool: { filter: [{ term: { importRunId } }, { term: { file } }, { range: { ordinal: { gt: ordinal } } }] } };
    for (;;) {
      await this.cluster.refresh(this.names.rejected);
      const { hits } = await this.cluster.search(this.names.rejected, { query: behind, size: 1_000, _source: false, sort: ['_doc'] });
      if (hits.hits.length === 0) return;
      await this.send(hits.hits.map((hit) => Buffer.from(`${JSON.stringify({ delete: this.target(hit._id!) })}\n`)));
    }
  }

  override async list(importRunId: string, { reason, after, first }: RejectedRecordPage): Promise<readonly RejectedRecord[]> {
    await this.cluster.refresh(this.names.rejected);
    const records: RejectedRecord[] = [];
    let behind = after === null ? null : [after.file, after.ordinal];
    while (records.length < first) {
      const size = Math.min(first - records.length, ANSWER_RECORDS);
      const { hits } = await this.cluster.search(this.names.rejected, {
        query: ofRun(importRunId, reason),
        size,
        sort: [{ file: 'asc' }, { ordinal: 'asc' }],
        ...(behind !== null && { search_after: behind }),
      });
      records.push(...hits.hits.map((hit) => asRecord(hit._source as unknown as RejectedDocument)));
      if (hits.hits.length < size) break;
      behind = hits.hits.at(-1)!.sort as [string, number];
    }
    return records;
  }

  override async count(importRunId: string, reason: RejectionReason | null): Promise<number> {
    await this.cluster.refresh(this.names.rejected);
    const { hits } = await this.cluster.search(this.names.rejected, { query: ofRun(importRunId, reason), size: 0, track_total_hits: true });
    return totalOf(hits);
  }

  override close(): Promise<void> {
    return this.cluster.close();
  }

  private lineOf({ importRunId, file, ordinal, line, reason, detail, bytes, length, sha256 }: RejectedRecord): Buffer {
    const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    const document: RejectedDocument = { importRunId, file, ordinal, line, reason, detail, bytes: base64, length, sha256 };
    const id = createHash('sha256')
      .update(JSON.stringify([importRunId, file, ordinal]))
      .digest('base64url');
    return Buffer.from(`${JSON.stringify({ index: this.target(id) })}\n${JSON.stringify(document)}\n`);
  }

  private target(id: string): object {
    return { _index: this.names.rejected, _id: id, require_alias: true };
  }

  private async send(lines: readonly Buffer[]): Promise<void> {
    if (lines.length > 0) await writeAll(this.cluster, Buffer.concat(lines));
  }
}

function ofRun(importRunId: string, reason: RejectionReason | null): QueryBody {
  return { bool: { filter: [{ term: { importRunId } }, ...(reason === null ? [] : [{ term: { reason } }])] } };
}

function asRecord({ bytes, ...record }: RejectedDocument): RejectedRecord {
  return { ...record, bytes: Buffer.from(bytes, 'base64') };
}
