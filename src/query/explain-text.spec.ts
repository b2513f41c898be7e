import { describe, expect, it } from '@jest/globals';
import { TEXT_FIELDS, type TextNode } from './ast.js';
import { explainText } from './explain-text.js';
import { PART_BOUNDARY } from './folded-text.js';

const FIELDS = { source: '', fields: TEXT_FIELDS };
const TEXT = { body: `b😀 a 13-8${PART_BOUNDARY}b a party`, name: 'a.pdf', attachment: '' };

describe('explainText', () => {
  it.each<[what: string, node: TextNode, where: string[]]>([
    ['literal', { kind: 'literal', key: 'a', ...FIELDS }, ['body 4+1', 'body 13+1', 'body 16+1', 'name 0+1']],
    ['word', { kind: 'word', key: 'a', ...FIELDS }, ['body 4+1', 'body 13+1', 'name 0+1']],
    ['digits with their separators', { kind: 'digits', digits: '138', ...FIELDS }, ['body 6+4']],
    [
      'pair from one end to the other',
      { kind: 'near', left: 'a', right: 'b', distance: 2, ordered: false, ...FIELDS },
      ['body 0+5', 'body 11+3'],
    ],
    ['nothing', { kind: 'literal', key: 'zz', ...FIELDS }, []],
  ])('says where: %s', (_what, node, where) => {
    const explanation = explainText(node, TEXT);
    expect(explanation.where.map(({ field, start, length }) => `${field} ${start}+${length}`)).toEqual(where);
    expect(explanation.matched).toBe(where.length > 0);
  });

  it('explains every node, also behind the one that decided', () => {
    const hit: TextNode = { kind: 'literal', key: 'party', ...FIELDS };
    const miss: TextNode = { kind: 'literal', key: 'zz', ...FIELDS };
    const explanation = explainText({ kind: 'and', nodes: [miss, { kind: 'or', nodes: [hit, miss] }, { kind: 'not', node: hit }] }, TEXT);
    expect(explanation).toMatchObject({
      matched: false,
      children: [
        { matched: false, where: [] },
        { matched: true, children: [{ matched: true, where: [{ field: 'body', start: 15, length: 5 }] }, { matched: false }] },
        { matched: false, where: [], children: [{ matched: true }] },
      ],
    });
  });

  it('names 20 places at most', () => {
    const explanation = explainText({ kind: 'literal', key: 'a', ...FIELDS }, { body: 'a'.repeat(19), name: 'aaa', attachment: 'a' });
    expect(explanation.where).toHaveLength(20);
    expect(explanation.where.at(-1)).toEqual({ field: 'name', start: 0, length: 1 });
  });
});
