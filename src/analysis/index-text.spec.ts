import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { adversarialText } from '../../test/support/adversarial-text.js';
import { makeAttachment, makeMessage, makePart } from '../../test/support/make-message.js';
import { scaled } from '../../test/support/scale.js';
import { PART_BOUNDARY } from '../query/folded-text.js';
import { foldMessage, indexGrams } from './index-text.js';

const MESSAGE = makeMessage('1', {
  text: '臺灣',
  quoted: { text: 'ABC', author: 'Somebody', nativeId: null },
  parts: [makePart('一', [makePart('二'), makePart('\u200b')]), makePart('三')],
  versions: [{ text: '舊文', at: null, by: null }],
  attachments: [makeAttachment('合同.PDF'), makeAttachment('')],
});

describe('foldMessage', () => {
  it('joins every text of the message by field, without empty ones', () => {
    expect(foldMessage(MESSAGE)).toEqual({
      body: ['台湾', 'abc', '一', '二', '三', '旧文'].join(PART_BOUNDARY),
      name: '合同.pdf',
      attachment: '',
    });
    expect(foldMessage(makeMessage('2'))).toEqual({ body: '', name: '', attachment: '' });
  });
});

describe('indexGrams', () => {
  it('makes the tokens of every column', () => {
    expect(indexGrams({ body: '台a', name: '1-2', attachment: '' })).toEqual({
      clean: '台a 台 a',
      raw: '',
      masked: '',
      names: '1\ue02d \ue02d2 1 \ue02d 2 \ue083 1\ue02d2',
      attachments: '',
      digits: '\ue0b1\ue0b2',
      words: '\ue0a0a \ue0a11 \ue0a12',
    });
  });

  it('makes no digits or words that look like grams: a search in every field names no column', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom('1-2 3', '4.9', 'ab', '\ue091'), adversarialText(4))), (pieces) => {
        const folded = foldMessage(makeMessage('1', { text: pieces.join('') }));
        const { clean, digits, words } = indexGrams(folded);
        const grams = new Set(clean.split(' '));
        expect([...digits.split(' '), ...words.split(' ')].filter((token) => token !== '' && token !== PART_BOUNDARY && grams.has(token))).toEqual([]);
      }),
      { numRuns: scaled(5_000) },
    );
  });
});
