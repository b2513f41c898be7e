import { GraphQLScalarType } from 'graphql';
import { HoldfastError } from '../errors/errors.js';

/** Keys of a record that the model has no place for, as they stood there. Output only. */
export const JsonObject = new GraphQLScalarType<never, unknown>({
  name: 'JSONObject',
  description: 'A JSON object, as it stood in the archive. Output only.',
  serialize: (value) => value,
  parseValue: refuse,
  parseLiteral: refuse,
});

function refuse(): never {
  throw new HoldfastError('INPUT_INVALID', 'JSONObject is for answers only.');
}
