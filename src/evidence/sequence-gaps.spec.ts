import { describe, expect, it } from '@jest/globals';
import type { ImportedFile, ImportRun } from '../ingest/import-run.js';
import { joinRanges, type SequenceRanges } from '../ingest/sequence-ranges.js';
import { EMPTY_TALLY } from '../ingest/tally.js';
import { SequenceCollection, type SourceSequence } from './sequence-gaps.js';

/** A run whose files hold the ranges. */
function run(source: string, files: Readonly<Record<string, SequenceRanges>>): ImportRun {
  const tallies = Object.entries(files).map(([name, sequences]) => ({ name, tally: { ...EMPTY_TALLY, sequences } }) as ImportedFile);
  const sequences = Object.values(files).reduce((joined, ranges) => joinRanges(joined, ranges), []);
  return { source, files: tallies, tally: { ...EMPTY_TALLY, sequences } } as unknown as ImportRun;
}

function gaps(...runs: readonly ImportRun[]): readonly SourceSequence[] {
  const collection = new SequenceCollection();
  for (const one of runs) collection.add(one);
  return collection.build(() => true);
}

describe('SequenceCollection', () => {
  it('joins all imports of a source, and tells what is missing between which files', () => {
    const found = gaps(
      run('corp', { 'c.jsonl': [['9007199254740993', '9007199254740995']] }),
      run('corp', {
        'a.jsonl': [['1', '10']],
        'b.jsonl': [
          ['9', '20'],
          ['25', '30'],
        ],
      }),
      run('other', { 'o.jsonl': [['5', '5']] }),
      run('phone', { 'p.jsonl': [] }),
    );
    expect(found).toEqual([
      {
        source: 'corp',
        first: '1',
        last: '9007199254740995',
        missingCount: String(4n + (9007199254740992n - 31n + 1n)),
        gapCount: 2,
        gaps: [
          { first: '21', last: '24', count: '4', fileBefore: 'b.jsonl', fileBehind: 'b.jsonl' },
          { first: '31', last: '9007199254740992', count: '9007199254740962', fileBefore: 'b.jsonl', fileBehind: 'c.jsonl' },
        ],
        recordsRejected: 0,
      },
      { source: 'other', first: '5', last: '5', missingCount: '0', gapCount: 0, gaps: [], recordsRejected: 0 },
    ]);
  });

  it('closes a gap with a later import of the same source, not of another', () => {
    const holey = run('corp', {
      'a.jsonl': [
        ['1', '3'],
        ['7', '9'],
      ],
    });
    expect(gaps(holey, run('phone', { 'p.jsonl': [['4', '6']] }))[0]).toMatchObject({ missingCount: '3' });
    expect(gaps(run('corp', { 'b.jsonl': [['4', '6']] }), holey)[0]).toMatchObject({ missingCount: '0', gapCount: 0 });
  });

  it('counts all gaps and shows the first hundred', () => {
    const ranges = Array.from({ length: 151 }, (_, index): [string, string] => [String(index * 10), String(index * 10 + 4)]);
    const [corp] = gaps(run('corp', { 'a.jsonl': ranges }));
    expect(corp).toMatchObject({ gapCount: 150, missingCount: '750' });
    expect(corp!.gaps).toHaveLength(100);
    expect(corp!.gaps.at(-1)).toMatchObject({ first: '995', last: '999' });
  });
});
