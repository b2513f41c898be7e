import { describe, expect, it } from '@jest/globals';
import type { LiteralNode, TextField, TextNode } from '../../query/ast.js';
import { compileText, SCAN_FROM_LITERALS } from './compile-text.js';

const ALL: readonly TextField[] = ['body', 'name', 'attachment'];

function literal(key: string, fields = ALL): LiteralNode {
  return { kind: 'literal', key, source: key, fields };
}

const expressions: readonly (readonly [name: string, node: TextNode, expression: string])[] = [
  ['one code point is a gram', literal('店'), '"店"'],
  ['two are a gram', literal('酒店', ['body']), '{clean raw} : "酒店"'],
  ['three are a phrase', literal('大酒店', ['name']), '{names} : "大酒 酒店"'],
  ['a quote never leaves the phrase', literal('a"b', ['body']), '{clean raw} : "a\u{E022}b"'],
  ['operators are text', literal('or', ['body']), '{clean raw} : "or"'],
  ['and', { kind: 'and', nodes: [literal('甲乙', ['body']), literal('丙丁', ['body'])] }, '({clean raw} : "甲乙" AND {clean raw} : "丙丁")'],
  ['or', { kind: 'or', nodes: [literal('甲乙', ['body']), literal('丙丁', ['body'])] }, '({clean raw} : "甲乙" OR {clean raw} : "丙丁")'],
  [
    'and with not',
    { kind: 'and', nodes: [literal('甲', ['body']), { kind: 'not', node: literal('乙', ['body']) }] },
    '({clean raw} : "甲" NOT {clean raw} : "乙")',
  ],
  ['word', { kind: 'word', key: 'art', source: 'art', fields: ['body'] }, '{words} : "\u{E0A0}art"'],
  [
    'digits',
    { kind: 'digits', digits: '138', source: '138', fields: ['name'] },
    '({names} : "138" OR {digits} : "\u{E0B1}\u{E0B3} \u{E0B3}\u{E0B8}")',
  ],
];

describe(compileText.name, () => {
  it.each(expressions)('%s', (_name, node, expression) => {
    expect(compileText(node)).toMatchObject({ kind: 'match', expression });
  });

  it('takes a long literal by its ends and checks it', () => {
    const node = literal('长'.repeat(300), ['body']);
    const plan = compileText(node);
    expect(plan).toMatchObject({ kind: 'verify', node, candidates: { kind: 'match' } });
  });

  it('passes over the text for a long list of literals, not for a short one', () => {
    const list = (count: number): TextNode => ({ kind: 'or', nodes: Array.from({ length: count }, (_, index) => literal(`词${index}`)) });
    expect(compileText(list(SCAN_FROM_LITERALS)).kind).toBe('scan');
    expect(compileText(list(SCAN_FROM_LITERALS - 1)).kind).toBe('or');
    expect(compileText(list(20)).kind).toBe('match');
  });

  it('never nests an expression deeper than the parser of FTS5 can take', () => {
    let node: TextNode = literal('底');
    for (let level = 0; level < 60; level++) node = { kind: level % 2 === 0 ? 'and' : 'or', nodes: [literal(`层${level}`), node] };
    const deepest = (text: string): number => {
      let depth = 0;
      return Math.max(...Array.from(text, (character) => (depth += character === '(' ? 1 : character === ')' ? -1 : 0)));
    };
    expect(Math.max(...matchesIn(node).map(deepest))).toBeLessThan(20);
  });

  it('keeps a lone not, and a not beside others that FTS5 cannot say, as set operations', () => {
    expect(compileText({ kind: 'not', node: literal('甲') }).kind).toBe('not');
    const near: TextNode = { kind: 'near', left: '甲', right: '乙', source: '', distance: 3, ordered: false, fields: ALL };
    expect(compileText({ kind: 'and', nodes: [near, { kind: 'not', node: literal('丙') }] })).toMatchObject({
      kind: 'and',
      plans: [{ kind: 'verify' }, { kind: 'not' }],
    });
  });
});

function matchesIn(node: TextNode): string[] {
  const found: string[] = [];
  JSON.stringify(compileText(node), (key, value: unknown) => {
    if (key === 'expression') found.push(value as string);
    return value;
  });
  return found;
}
