import { randomUUID } from 'node:crypto';
import { ERRORS, HoldfastError, type ErrorCode } from './errors.js';

/** The shape of a GraphQL error, as far as it matters here. */
export interface FormattedError {
  readonly message: string;
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Takes one line of text without content: an error id, class names and places in our code. */
export type LogFailure = (line: string) => void;

/** What the GraphQL layer itself refuses before our code runs, by its own codes. */
const CLIENT_MISTAKES: Readonly<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_INVALID',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_INVALID',
  OPERATION_RESOLUTION_FAILURE: 'GRAPHQL_INVALID',
  PERSISTED_QUERY_NOT_FOUND: 'GRAPHQL_INVALID',
  PERSISTED_QUERY_NOT_SUPPORTED: 'GRAPHQL_INVALID',
  BAD_REQUEST: 'GRAPHQL_INVALID',
  BAD_USER_INPUT: 'INPUT_INVALID',
};

/**
 * What a caller sees of an error: `extensions.code` of `errors.ts` and the error's facts beside it. Anything that is not
 * ours becomes INTERNAL with an `errorId`, and only the log learns where it happened; messages of foreign errors may
 * quote content, so they are neither shown nor logged.
 */
export function formatError(formatted: FormattedError, error: unknown, logFailure: LogFailure): FormattedError {
  const { message, locations, path, extensions } = formatted;
  const place = { ...(locations && { locations }), ...(path && { path }) };
  const ours = findHoldfastError(error);
  if (ours !== null && ours.code !== 'INTERNAL') {
    if (ERRORS[ours.code].status >= 500) logFailure(`${ours.code} ${describeFailure(error)}`);
    return { message: ours.message, ...place, extensions: { ...ours.facts, code: ours.code } };
  }
  const mistake = CLIENT_MISTAKES[String(extensions?.['code'])];
  if (mistake !== undefined) return { message, ...place, extensions: { code: mistake } };
  return { ...internalError(error, logFailure), ...place };
}

const CODE = /^[A-Z][A-Z0-9_]+$/;
/** A line of a stack in the form that the runtime writes; a message that looks nearly so has other characters. */
const FRAME = /^ {4}at [\x20-\x7e]*:\d+:\d+\)?$/;
const FRAMES_SHOWN = 12;

/** INTERNAL with a new error id, after logging where the error happened. */
export function internalError(error: unknown, logFailure: LogFailure): FormattedError {
  const errorId = randomUUID();
  logFailure(`${errorId} ${describeFailure(error)}`);
  return { message: ERRORS.INTERNAL.message, extensions: { code: 'INTERNAL', errorId } };
}

/** The first of our errors in the chain that a GraphQL library wrapped around it, or null. */
export function findHoldfastError(error: unknown): HoldfastError | null {
  for (let current = error, depth = 0; current instanceof Error && depth < 10; depth += 1) {
    if (current instanceof HoldfastError) return current;
    current = (current as { originalError?: unknown }).originalError;
  }
  return null;
}

type Failure = Partial<Record<'name' | 'code' | 'message' | 'stack' | 'originalError' | 'cause', unknown>>;

/** Class names, codes and stack frames of an error and its causes, without any message. */
export function describeFailure(error: unknown): string {
  const parts: string[] = [];
  for (let current = error, depth = 0; current !== undefined && current !== null && depth < 5; depth += 1) {
    const { name, code, message, stack, originalError, cause } = current as Failure;
    // an error that crossed a process boundary is the text of its stack
    const text = typeof current === 'string' ? current : typeof stack === 'string' ? stack.replace(String(message), '') : '';
    const heading = [name ?? /^\w*Error\b/.exec(text)?.[0] ?? typeof current, CODE.test(String(code)) ? code : ''].join(' ').trim();
    parts.push(
      [
        heading,
        ...text
          .split('\n')
          .filter((line) => FRAME.test(line))
          .slice(0, FRAMES_SHOWN),
      ].join('\n'),
    );
    current = originalError ?? cause;
  }
  return parts.join('\ncaused by ');
}
