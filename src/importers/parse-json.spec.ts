import { describe, expect, it } from '@jest/globals';
import { isDeeperThan, parseJson } from './parse-json.js';

describe('parseJson', () => {
  // prettier-ignore
  it.each<[string, unknown]>([
    ['{"n":9007199254740993}', { n: '9007199254740993' }],
    ['{"n":-12345678901234567890}', { n: '-12345678901234567890' }],
    ['{"n":0.12345678901234567}', { n: '0.12345678901234567' }],
    ['{"n":1e400,"m":1E-400}', { n: '1e400', m: '1E-400' }],
    ['{"n":1726538461000000}', { n: 1_726_538_461_000_000 }],
    ['{"n":12,"text":"12345678901234567890"}', { n: 12, text: '12345678901234567890' }],
    ['[1,[9007199254740993]]', [1, ['9007199254740993']]],
  ])('%s keeps every digit', (json, expected) => {
    expect(parseJson(json).value).toEqual(expected);
  });

  // prettier-ignore
  it.each<[string, boolean]>([
    ['{"a":1,"b":{"a":2}}', false],
    ['{"a":1,"a":1}', true],
    ['{"a":"x","b":[{"c":1,"c":2}]}', true],
    ['{"a":"\\"a\\":1,\\\\","b" : "\\\\\\"b\\":"}', false],
    ['{"\\u0061":1,"a":2}', true],
    ['{"a":1,"a":12345678901234567890}', true],
    ['[]', false],
    ['"a:"', false],
    ['{"__proto__":1,"__proto__":2}', true],
  ])('%s names a key twice: %p', (json, expected) => {
    expect(parseJson(json).hasDuplicateKeys).toBe(expected);
  });

  it('makes __proto__ an ordinary key', () => {
    for (const json of ['{"__proto__":{"id":"x"}}', '{"__proto__":{"id":"x"},"n":12345678901234567890}']) {
      const value = parseJson(json).value as { id?: unknown };
      expect(value.id).toBeUndefined();
      expect(Object.keys(value)).toContain('__proto__');
    }
  });

  it.each(['', '{', '{"a":1', '{"a":1}x', "{'a':1}", 'NaN', '{"a":"\u0000"}'])('refuses %p', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it('takes any depth, with or without long numbers', () => {
    const nested = '['.repeat(10_000) + ']'.repeat(10_000);
    for (const json of [nested, `{"deep":${nested},"n":12345678901234567890}`]) {
      const { value } = parseJson(json);
      expect(isDeeperThan(value, 64)).toBe(true);
      expect(isDeeperThan(value, 10_001)).toBe(false);
    }
  });
});
