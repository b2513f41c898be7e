import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { FOLD_VERSION } from '../../src/analysis/fold.js';
import { ElasticsearchCatalog } from '../../src/engine/elasticsearch/elasticsearch-catalog.js';
import { ElasticsearchIndexEraser } from '../../src/engine/elasticsearch/elasticsearch-index-eraser.js';
import { ElasticsearchIndexWriter } from '../../src/engine/elasticsearch/elasticsearch-index-writer.js';
import type { ElasticsearchSettings } from '../../src/engine/elasticsearch/elasticsearch-settings.js';
import type { Readiness } from '../../src/health/readiness.service.js';
import { onElasticsearch } from '../contract/engines.js';
import { ElasticsearchServers } from '../support/elasticsearch/elasticsearch-servers.js';
import { makeMessage } from '../support/make-message.js';
import { prepare } from '../support/prepare.js';
import { readRepositoryText } from '../support/repository-files.js';
import { RunningApp } from '../support/start-app.js';

const MINUTES = 600_000;
const PASSWORD = 'correct horse battery';

/** The roles as the documentation gives them. */
function documentedRole(): unknown {
  const [, json = ''] = /```json\n(\{\s*"cluster"[^]*?)```/.exec(readRepositoryText('docs/elasticsearch.md') ?? '') ?? [];
  return JSON.parse(json);
}

onElasticsearch('Elasticsearch with security', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-security-'));
  const caFile = join(folder, 'ca.pem');
  let servers: ElasticsearchServers;
  beforeAll(async () => {
    const users = [
      { name: 'holdfast', password: PASSWORD, roles: ['holdfast'] },
      { name: 'nobody', password: PASSWORD, roles: ['none'] },
    ];
    const none = { cluster: ['monitor'], indices: [] };
    servers = await ElasticsearchServers.start({ security: { users, roles: { holdfast: documentedRole(), none }, tls: true } });
    writeFileSync(caFile, servers.authority!);
  }, MINUTES);
  afterAll(async () => {
    await servers.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const settings = (part: Partial<ElasticsearchSettings> = {}): ElasticsearchSettings => ({
    ...{ urls: servers.urls, prefix: 'holdfast', username: 'holdfast', password: PASSWORD, apiKey: '', caFile },
    ...{ shards: 1, startTimeout: 1_000 },
    ...part,
  });
  const refusal = async (part: Partial<ElasticsearchSettings>): Promise<Error & { readonly code: string }> =>
    ElasticsearchCatalog.open(settings(part)).then(
      () => Promise.reject(new Error('it was let in')),
      (error: unknown) => error as Error & { readonly code: string },
    );

  it('says what is wrong, and never the password', async () => {
    const wrong = await refusal({ password: 'wrong horse' });
    expect([wrong.code, wrong.message]).toEqual(['ENGINE_ACCESS_DENIED', expect.stringContaining('not accepted')]);
    expect(JSON.stringify([wrong.message, wrong.stack, wrong, wrong.cause])).not.toMatch(/wrong horse/);
    expect(await refusal({ username: '', password: '' })).toMatchObject({ code: 'ENGINE_ACCESS_DENIED' });
    expect(await refusal({ username: 'nobody' })).toMatchObject({ code: 'ENGINE_ACCESS_DENIED', message: expect.stringContaining('role') });
    expect(await refusal({ caFile: '' })).toMatchObject({ code: 'ENGINE_ACCESS_DENIED', message: expect.stringContaining('CA_FILE') });
    expect(await refusal({ caFile: join(folder, 'none.pem') })).toMatchObject({ code: 'CONFIG_INVALID' });
    const plain = servers.urls.map((url) => url.replace('https:', 'http:'));
    expect(await refusal({ urls: plain })).toMatchObject({ code: 'ENGINE_UNAVAILABLE', message: expect.stringContaining(plain[0]!) });
  });

  it(
    'needs no more than the documented role to make the indices, write, search, audit and tell its health',
    async () => {
      const app = await RunningApp.start({
        messages: [makeMessage('1', { text: '付款' })],
        variables: {
          HOLDFAST_ENGINE: 'elasticsearch',
          HOLDFAST_ELASTICSEARCH_URL: servers.urls.join(','),
          HOLDFAST_ELASTICSEARCH_USERNAME: 'holdfast',
          HOLDFAST_ELASTICSEARCH_PASSWORD: PASSWORD,
          HOLDFAST_ELASTICSEARCH_CA_FILE: caFile,
        },
      });
      await app.store([makeMessage('2', { text: '收款' })]);
      const { search } = await app.data<{ search: object }>('{ search(input: { text: "款" }) { totalCount completeness { watermark } } }');
      expect(search).toMatchObject({ completeness: { watermark: expect.any(Number) } });
      const ready = await fetch(`${app.url}/health/ready`);
      const readiness = (await ready.json()) as Readiness;
      expect(readiness.checks.filter(({ state }) => state === 'failed')).toEqual([]);
      expect(ready.status).toBe(200);
      await app.stop();
    },
    MINUTES,
  );

  it(
    'needs no more to destroy a message and to take its bytes out of the files',
    async () => {
      const [writer, eraser] = await Promise.all([ElasticsearchIndexWriter.open(settings(), FOLD_VERSION), ElasticsearchIndexEraser.open(settings(), FOLD_VERSION)]);
      const [written] = await writer.put([{ prepared: prepare(makeMessage('3', { text: '尾款' })), expected: null }]);
      if (written?.outcome !== 'written') throw new Error('the message was there before');
      expect(await eraser.erase([{ id: makeMessage('3').id, version: written.version }], 'batch')).toMatchObject([{ outcome: 'erased' }]);
      const done: unknown[] = [];
      for await (const state of eraser.remove(null)) done.push(state.done);
      expect(done.at(-1)).toBe('removed');
      await Promise.all([writer.close(), eraser.close()]);
    },
    MINUTES,
  );
});
