import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HoldfastError } from '../errors/errors.js';
import type { TextNode } from '../query/ast.js';
import { TEXT_FIELDS } from '../query/ast.js';
import { checkQuery } from '../query/check-query.js';
import { fold } from './fold.js';
import { parseSearchText } from './parse-search-text.js';

/** A node written short: literals in quotes, fields behind @ where they are not all three. */
function short(node: TextNode | null): string {
  if (node === null) return 'everything';
  switch (node.kind) {
    case 'and':
    case 'or':
      return `${node.kind}(${node.nodes.map(short).join(' ')})`;
    case 'not':
      return `not(${short(node.node)})`;
    default:
      return leaf(node) + (node.fields.length === TEXT_FIELDS.length ? '' : `@${node.fields.join('+')}`);
  }
}

function leaf(node: Exclude<TextNode, { kind: 'and' | 'or' | 'not' }>): string {
  switch (node.kind) {
    case 'literal':
      return `'${node.key}'`;
    case 'word':
      return `=${node.key}`;
    case 'digits':
      return `#${node.digits}`;
    case 'near':
      return `'${node.left}'${node.ordered ? '>' : '~'}${node.distance}'${node.right}'`;
  }
}

describe('parseSearchText', () => {
  it.each<[text: string, expected: string]>([
    ['', 'everything'],
    [' \u3000\n\t', 'everything'],
    ['合同', `'合同'`],
    ['合同 iPhone', `and('合同' 'iphone')`],
    ['合同\u3000发票\u00a0x', `and('合同' '发票' 'x')`],
    ['a AND b', `and('a' 'b')`],
    ['a or b and c near/5 d not e', `and('a' 'or' 'b' 'and' 'c' 'near/5' 'd' 'not' 'e')`],
    ['"a  b"', `'a b'`],
    ['" a "', `' a '`],
    ['"say \\"hi\\" \\\\ C:\\x"', `'say "hi" \\ c:\\x'`],
    ['“合同” ＂发票＂ ”收据“', `and('合同' '发票' '收据')`],
    ['"他说“好”"', `'他说“好”'`],
    ['“5" 屏”', `'5" 屏'`],
    ['“a\\”b”', `'a”b'`],
    ['「合同」', `'「合同」'`],
    ['a"b"c', `and('a' 'b' 'c')`],
    ['a -b', `and('a' not('b'))`],
    ['a －"b c" −(d OR e)', `and('a' not('b c') not(or('d' 'e')))`],
    ['-a', `not('a')`],
    ['-(-a)', `not(not('a'))`],
    ['2026-01-31 a-b C:\\x', `and('2026-01-31' 'a-b' 'c:\\x')`],
    ['a OR b c', `or('a' and('b' 'c'))`],
    ['a b ＯＲ c OR (d OR e)', `or(and('a' 'b') 'c' 'd' 'e')`],
    ['a （b OR c） d', `and('a' or('b' 'c') 'd')`],
    ['(a (b c)) d', `and('a' 'b' 'c' 'd')`],
    ['f(x)', `and('f' 'x')`],
    ['=Art ＝ＰＤ1728 ="ok"', `and(=art =pd1728 =ok)`],
    ['=OR', '=or'],
    ['a=b a#1', `and('a=b' 'a#1')`],
    ['#13800138000 #138-0013-8000 #"138 0013 8000" ＃１３８．００', 'and(#13800138000 #13800138000 #13800138000 #13800)'],
    ['a NEAR/10 b', `'a'~10'b'`],
    ['"a b" PRE/0 “c”', `'a b'>0'c'`],
    ['a ＮＥＡＲ／1000 b c', `and('a'~1000'b' 'c')`],
    ['-a NEAR/1 b', `not('a'~1'b')`],
    ['(a NEAR/1 b) OR (b PRE/2 c)', `or('a'~1'b' 'b'>2'c')`],
    ['PRE/POST NEAR PRE near/x', `and('pre/post' 'near' 'pre' 'near/x')`],
    ['body:a name：b attachment:"c d" e', `and('a'@body 'b'@name 'c d'@attachment 'e')`],
    ['name:(a body:b (c OR -d)) e', `and('a'@name 'b'@body or('c'@name not('d'@name)) 'e')`],
    ['-body:a body:-a body:name:a', `and(not('a'@body) not('a'@body) 'a'@name)`],
    ['body:a NEAR/3 b', `'a'~3'b'@body`],
    ['name:=pdf name:#2026', 'and(=pdf@name #2026@name)'],
    ['https://x.com Body:a 时间:3', `and('https://x.com' 'body:a' '时间:3')`],
    ["a* ^b {c} d; 'e'", `and('a*' '^b' '{c}' 'd;' ''e'')`],
    ['\u0000 {a:} ; DROP', `and('\u0000' '{a:}' ';' 'drop')`],
  ])('%j means %s', (text, expected) => {
    expect(short(parseSearchText(text))).toBe(expected);
  });

  it.each<[text: string, position: number, expected: RegExp]>([
    ['ab "cd', 3, /closing quote/],
    ['“ab"', 0, /closing quote/],
    ['"ab\\"', 0, /closing quote/],
    ['a (b (c)', 2, /closing bracket/],
    ['a) b', 1, /opening/],
    ['a ()', 3, /a term/],
    ['(a OR )', 6, /behind OR/],
    ['OR a', 0, /before OR/],
    ['a OR', 4, /behind OR/],
    ['a OR AND b', 5, /behind OR/],
    ['a AND', 5, /behind AND/],
    ['a - b', 3, /behind a minus/],
    ['a -', 3, /behind a minus/],
    ['--a', 1, /one minus/],
    ['-OR', 1, /a term/],
    ['(-)', 2, /a term/],
    ['a body: b', 7, /behind "body:"/],
    ['body:', 5, /behind "body:"/],
    ['= a', 1, /behind "="/],
    ['=(a)', 1, /a term/],
    ['=合同', 0, /Latin letters and digits/],
    ['="a b"', 0, /Latin letters and digits/],
    ['x #', 3, /behind "#"/],
    ['#1', 0, /two digits/],
    ['#138x', 0, /two digits/],
    ['#双十一#', 0, /two digits/],
    ['a NOT b', 2, /minus for "not"/],
    ['a NEAR/ b', 2, /0 to 1000/],
    ['a NEAR/1001 b', 2, /0 to 1000/],
    ['NEAR/5 b', 0, /each side/],
    ['a NEAR/5', 8, /each side/],
    ['a NEAR/5 (b)', 9, /each side/],
    ['(a) NEAR/5 b', 4, /each side/],
    ['=a NEAR/5 b', 0, /each side/],
    ['a NEAR/5 -b', 9, /each side/],
    ['a NEAR/5 b NEAR/5 c', 11, /second NEAR/],
  ])('%j is an error at %d', (text, position, expected) => {
    const error = errorOf(text);
    expect(error).toMatchObject({ code: 'QUERY_SYNTAX', facts: { position } });
    expect(error.message).toContain(`At position ${position}: expected `);
    expect(error.facts['expected']).toMatch(expected);
  });

  it.each<[text: string, position: number]>([
    ['a ""', 2],
    ['""', 0],
    ['a \u200b', 2],
    ['a -"\ufe0f"', 3],
    ['=\u200b', 0],
    ['a NEAR/5 ""', 9],
  ])('%j has a term that folds to nothing at %d', (text, position) => {
    expect(errorOf(text)).toMatchObject({ code: 'QUERY_EMPTY_TERM', facts: { position } });
  });

  it('keeps what was typed, for display', () => {
    expect(parseSearchText('name:“合 同”')).toEqual({ kind: 'literal', key: '合 同', source: '合 同', fields: ['name'] });
    expect(parseSearchText('x -"A b"  NEAR/3 C')).toMatchObject({ nodes: [{ source: 'x' }, { node: { source: '"A b"  NEAR/3 C' } }] });
    expect(parseSearchText('#138-00')).toMatchObject({ source: '138-00', digits: '13800' });
  });

  it('searches the given fields unless a prefix says otherwise', () => {
    expect(short(parseSearchText('a (name:b c)', ['body']))).toBe(`and('a'@body 'b'@name 'c'@body)`);
  });

  it('folds terms as the index does', () => {
    expect(short(parseSearchText('發票'))).toBe(short(parseSearchText('发票')));
    expect(short(parseSearchText('ＩＰＨＯＮＥ'))).toBe(`'iphone'`);
  });

  it('reads 64 brackets inside each other and refuses 65', () => {
    expect(short(parseSearchText('('.repeat(64) + 'a' + ')'.repeat(64)))).toBe(`'a'`);
    expect(errorOf('('.repeat(65) + 'a' + ')'.repeat(65))).toMatchObject({ code: 'QUERY_TOO_DEEP', facts: { position: 64 } });
  });

  it.each<[name: string, text: string, code: string]>([
    ['too long', 'a'.repeat(100_001), 'QUERY_TOO_LARGE'],
    ['a megabyte of brackets', '('.repeat(1 << 20), 'QUERY_TOO_LARGE'],
    ['brackets up to the limit', '('.repeat(100_000), 'QUERY_TOO_DEEP'],
    ['too many terms', 'a '.repeat(10_001), 'QUERY_TOO_LARGE'],
    ['minuses', '-'.repeat(100_000), 'QUERY_SYNTAX'],
    ['prefixes', 'body:'.repeat(20_000), 'QUERY_SYNTAX'],
    ['backslashes', '"' + '\\'.repeat(99_998), 'QUERY_SYNTAX'],
    ['opening quotes', '"'.repeat(99_999), 'QUERY_EMPTY_TERM'],
    ['pairs', 'a NEAR/1 '.repeat(10_000), 'QUERY_SYNTAX'],
  ])('refuses at once: %s', (_name, text, code) => {
    const begun = performance.now();
    expect(errorOf(text).code).toBe(code);
    expect(performance.now() - begun).toBeLessThan(500);
  });

  it('reads any text, or says where it cannot', () => {
    const pieces = ['a', '合', ' ', '\u3000', '(', ')', '（', '"', '“', '”', '\\', '-', '－', '=', '#', '1', '23', 'OR', ' OR ', ' AND ', ' NEAR/3 ']
      .concat([' PRE/0 ', 'body:', 'name：', '\u0000', '\u200b', '\ud83d', '\ude00', '*', '^', "'", '{body}:', 'NOT']); // prettier-ignore
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((parts) => parts.join(''));
    let readable = 0;
    fc.assert(
      fc.property(text, (search) => {
        try {
          const node = parseSearchText(search);
          readable++;
          checkQuery({ filter: { kind: 'all' }, text: node });
        } catch (error) {
          if (!(error instanceof HoldfastError)) throw error;
          expect(['QUERY_SYNTAX', 'QUERY_EMPTY_TERM']).toContain(error.code);
          expect(error.facts['position']).toBeGreaterThanOrEqual(0);
          expect(error.facts['position']).toBeLessThanOrEqual(search.length);
        }
      }),
      { numRuns: 3_000 },
    );
    expect(readable).toBeGreaterThan(100);
  });

  it('finds any text that was put into quotes, its quotes and backslashes escaped', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '合', ' ', '"', '“', '”', '\\', '(', '-', 'OR') }),
        fc.constantFrom('""', '“”', '＂＂'),
        (source, quotes) => {
          fc.pre(fold(source).trim() !== '');
          const text = quotes.charAt(0) + source.replace(/["“”＂\\]/g, '\\$&') + quotes.charAt(1);
          expect(parseSearchText(text)).toEqual({ kind: 'literal', key: fold(source), source, fields: TEXT_FIELDS });
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('takes 10,000 terms and 100,000 characters', () => {
    expect(parseSearchText('甲乙丙丁戊己庚辛壬 '.repeat(10_000))).toMatchObject({ kind: 'and', nodes: { length: 10_000 } });
    expect(parseSearchText('-(a OR b) '.repeat(3_000))).toMatchObject({ nodes: { length: 3_000 } });
  });
});

function errorOf(text: string): HoldfastError {
  try {
    parseSearchText(text);
  } catch (error) {
    if (error instanceof HoldfastError) return error;
    throw error;
  }
  throw new Error(`no error for ${text.slice(0, 40)}`);
}
