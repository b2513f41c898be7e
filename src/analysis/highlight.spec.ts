import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { adversarialText, textWithPart } from '../../test/support/adversarial-text.js';
import { makeAttachment, makeMessage, makePart } from '../../test/support/make-message.js';
import { and, digits, literal, near, not, or, precedes, word } from '../../test/support/query-nodes.js';
import { scaled } from '../../test/support/scale.js';
import type { TextNode } from '../query/ast.js';
import { matchesText } from '../query/matches.js';
import { fold } from './fold.js';
import { highlightMessage, type Highlight } from './highlight.js';
import { foldMessage } from './index-text.js';

/** Marks the spans with brackets. */
function show({ snippet, spans }: Highlight): string {
  let shown = snippet;
  for (const { start, end } of [...spans].reverse()) shown = `${shown.slice(0, start)}[${shown.slice(start, end)}]${shown.slice(end)}`;
  return shown;
}

function showText(text: string, node: TextNode): string[] {
  return highlightMessage(makeMessage('1', { text }), node).map(show);
}

describe('highlightMessage', () => {
  it.each<[string, TextNode, string[]]>([
    ['我在臺灣買了 iPhone', literal('台湾'), ['我在[臺灣]買了 iPhone']],
    ['ＡＢＣ\u3000\u200bｄ', literal('bc d'), ['Ａ[ＢＣ\u3000\u200bｄ]']],
    ['ab ab', literal('ab'), ['[ab] [ab]']],
    ['aaa', literal('aa'), ['[aaa]']],
    ['e\u0301t\u0323e\u0301', literal('ete'), ['[e\u0301t\u0323e\u0301]']],
    ['👨‍👩‍👧 家', literal('👩'), ['[👨‍👩‍👧] 家']],
    ['🇨🇳🇯🇵', literal('🇯🇵'), ['🇨🇳[🇯🇵]']],
    ['（株）㈱', literal('株'), ['（[株]）[㈱]']],
    ['\ud800中', literal('中'), ['\ufffd[中]']],
    ['art party art', word('art'), ['[art] party [art]']],
    ['電話138-0013 8000。', digits('0138'), ['電話138-0[013 8]000。']],
    ['甲方付款给乙方，甲方', near('甲方', '乙方', 3), ['[甲方]付款给[乙方]，[甲方]']],
    ['甲方付款给乙方，甲方', precedes('甲方', '乙方', 3), ['[甲方]付款给[乙方]，甲方']],
    ['甲方付款给乙方，丙方', near('甲方', '乙方', 2), []],
    ['甲乙', and(literal('甲'), not(literal('乙'))), ['[甲]乙']],
    ['甲乙', not(not(literal('乙'))), ['甲[乙]']],
    ['甲乙', not(literal('丙')), []],
    ['甲乙', literal('甲', ['name']), []],
  ])('shows in %j', (text, node, expected) => {
    expect(showText(text, node)).toEqual(expected);
  });

  it('names field and attachment, part by part', () => {
    const message = makeMessage('1', {
      text: '合同A',
      quoted: { text: '合同B', author: null, nativeId: null },
      parts: [makePart('', [makePart('合同C')])],
      versions: [{ text: '合同D', at: null, by: null }],
      attachments: [makeAttachment('x.txt'), makeAttachment('合同.pdf')],
    });
    const shown = highlightMessage(message, literal('合同'), { snippetsPerField: 9 });
    expect(shown.map((highlight) => [highlight.field, highlight.attachmentId, show(highlight)])).toEqual([
      ...['A', 'B', 'C', 'D'].map((end) => ['body', null, `[合同]${end}`]),
      ['name', 'attachment-合同.pdf', '[合同].pdf'],
    ]);
    expect(highlightMessage(message, literal('合同')).map(({ field }) => field)).toEqual(['body', 'body', 'body', 'name']);
  });

  it('cuts long texts on grapheme boundaries, around the first place of each term', () => {
    const text = `${'👨‍👩‍👧'.repeat(40)}甲${'一'.repeat(500)}乙丙${'🇨🇳'.repeat(80)}甲`;
    const shown = highlightMessage(makeMessage('1', { text }), and(literal('甲'), literal('乙'), literal('丙')));
    expect(shown).toHaveLength(2);
    expect(show(shown[0]!)).toMatch(/^…(👨‍👩‍👧){4}\[甲\]一{80}…$/u);
    expect(show(shown[1]!)).toMatch(/^…一{39}\[乙\]\[丙\](🇨🇳){19}…$/u);
    for (const { snippet } of shown) expect(snippet.length).toBeLessThanOrEqual(122);
  });

  it('shows a place longer than a snippet whole', () => {
    const [shown] = showText(`${'x'.repeat(500)}${'长'.repeat(300)}${'y'.repeat(500)}`, literal('长'.repeat(300)));
    expect(shown).toBe(`…[${'长'.repeat(300)}]…`);
  });

  it('shows every hit, with spans that fold to what was asked for and cut no grapheme', () => {
    const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
    fc.assert(
      fc.property(textWithPart(), adversarialText(6), ({ text, part }, before) => {
        fc.pre(/[^ ]/.test(fold(part)));
        const message = makeMessage('1', { text: `${before} ${text}` });
        const [first] = highlightMessage(message, literal(part), { snippetLength: 40 });
        const marked = first!.spans.map(({ start, end }) => first!.snippet.slice(start, end));
        expect(marked.some((span) => fold(span).includes(fold(part)))).toBe(true);
        const boundaries = new Set([...segmenter.segment(first!.snippet)].map(({ index }) => index).concat(first!.snippet.length));
        expect(first!.spans.filter(({ start, end }) => start >= end || !boundaries.has(start) || !boundaries.has(end))).toEqual([]);
      }),
      { numRuns: scaled(20_000) },
    );
  });

  it('shows something exactly where a positive query matches', () => {
    const leaf = fc.constantFrom<TextNode>(
      literal('台'),
      literal(' '),
      literal('が'),
      literal('か'),
      literal('👍'),
      near('a', '1', 4),
      precedes('一', '我', 8),
      word('near'),
      digits('138'),
    );
    fc.assert(
      fc.property(adversarialText(), adversarialText(), leaf, (text, quoted, node) => {
        const message = makeMessage('1', { text, quoted: { text: quoted, author: null, nativeId: null } });
        expect(highlightMessage(message, node).length > 0).toBe(matchesText(node, foldMessage(message)));
      }),
      { numRuns: scaled(20_000) },
    );
  });

  it('finds the places of a text of a million characters in little time', () => {
    const filler = ['一二三，四 五👍 ', 'aaaaaaaa', '   ', '각\u1100\u1161'];
    const start = performance.now();
    for (const piece of filler) {
      const text = `${piece.repeat(Math.ceil(1_000_000 / piece.length))}臺灣${piece.repeat(3)}`;
      const [shown] = showText(text, or(literal('台湾'), literal('aa'), literal(' ')));
      expect(shown).toContain('[');
      expect(showText(text, literal('台湾'))[0]).toContain('[臺灣]');
    }
    expect(performance.now() - start).toBeLessThan(8_000);
  });
});
