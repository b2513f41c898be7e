import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scaled } from '../../test/support/scale.js';
import { PART_BOUNDARY } from '../query/folded-text.js';
import { matchesText } from '../query/matches.js';
import { digitGrams, digitLiteralGrams, digitRuns } from './digit-runs.js';

describe('digit runs', () => {
  it.each([
    ['13800138000', []],
    ['138-0013 8000', ['13800138000']],
    ['(020) 8888.8888转12', ['02088888888']],
    ['6222·0200·1234_5678', ['6222020012345678']],
    ['1,000.00元和2/3', ['100000', '23']],
    ['1 - 2', ['12']],
    ['1 -- 2', []],
    ['12-x34-', []],
    [`1-2${PART_BOUNDARY}3-4`, ['12', '34']],
    ['', []],
  ])('of %j', (folded, runs) => {
    expect(digitRuns(folded)).toEqual(runs);
  });

  it('become grams that keep fields and numbers apart', () => {
    const grams = digitGrams({ body: '13-8 x 4-5', name: '6/7', attachment: '8.9' });
    expect(grams.split(' ')).toEqual(['\ue091\ue093', '\ue093\ue098', PART_BOUNDARY, '\ue094\ue095', PART_BOUNDARY, '\ue0b6\ue0b7', PART_BOUNDARY, '\ue0c8\ue0c9']);
    expect(digitLiteralGrams('678', 'name')).toEqual(['\ue0b6\ue0b7', '\ue0b7\ue0b8']);
    expect(digitGrams({ body: '没有', name: '', attachment: '' })).toBe('');
  });

  it('hold a number, or the field itself does, exactly where it matches', () => {
    const piece = fc.constantFrom('1', '2', '12', '1', '-', ' ', '. ', '---', '----', 'x', '，', PART_BOUNDARY);
    const number = fc.constantFrom('12', '112', '2121', '1211');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 16, size: 'max' }), number, (pieces, digits) => {
        const body = pieces.join('');
        const isFound = matchesText({ kind: 'digits', digits, source: digits, fields: ['body'] }, { body, name: '', attachment: '' });
        expect(body.includes(digits) || digitRuns(body).some((run) => run.includes(digits))).toBe(isFound);
      }),
      { numRuns: scaled(20_000) },
    );
  });

  it('take no more than linear time', () => {
    const start = performance.now();
    for (const piece of ['1', '1-', '1 - ', '----']) digitRuns(piece.repeat(200_000));
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
