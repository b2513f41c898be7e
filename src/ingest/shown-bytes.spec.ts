import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scaled } from '../../test/support/scale.js';
import { shownBytes } from './shown-bytes.js';

describe('shownBytes', () => {
  it.each<[string, Uint8Array, boolean, string]>([
    ['text', Buffer.from('{"text":"邻居 𠮷"}'), false, '{"text":"邻居 𠮷"}'],
    ['controls', Buffer.from('a\0b\tc\rd\u001b[31m\u007f'), false, 'a␀b␉c␍d␛[31m␡'],
    ['what turns or hides text', Buffer.from('\uFEFFa\u202Eb\u200Bc\u0085d\u2028'), false, '<U+FEFF>a<U+202E>b<U+200B>c<U+0085>d<U+2028>'],
    ['bytes that are no UTF-8', Buffer.from([0x61, 0xc4, 0xe3, 0x62]), false, 'a\uFFFD\uFFFDb'],
    ['a broken last character', Buffer.from('二二').subarray(0, 5), false, '二\uFFFD'],
    ['a last character that the cut broke', Buffer.from('二二').subarray(0, 5), true, '二'],
  ])('%s', (_name, bytes, isCut, expected) => {
    expect(shownBytes(bytes, isCut)).toBe(expected);
  });

  it('never lets a character through that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, isCut) => {
        expect(shownBytes(bytes, isCut)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: scaled(5_000) },
    );
  });
});
