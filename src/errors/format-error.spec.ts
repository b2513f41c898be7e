import { describe, expect, it } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { HoldfastError } from './errors.js';
import { describeFailure, formatError, type FormattedError } from './format-error.js';

const SECRET = '保证金转到私人账户';

function format(error: unknown, code = 'INTERNAL_SERVER_ERROR'): { shown: FormattedError; logged: string } {
  const lines: string[] = [];
  const shown = formatError(
    { message: String((error as Error).message), path: ['search'], extensions: { code, stacktrace: [SECRET] } },
    error,
    (line) => lines.push(line),
  );
  return { shown, logged: lines.join('\n') };
}

const wrapped = (error: Error): GraphQLError =>
  new GraphQLError(`Variable got ${SECRET}`, { originalError: new GraphQLError(SECRET, { originalError: error }) });

describe('formatError', () => {
  it('shows our code and facts, however deep the error is wrapped', () => {
    const { shown, logged } = format(wrapped(new HoldfastError('QUERY_SYNTAX', 'At 3.', { position: 3, code: 'x' })));
    expect(shown).toEqual({
      message: 'The search text cannot be read. At 3.',
      path: ['search'],
      extensions: { position: 3, code: 'QUERY_SYNTAX' },
    });
    expect(logged).toBe('');
  });

  it.each([
    ['a foreign error', new TypeError(SECRET, { cause: new RangeError(SECRET) })],
    ['a wrapped foreign error', wrapped(new TypeError(SECRET))],
    [
      'our own INTERNAL with a stack from another process',
      new HoldfastError('INTERNAL', '', {}, { cause: `TypeError: ${SECRET}\n    at searcher.js:1:2` }),
    ],
  ])('hides %s behind an id that the log knows', (_what, error) => {
    const { shown, logged } = format(error);
    expect(shown).toMatchObject({ message: expect.stringContaining('Something failed inside'), extensions: { code: 'INTERNAL' } });
    expect(JSON.stringify(shown)).not.toContain(SECRET);
    expect(logged).toContain(shown.extensions!['errorId']);
    expect(logged).toMatch(/TypeError/);
    expect(logged).not.toContain(SECRET);
  });

  it('logs where our own server-side errors came from', () => {
    const { shown, logged } = format(
      new HoldfastError('ENGINE_UNAVAILABLE', '', {}, { cause: Object.assign(new Error(SECRET), { code: 'SQLITE_BUSY' }) }),
    );
    expect(shown.extensions).toEqual({ code: 'ENGINE_UNAVAILABLE' });
    expect(logged).toMatch(/^ENGINE_UNAVAILABLE[^]*SQLITE_BUSY/);
    expect(logged).not.toContain(SECRET);
  });

  it.each([
    ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_INVALID'],
    ['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_INVALID'],
    ['BAD_USER_INPUT', 'INPUT_INVALID'],
  ])('gives what the GraphQL layer calls %s a code of ours', (theirs, ours) => {
    expect(format(new GraphQLError('Cannot query field "x"'), theirs).shown).toEqual({
      message: 'Cannot query field "x"',
      path: ['search'],
      extensions: { code: ours },
    });
  });
});

describe('describeFailure', () => {
  it('never repeats a message that looks like a stack frame', () => {
    expect(describeFailure(new Error(`a\n    at ${SECRET}`))).not.toContain(SECRET);
  });
});
