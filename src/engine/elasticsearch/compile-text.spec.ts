import { describe, expect, it } from '@jest/globals';
import type { LiteralNode, TextField, TextNode } from '../../query/ast.js';
import type { QueryBody } from './cluster.js';
import { compileText } from './compile-text.js';
import { toBody } from './condition.js';

const ALL: readonly TextField[] = ['body', 'name', 'attachment'];

function literal(key: string, fields = ALL): LiteralNode {
  return { kind: 'literal', key, source: key, fields };
}

function any(...should: QueryBody[]): QueryBody {
  return { bool: { should, minimum_should_match: 1 } };
}

const bodies: readonly (readonly [name: string, node: TextNode, body: QueryBody])[] = [
  [
    'one code point is a gram',
    literal('店'),
    any({ term: { clean: '店' } }, { term: { raw: '店' } }, { term: { names: '店' } }, { term: { attachments: '店' } }),
  ],
  ['two are a gram', literal('酒店', ['name']), { term: { names: '酒店' } }],
  ['three are a phrase', literal('大酒店', ['name', 'name']), { match_phrase: { names: '大酒 酒店' } }],
  ['a body is clean or raw', literal('大酒店', ['body']), any({ match_phrase: { clean: '大酒 酒店' } }, { match_phrase: { raw: '大酒 酒店' } })],
  ['Latin text goes by three', literal('abcd', ['attachment']), { match_phrase: { attachments: 'abc bcd' } }],
  ['signs are letters of their own', literal(' "', ['name']), { term: { names: '\u{E020}\u{E022}' } }],
  ['an emoji is one code point', literal('👍👍', ['name']), { term: { names: '👍👍' } }],
  ['word', { kind: 'word', key: 'art', source: 'art', fields: ['body', 'name'] }, { terms: { words: ['\u{E0A0}art', '\u{E0A1}art'] } }],
  [
    'digits',
    { kind: 'digits', digits: '138', source: '138', fields: ['name'] },
    any({ term: { names: '138' } }, { match_phrase: { digits: '\u{E0B1}\u{E0B3} \u{E0B3}\u{E0B8}' } }),
  ],
  [
    'and with not',
    { kind: 'and', nodes: [literal('甲', ['name']), { kind: 'not', node: literal('乙', ['name']) }] },
    { bool: { filter: [{ term: { names: '甲' } }], must_not: [{ term: { names: '乙' } }] } },
  ],
  [
    'a list of short literals is a list of grams',
    { kind: 'or', nodes: [literal('甲', ['body']), literal('乙丙', ['body']), literal('丁戊己', ['name'])] },
    any({ terms: { clean: ['甲', '乙丙'] } }, { terms: { raw: ['甲', '乙丙'] } }, { match_phrase: { names: '丁戊 戊己' } }),
  ],
];

describe(compileText.name, () => {
  it.each(bodies)('%s', (_name, node, body) => {
    expect(toBody(compileText(node))).toEqual(body);
  });

  it('takes both texts of a pair in one field for candidates', () => {
    const node: TextNode = { kind: 'near', left: '甲', right: '乙丙', source: '', distance: 3, ordered: false, fields: ['name', 'attachment'] };
    const condition = compileText(node);
    expect(condition).toMatchObject({ kind: 'checked', node });
    expect(condition.kind === 'checked' && toBody(condition.candidates)).toEqual(
      any(
        { bool: { filter: [{ term: { names: '甲' } }, { term: { names: '乙丙' } }] } },
        { bool: { filter: [{ term: { attachments: '甲' } }, { term: { attachments: '乙丙' } }] } },
      ),
    );
  });

  it('has the pairs of both texts near each other, where there are some', () => {
    const condition = compileText({ kind: 'near', left: '甲乙', right: 'abc', source: '', distance: 3, ordered: true, fields: ['name'] });
    const intervals = ['甲乙', 'ab bc'].map((query) => ({ match: { query, max_gaps: 0, ordered: true } }));
    expect(condition.kind === 'checked' && toBody(condition.candidates)).toEqual({
      bool: {
        filter: [
          { term: { names: '甲乙' } }, { term: { names: 'abc' } },
          { intervals: { names: { all_of: { ordered: true, max_gaps: 4, intervals } } } },
        ],
      },
    });
  });
});
