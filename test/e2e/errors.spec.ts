import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HoldfastError } from '../../src/errors/errors.js';
import { makeMessage } from '../support/make-message.js';
import { MemoryCatalogStore } from '../support/memory-catalog-store.js';
import { MemorySearchEngine } from '../support/memory-search-engine.js';
import { RunningApp } from '../support/start-app.js';

const engine = MemorySearchEngine.of(Array.from({ length: 120 }, (_, index) => makeMessage(String(index), { text: `保证金${index}` })));

describe('errors', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await RunningApp.start({ engine, catalog: new MemoryCatalogStore() });
  });
  afterAll(() => app.stop());

  const search = (input: Record<string, unknown>): ReturnType<RunningApp['failure']> =>
    app.failure('query ($input: SearchInput!) { search(input: $input) { totalCount edges { cursor } } }', { input });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['an open bracket', { text: '保证金 (转账' }, { code: 'QUERY_SYNTAX', position: 4 }],
    ['a term of punctuation that folds to nothing', { text: 'a "\u{200B}"' }, { code: 'QUERY_EMPTY_TERM', position: 2 }],
    ['brackets 100 deep', { text: `${'('.repeat(100)}a${')'.repeat(100)}` }, { code: 'QUERY_TOO_DEEP' }],
    ['a literal of 10,001 characters', { text: `"${'长'.repeat(10_001)}"` }, { code: 'QUERY_TOO_LARGE' }],
    ['a page of 101', { first: 101 }, { code: 'INPUT_INVALID', parameters: ['first'] }],
    ['a page of 0', { first: 0 }, { code: 'INPUT_INVALID', parameters: ['first'] }],
    ['no text field', { textFields: [] }, { code: 'INPUT_INVALID', parameters: ['textFields'] }],
    [
      'a negative delay',
      { filter: { recalledWithinSeconds: -1 } },
      { code: 'INPUT_INVALID', parameters: ['filter.recalledWithinSeconds'] },
    ],
    [
      'a bad parameter deep inside',
      { filter: { or: [{}, { not: { ids: ['x'.repeat(1_001)] } }] } },
      { code: 'INPUT_INVALID', parameters: ['filter.or.1.not.ids'] },
    ],
    [
      'a time range that ends before it begins',
      { filter: { sentFrom: '2026-01-02T00:00:00Z', sentTo: '2026-01-01T00:00:00Z' } },
      { code: 'INPUT_INVALID' },
    ],
    ['a cursor of nothing', { after: 'x' }, { code: 'CURSOR_INVALID' }],
    ['a time without offset', { filter: { sentFrom: '2026-01-31T09:00:00' } }, { code: 'TIME_WITHOUT_OFFSET' }],
    ['a day', { filter: { sentFrom: '2026-01-31' } }, { code: 'TIME_WITHOUT_OFFSET' }],
    ['30 February', { filter: { sentFrom: '2026-02-30T00:00:00Z' } }, { code: 'INPUT_INVALID' }],
    ['a number for a time', { filter: { sentFrom: 1_767_225_600_000 } }, { code: 'INPUT_INVALID' }],
    ['an unknown parameter', { owner: 'me' }, { code: 'INPUT_INVALID' }],
    ['an unknown kind', { filter: { kinds: ['novel'] } }, { code: 'INPUT_INVALID' }],
  ])('names %s', async (_what, input, expected) => {
    expect(await search(input)).toMatchObject(expected);
  });

  it('refuses a time without offset in the document too', async () => {
    const answer = await app.graphql('{ search(input: { filter: { sentTo: "2026-01-31 09:00" } }) { totalCount } }');
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'TIME_WITHOUT_OFFSET' } }] });
  });

  it('refuses the cursor of another search', async () => {
    const { search: found } = await app.data<{ search: { edges: { cursor: string }[] } }>(
      '{ search(input: { text: "保证金" }) { edges { cursor } } }',
    );
    expect(await search({ text: '保证金1', after: found.edges[0]!.cursor })).toMatchObject({ code: 'CURSOR_INVALID' });
    expect(await search({ text: '保证金', sort: 'OLDEST', after: found.edges[0]!.cursor })).toMatchObject({ code: 'CURSOR_INVALID' });
  });

  it.each([
    'QUERY_TIMEOUT',
    'QUERY_TOO_BROAD',
    'AGGREGATION_TOO_LARGE',
    'ENGINE_UNAVAILABLE',
    'ENGINE_BUSY',
    'INDEX_VERSION_MISMATCH',
  ] as const)('passes %s of the engine on', async (code) => {
    engine.failNext(new HoldfastError(code));
    const answer = await app.graphql('{ search(input: {}) { totalCount } }');
    expect(answer).toMatchObject({ data: null, errors: [{ path: ['search'], extensions: { code } }] });
  });

  it('shows nothing of what fails inside', async () => {
    engine.failNext(new TypeError('near "保证金转到私人账户": syntax error'));
    const answer = await app.graphql('{ search(input: {}) { totalCount } }');
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'INTERNAL', errorId: expect.stringMatching(/^[0-9a-f-]{36}$/) } }] });
    expect(JSON.stringify(answer)).not.toMatch(/保证金|TypeError|\.ts/);
    const { errorId } = answer.errors![0]!.extensions;
    const logged = app.logged.filter((line) => line.includes(String(errorId)));
    expect(logged).toEqual([expect.stringMatching(/TypeError[^]*errors\.spec\.ts/)]);
    expect(app.logged.join('\n')).not.toMatch(/保证金|syntax error/);
  });

  it('gives mistakes of GraphQL a code', async () => {
    expect(await app.graphql('{ search(')).toMatchObject({ status: 400, errors: [{ extensions: { code: 'GRAPHQL_INVALID' } }] });
    expect(await app.graphql('{ nothing }')).toMatchObject({ status: 400, errors: [{ extensions: { code: 'GRAPHQL_INVALID' } }] });
    expect(await app.graphql('query a { health { engine } } query b { health { engine } }')).toMatchObject({
      errors: [{ extensions: { code: 'GRAPHQL_INVALID' } }],
    });
  });

  describe('operations that ask for too much', () => {
    const page =
      'edges { message { text sources { file } parts { text parts { text parts { text } } } versions { text } attachments { name } raw { text } } highlights { spans { start } } }';
    const deep = (levels: number): string =>
      `{ search(input: {}) { edges { message { ${'parts { '.repeat(levels)}text${' }'.repeat(levels)} } } } }`;

    it.each<[string, string, Record<string, unknown>, string]>([
      ['fields too deep', deep(15), {}, 'QUERY_TOO_DEEP'],
      [
        'fields too deep through a fragment',
        `{ search(input: {}) { edges { message { ...a } } } } fragment a on Message { ${'parts { '.repeat(15)}text${' }'.repeat(15)} }`,
        {},
        'QUERY_TOO_DEEP',
      ],
      ['too many aliases', `{ ${Array.from({ length: 61 }, (_, index) => `a${index}: __typename`).join(' ')} }`, {}, 'QUERY_TOO_LARGE'],
      [
        'many searches',
        `{ ${Array.from({ length: 30 }, (_, index) => `a${index}: search(input: {}) { totalCount }`).join(' ')} }`,
        {},
        'QUERY_TOO_LARGE',
      ],
      [
        'large pages by variable',
        `query ($n: Int) { ${Array.from({ length: 15 }, (_, index) => `a${index}: search(input: { first: $n }) { ${page} }`).join(' ')} }`,
        { n: 100 },
        'QUERY_TOO_LARGE',
      ],
      [
        'large pages by the default of a variable',
        `query ($n: Int = 100) { ${Array.from({ length: 15 }, (_, index) => `a${index}: search(input: { first: $n }) { ${page} }`).join(' ')} }`,
        {},
        'QUERY_TOO_LARGE',
      ],
      [
        'large pages by an input variable',
        `query ($i: SearchInput!) { ${Array.from({ length: 15 }, (_, index) => `a${index}: search(input: $i) { ${page} }`).join(' ')} }`,
        { i: { first: 100 } },
        'QUERY_TOO_LARGE',
      ],
      [
        'fragments that multiply',
        `{ ...f0 } ${Array.from({ length: 14 }, (_, index) => `fragment f${index} on Query { ...f${index + 1} ...f${index + 1} }`).join(' ')} fragment f14 on Query { __typename }`,
        {},
        'QUERY_TOO_LARGE',
      ],
      ['too many tokens', `{ search(input: { filter: { ids: [${'"a" '.repeat(4_000)}] } }) { totalCount } }`, {}, 'GRAPHQL_INVALID'],
      [
        'introspection within introspection',
        '{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }',
        {},
        'GRAPHQL_INVALID',
      ],
    ])('are refused: %s', async (_what, query, variables, code) => {
      const before = engine.calls.search;
      const answer = await app.graphql(query, variables);
      expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code } }] });
      expect(engine.calls.search).toBe(before);
    });

    it('are served below the limits: the largest page of everything, and the whole schema', async () => {
      const { search: found } = await app.data<{ search: { edges: unknown[] } }>(
        `query ($n: Int) { search(input: { first: $n }) { ${page} } }`,
        { n: 100 },
      );
      expect(found.edges).toHaveLength(100);
      const small = Array.from({ length: 10 }, (_, index) => `a${index}: search(input: {}) { totalCount }`).join(' ');
      expect(Object.keys(await app.data<object>(`{ ${small} }`))).toHaveLength(10);
      const { getIntrospectionQuery } = await import('graphql');
      expect(await app.data(getIntrospectionQuery({ inputValueDeprecation: true, schemaDescription: true }))).toHaveProperty(
        '__schema.types',
      );
    });
  });
});

describe('without the explorer', () => {
  it('tells nothing of the schema', async () => {
    const app = await RunningApp.start({ engine, catalog: new MemoryCatalogStore(), variables: { HOLDFAST_EXPLORER: 'false' } });
    expect(await app.failure('{ __schema { types { name } } }')).toMatchObject({ code: 'GRAPHQL_INVALID' });
    const answer = await app.graphql('{ serch(input: {}) { totalCount } }');
    expect(answer.errors![0]!.message).not.toContain('search');
    expect((await fetch(`${app.url}/graphiql`)).status).toBe(404);
    expect((await fetch(`${app.url}/graphiql/init.js`)).status).toBe(404);
    await app.stop();
  });
});
