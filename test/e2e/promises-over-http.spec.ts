import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Message } from '../../src/domain/message.js';
import { onEveryEngine } from '../contract/engines.js';
import { makeChat } from '../support/chat-messages.js';
import { HOSTILE_TEXTS } from '../support/hostile-texts.js';
import { makeMessage } from '../support/make-message.js';
import { Random } from '../support/random.js';
import { RunningApp } from '../support/start-app.js';

interface Page {
  readonly search: {
    readonly totalCount: number;
    readonly edges: readonly { readonly message: { readonly nativeId: string } }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const PAGE =
  'query ($input: SearchInput!) { search(input: $input) { totalCount edges { message { nativeId } } pageInfo { hasNextPage endCursor } } }';

onEveryEngine('paging over HTTP on $name', (kind) => {
  const random = new Random(21);
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-e2e-'));
  const stored: Message[] = makeChat(random, 1_500);
  let app: RunningApp;
  let imports = 0;
  beforeAll(async () => {
    app = await RunningApp.start({ kind, dataDir, messages: stored });
  });
  afterAll(async () => {
    await app.stop();
    await kind.remove(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  });

  it.each(['NEWEST', 'OLDEST'])(
    '%s first: every message that matched at the start comes once, through imports and restarts',
    async (sort) => {
      const atStart = stored.filter((message) => message.text.includes('付款') || message.attachments.length > 0);
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { search }: Page = await app.data<Page>(PAGE, { input: { text: '付款', sort, first: 100, after } });
        seen.push(...search.edges.map((edge) => edge.message.nativeId));
        const added = makeChat(random, 20, `later-${(imports += 1)}`);
        await app.store(added);
        stored.push(...added);
        if (imports % 6 === 0) {
          await app.stop();
          app = await RunningApp.start({ kind, dataDir });
        }
        after = search.pageInfo.hasNextPage ? search.pageInfo.endCursor : null;
      } while (after !== null);
      expect(new Set(seen).size).toBe(seen.length);
      expect(atStart.filter((message) => !seen.includes(message.nativeId))).toEqual([]);
    },
    120_000,
  );

  it('totals, facets and bars add up to the pages', async () => {
    const query = `query ($input: SearchInput!) { search(input: $input) {
      totalCount facets(fields: [senderId, custodianId], first: 100) { field buckets { value count } otherCount missingCount }
      histogram(interval: DAY, timeZone: "Asia/Shanghai") { start count } } }`;
    const { search } = await app.data<{ search: Summary }>(query, { input: { text: '合同' } });
    const hits = stored.filter((message) => message.text.includes('合同'));
    const [senders, custodians] = search.facets as [Summary['facets'][0], Summary['facets'][0]];
    expect(search.totalCount).toBe(hits.length);
    expect(senders.buckets.reduce((sum, bucket) => sum + bucket.count, senders.otherCount + senders.missingCount)).toBe(hits.length);
    expect(custodians.buckets.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(hits.flatMap((message) => message.custodianIds).length);
    expect(search.histogram.reduce((sum, bar) => sum + bar.count, 0)).toBe(hits.length);
  });
});

interface Summary {
  readonly totalCount: number;
  readonly facets: readonly {
    readonly buckets: readonly { readonly value: string; readonly count: number }[];
    readonly otherCount: number;
    readonly missingCount: number;
  }[];
  readonly histogram: readonly { readonly start: string | null; readonly count: number }[];
}

onEveryEngine('injection over HTTP on $name', (kind) => {
  const messages = HOSTILE_TEXTS.map((text, index) => makeMessage(`t${index}`, { text: `x${text}y`, custodianIds: [`custodian ${text}`] }));
  let app: RunningApp;
  beforeAll(async () => {
    app = await RunningApp.start({ kind, messages });
  });
  afterAll(() => app.stop());

  it('a text as it is gets an answer, or an error that names the place', async () => {
    for (const text of HOSTILE_TEXTS) {
      const answer = await app.graphql<Page | null>(PAGE, { input: { text, first: 100 } });
      if (answer.errors === undefined) continue;
      expect([text, answer.errors[0]!.extensions]).toEqual([
        text,
        expect.objectContaining({ code: expect.stringMatching(/^QUERY_(SYNTAX|EMPTY_TERM)$/), position: expect.any(Number) }),
      ]);
    }
  });

  it('a quoted text finds its message, by variable and inside the document', async () => {
    for (const [index, text] of HOSTILE_TEXTS.entries()) {
      const quoted = `"x${text.replace(/[\\"\uff02]/g, '\\$&')}y"`;
      const byVariable = await app.data<Page>(PAGE, { input: { text: quoted, first: 100 } });
      expect([text, byVariable.search.edges.map((edge) => edge.message.nativeId)]).toEqual([text, expect.arrayContaining([`t${index}`])]);
      // GraphQL refuses half a character inside a document.
      if (/\p{Surrogate}/u.test(text)) continue;
      const inside = await app.data<Page>(
        `{ search(input: { text: ${JSON.stringify(quoted)}, first: 100 }) { totalCount edges { message { nativeId } } pageInfo { hasNextPage endCursor } } }`,
      );
      expect(inside.search.totalCount).toBe(byVariable.search.totalCount);
    }
  });

  it('a filter value is a value', async () => {
    for (const [index, text] of HOSTILE_TEXTS.entries()) {
      if (/\p{Surrogate}/u.test(text)) continue;
      const { search } = await app.data<Page>(PAGE, { input: { filter: { custodianIds: [`custodian ${text}`] }, first: 100 } });
      expect([text, search.edges.map((edge) => edge.message.nativeId)]).toEqual([text, [`t${index}`]]);
    }
  });

  it('large and deep queries get an answer or a clear error', async () => {
    const code = async (text: string): Promise<string> => {
      const answer = await app.graphql(PAGE, { input: { text } });
      return answer.errors?.[0]?.extensions.code ?? 'answered';
    };
    expect(await code(`"${'付'.repeat(3_400)}"`)).toBe('answered');
    expect(await code(`"${'a'.repeat(10_000)}"`)).toBe('answered');
    expect(await code(`"${'a'.repeat(10_001)}"`)).toBe('QUERY_TOO_LARGE');
    expect(await code(Array.from({ length: 1_000 }, (_, index) => `"甲${index}"`).join(' OR '))).toBe('answered');
    expect(await code(Array.from({ length: 1_000 }, (_, index) => `甲${index}`).join(' '))).toBe('answered');
    expect(await code(`${'('.repeat(60)}甲${')'.repeat(60)}`)).toBe('answered');
    expect(await code(`${'(甲 OR '.repeat(30)}${'(乙 '.repeat(29)}丙${')'.repeat(59)}`)).toBe('answered');
    expect(await code(`${'('.repeat(300)}甲${')'.repeat(300)}`)).toBe('QUERY_TOO_DEEP');
    expect(await code(`"${'a'.repeat(200_000)}"`)).toMatch(/^(QUERY|REQUEST)_TOO_LARGE$/);
  });
});
