import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ElasticsearchIndexWriter } from '../../src/engine/elasticsearch/elasticsearch-index-writer.js';
import { MAPPING_HASH, SCHEMA_VERSION } from '../../src/engine/elasticsearch/message-index.js';
import { describeWithElasticsearch } from '../support/elasticsearch/describe-with-elasticsearch.js';
import { sharedElasticsearch } from '../support/elasticsearch/shared-elasticsearch.js';
import { MessagesUnderTest, prepareAll } from './messages-under-test.js';

const shared = await sharedElasticsearch();

describeWithElasticsearch(shared, 'the index of messages on Elasticsearch', () => {
  let archive: MessagesUnderTest;
  const opened: ElasticsearchIndexWriter[] = [];
  beforeEach(() => {
    archive = new MessagesUnderTest(shared);
  });
  afterEach(async () => {
    for (const writer of opened.splice(0)) await writer.close();
    await archive.remove();
  });

  const open = async (): Promise<ElasticsearchIndexWriter> => {
    const writer = await ElasticsearchIndexWriter.open(archive.settings, 'rules');
    opened.push(writer);
    return writer;
  };
  const setMeta = (holdfast: object): Promise<unknown> =>
    archive.cluster.client.indices.putMapping({ index: archive.names.physical(1), _meta: { holdfast } });

  it('is one, however many processes make it at once', async () => {
    const writers = await Promise.all(Array.from({ length: 4 }, open));
    for (const writer of writers) await writer.prepare();
    expect(await archive.indices()).toEqual([archive.names.physical(1)]);
  });

  it('is refused with the command that mends it when its text rules or its mapping are others', async () => {
    const writer = await open();
    await setMeta({ schema: SCHEMA_VERSION, foldVersion: 'others', mappingHash: MAPPING_HASH });
    await expect(writer.prepare()).rejects.toThrow(/holdfast reindex.*text rules are others/);
    await setMeta({ schema: SCHEMA_VERSION, foldVersion: 'rules', mappingHash: 'other' });
    await expect(writer.prepare()).rejects.toThrow(/holdfast reindex.*mapping/);
    for await (const step of writer.reindex(prepareAll)) void step;
    await writer.prepare();
  });

  it('is left alone when a newer Holdfast made it', async () => {
    const writer = await open();
    await setMeta({ schema: SCHEMA_VERSION + 1, foldVersion: 'rules', mappingHash: 'newer' });
    await expect(writer.prepare()).rejects.toMatchObject({ code: 'INDEX_VERSION_MISMATCH' });
    await expect(writer.prepare()).rejects.toThrow(/A newer one made it/);
    await expect(writer.reindex(prepareAll)[Symbol.asyncIterator]().next()).rejects.toThrow(/A newer one made it/);
  });

  it('is not two: an alias of two indices is refused by name', async () => {
    await open();
    await archive.cluster.client.indices.create({ index: `${archive.names.messages}-other`, aliases: { [archive.names.messages]: {} } });
    await expect(open()).rejects.toMatchObject({ code: 'INDEX_CORRUPT' });
    await expect(open()).rejects.toThrow(`${archive.names.physical(1)}, ${archive.names.messages}-other`);
  });

  it('is not a foreign one, behind the alias or in its place', async () => {
    const { client } = archive.cluster;
    await client.indices.create({ index: `${archive.names.messages}-000007`, aliases: { [archive.names.messages]: {} } });
    await expect(open()).rejects.toThrow(/which Holdfast did not make/);
    await client.indices.delete({ index: `${archive.names.messages}-000007` });
    await client.indices.create({ index: archive.names.messages });
    await expect(open()).rejects.toMatchObject({ code: 'INDEX_CORRUPT' });
    await client.indices.delete({ index: archive.names.messages });
  });

  it('is not made anew beside one that lost its alias', async () => {
    await open();
    await archive.cluster.client.indices.deleteAlias({ index: archive.names.physical(1), name: archive.names.messages });
    await expect(open()).rejects.toThrow(/alias .* is missing/);
    expect(await archive.indices()).toEqual([archive.names.physical(1)]);
  });

  it('says which addresses were tried when no server answers in time', async () => {
    const started = performance.now();
    const away = ElasticsearchIndexWriter.open({ ...archive.settings, urls: ['http://127.0.0.1:1'], startTimeout: 1_200 }, 'rules');
    await expect(away).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    await expect(away).rejects.toThrow(/http:\/\/127\.0\.0\.1:1/);
    expect(performance.now() - started).toBeGreaterThan(600);
  });
});
