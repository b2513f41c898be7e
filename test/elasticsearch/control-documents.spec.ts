import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { AuditLog } from '../../src/audit/audit-log.js';
import { verifyAudit } from '../../src/audit/verify-audit.js';
import type { BulkItem } from '../../src/engine/elasticsearch/cluster.js';
import { ControlDocuments } from '../../src/engine/elasticsearch/control-documents.js';
import { ElasticsearchCatalog } from '../../src/engine/elasticsearch/elasticsearch-catalog.js';
import type { ElasticsearchSettings } from '../../src/engine/elasticsearch/elasticsearch-settings.js';
import { IndexNames } from '../../src/engine/elasticsearch/index-names.js';
import { openCluster } from '../../src/engine/elasticsearch/open-cluster.js';
import { ensureSideIndex } from '../../src/engine/elasticsearch/side-index.js';
import { advanceWatermark, readWatermark } from '../../src/engine/elasticsearch/watermark.js';
import { HoldfastError } from '../../src/errors/errors.js';
import { describeWithElasticsearch } from '../support/elasticsearch/describe-with-elasticsearch.js';
import { prefixOf, removeIndices } from '../support/elasticsearch/elasticsearch-archive.js';
import { sharedElasticsearch } from '../support/elasticsearch/shared-elasticsearch.js';
import { FixedClock } from '../support/fixed-clock.js';

const shared = await sharedElasticsearch();
const place = `control-documents-${randomBytes(6).toString('hex')}`;

function settings(part: Partial<ElasticsearchSettings> = {}): ElasticsearchSettings {
  const url = 'reason' in shared ? '' : shared.url;
  const none = { username: '', password: '', apiKey: '', caFile: '' };
  return { urls: [url], prefix: prefixOf(place), ...none, shards: 1, startTimeout: 10_000, ...part };
}

describeWithElasticsearch(shared, 'control documents', () => {
  let names: IndexNames;
  beforeAll(() => {
    names = new IndexNames(settings().prefix);
  });
  afterAll(() => removeIndices(settings().urls[0]!, place));

  it('are made once by whoever is first', async () => {
    const catalogs = await Promise.all(Array.from({ length: 4 }, () => ElasticsearchCatalog.open(settings())));
    const created = await Promise.all(catalogs.map((catalog, n) => catalog.create('import-run', 'first', { n })));
    expect(created.filter((record) => record !== null)).toHaveLength(1);
    await Promise.all(catalogs.map((catalog) => catalog.close()));
  });

  it('keep long values and list every finished write of another process', async () => {
    const [left, right] = [await ElasticsearchCatalog.open(settings()), await ElasticsearchCatalog.open(settings())];
    const text = '甲\ud800"\0'.repeat(200_000);
    await left.create('import-run', 'long', { text });
    expect((await right.list<{ text: string }>('import-run', { first: 1, order: 'down' }))[0]!.value.text).toBe(text);
    await Promise.all([left.close(), right.close()]);
  });

  it('refuse an alias that is not theirs', async () => {
    const cluster = await openCluster(settings());
    await ensureSideIndex(cluster, names.rejected, 'rejected');
    await expect(ensureSideIndex(cluster, names.rejected, 'catalog')).rejects.toMatchObject({ code: 'INDEX_CORRUPT' });
    await cluster.client.indices.putAlias({ index: `${names.catalog}-000001`, name: names.rejected });
    await expect(ensureSideIndex(cluster, names.rejected, 'rejected')).rejects.toMatchObject({ code: 'INDEX_CORRUPT' });
    await cluster.client.indices.deleteAlias({ index: `${names.catalog}-000001`, name: names.rejected });
    await cluster.close();
  });

  it('count a write once whose answer was lost, before or behind it', async () => {
    const cluster = await openCluster(settings());
    const bulk = cluster.bulk.bind(cluster);
    const lost = new HoldfastError('ENGINE_UNAVAILABLE', 'lost');
    const documents = new ControlDocuments(cluster, names);
    const lose = (answers: number): void => {
      cluster.bulk = async (lines, options): Promise<readonly BulkItem[]> => {
        const answer = await bulk(lines, options);
        if (--answers >= 0) throw lost;
        return answer;
      };
    };
    lose(1);
    const first = await documents.create('import-run', 'lost', '1', true);
    expect(first).toEqual(expect.any(String));
    lose(1);
    expect(await documents.create('import-run', 'lost', '1', true)).toBeNull();
    lose(1);
    const second = await documents.replace('import-run', 'lost', first!, '2', true);
    expect(second).toEqual(expect.any(String));
    lose(1);
    expect(await documents.replace('import-run', 'lost', first!, '3', true)).toBeNull();
    // What a read shows proves nothing, however often it is seen.
    lose(2);
    await expect(documents.replace('import-run', 'lost', second!, '2', true)).rejects.toBe(lost);
    let isSecond = false;
    cluster.bulk = async (lines, options): Promise<readonly BulkItem[]> => {
      if (!isSecond) await bulk(lines, options);
      isSecond = true;
      return bulk(lines, options);
    };
    expect(await documents.create('import-run', 'twice', '1', true)).toEqual(expect.any(String));
    cluster.bulk = () => Promise.reject(lost);
    await expect(documents.create('import-run', 'never', '1', true)).rejects.toBe(lost);
    const third = (await documents.read('import-run', 'lost'))!.version;
    await expect(documents.replace('import-run', 'lost', third, '3', true)).rejects.toBe(lost);
    cluster.bulk = bulk;
    expect(await documents.read('import-run', 'never')).toBeNull();
    expect((await documents.read('import-run', 'lost'))!.value).toBe('2');
    await cluster.close();
  });

  it('refuse a version of another index', async () => {
    const catalog = await ElasticsearchCatalog.open(settings());
    const created = await catalog.create('import-run', 'elsewhere', 1);
    const version = created!.version.replace('-000001:', '-000002:');
    expect(await catalog.replace('import-run', 'elsewhere', version, 2)).toBeNull();
    await catalog.close();
  });

  it('keep one audit chain for many processes', async () => {
    const catalogs = await Promise.all([1, 2, 3].map(() => ElasticsearchCatalog.open(settings())));
    const logs = catalogs.map((catalog) => new AuditLog(catalog, new FixedClock(0)));
    for (let round = 0; round < 10; round += 1)
      await Promise.all(logs.map((log) => log.append({ kind: 'message_opened', viewer: 'tester', messageId: 'same' })));
    expect(await verifyAudit(catalogs[0]!)).toMatchObject({ events: 30, problems: [] });
    await Promise.all(catalogs.map((catalog) => catalog.close()));
  });

  it('add up the watermark of many importers', async () => {
    const clusters = await Promise.all([1, 2, 3, 4].map(() => openCluster(settings())));
    expect(await readWatermark(clusters[3]!, names)).toBe(0);
    await Promise.all(clusters.slice(0, 3).flatMap((cluster) => [1, 20, 300].map((written) => advanceWatermark(cluster, names, written))));
    expect(await readWatermark(clusters[0]!, names)).toBe(963);
    // read before: at most a second old
    expect([0, 963]).toContain(await readWatermark(clusters[3]!, names));
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await readWatermark(clusters[3]!, names)).toBe(963);
    await Promise.all(clusters.map((cluster) => cluster.close()));
  });
});
