import { GraphQLScalarType, Kind } from 'graphql';
import { HoldfastError } from '../errors/errors.js';
import { parseInstant } from './parse-instant.js';

/** UTC milliseconds inside, ISO 8601 outside. Read strictly: a time without an offset is refused. */
export const DateTime = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  description:
    'An instant as ISO 8601. Inputs must carry an offset (`2026-01-31T09:00:00+08:00`); outputs are UTC (`2026-01-31T01:00:00.000Z`).',
  serialize: (value) => new Date(value as number).toISOString(),
  parseValue: (value) => parseText(value),
  parseLiteral: (node) => parseText(node.kind === Kind.STRING ? node.value : null),
});

function parseText(value: unknown): number {
  if (typeof value !== 'string') throw new HoldfastError('INPUT_INVALID', 'A time must be a string.');
  return parseInstant(value);
}
