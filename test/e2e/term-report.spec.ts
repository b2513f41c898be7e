import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { onEveryEngine } from '../contract/engines.js';
import { makeMessage } from '../support/make-message.js';
import { RunningApp } from '../support/start-app.js';

const messages = [
  makeMessage('1', { text: '保证金转账', custodianIds: ['wang'] }),
  makeMessage('2', { text: '保證金', custodianIds: ['li', 'wang'] }),
  makeMessage('3', { text: '转账', custodianIds: ['li'], senderId: 'other' }),
  makeMessage('4', { text: '午饭' }),
];

const QUERY =
  'query ($terms: [String!]!, $filter: FilterInput) { termReport(terms: $terms, filter: $filter) { term hitCount uniqueHitCount hitCountByCustodian { custodianId count } } }';

interface Line {
  readonly term: string;
  readonly hitCount: number;
  readonly uniqueHitCount: number;
  readonly hitCountByCustodian: { custodianId: string; count: number }[];
}

onEveryEngine('termReport on $name', (kind) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await RunningApp.start({ kind, messages });
  });
  afterAll(() => app.stop());

  const report = async (terms: readonly string[], filter?: Record<string, unknown>): Promise<string[]> => {
    const { termReport } = await app.data<{ termReport: Line[] }>(QUERY, { terms, filter });
    return termReport.map(({ term, hitCount, uniqueHitCount, hitCountByCustodian }) =>
      [`${term}: ${hitCount} (${uniqueHitCount})`, ...hitCountByCustodian.map(({ custodianId, count }) => `${custodianId} ${count}`)].join(
        ' ',
      ),
    );
  };

  it('counts hits, hits of one term only, and hits by custodian', async () => {
    expect(await report(['保证金', '转账', '并不存在', '保证金 OR 午饭'])).toEqual([
      '保证金: 2 (0) wang 2 li 1',
      '转账: 2 (1) li 1 wang 1',
      '并不存在: 0 (0)',
      '保证金 OR 午饭: 3 (1) wang 2 li 1',
    ]);
  });

  it('reports a term that stands twice on each line, as one term', async () => {
    expect(await report(['转账', '午饭', '"转账"'])).toEqual(['转账: 2 (2) li 1 wang 1', '午饭: 1 (1)', '"转账": 2 (2) li 1 wang 1']);
  });

  it('counts within a filter', async () => {
    expect(await report(['转账'], { senderIds: ['other'] })).toEqual(['转账: 1 (1) li 1']);
  });

  it('takes 10,000 terms, and no more', async () => {
    const terms = Array.from({ length: 10_000 }, (_, index) => (index === 9_999 ? '午饭' : `term${index}`));
    expect((await report(terms)).filter((line) => !line.endsWith(': 0 (0)'))).toEqual(['午饭: 1 (1)']);
    expect(await app.failure(QUERY, { terms: [...terms, 'one more'] })).toMatchObject({ code: 'QUERY_TOO_LARGE' });
    expect(await report([])).toEqual([]);
  });

  it.each([
    ['(a', 'QUERY_SYNTAX'],
    ['""', 'QUERY_EMPTY_TERM'],
    [' ', 'QUERY_EMPTY_TERM'],
  ])('names the line of the term %j', async (term, code) => {
    expect(await app.failure(QUERY, { terms: ['a', 'b', term] })).toMatchObject({ code, line: 3 });
  });
});
