import { describe, expect, it } from '@jest/globals';
import { chained, chainOf, checkpointOf, exportOf } from '../../test/support/audit-chain.js';
import type { AuditBlock, AuditEntry } from './audit-block.js';
import type { AuditReport } from './audit-check.js';
import type { AuditFault } from './audit-fault.js';
import type { SignedCheckpoint } from './checkpoint.js';
import { readPublicKeys, SigningKey } from './signing-key.js';
import { ExportCheck } from './verify-export.js';

const key = SigningKey.generate(null);
const blocks = chainOf([1, 3, 1, 2, 5, 1]);
const whole = exportOf(blocks);
const checkpoint = checkpointOf(blocks, key);

function verify(bytes: string | Buffer, checkpoints: readonly SignedCheckpoint[] = [checkpoint], keys = key.publicKeys): AuditReport {
  const check = new ExportCheck(checkpoints, keys);
  check.push(Buffer.from(bytes));
  return check.end();
}

const [first, second, third, fourth, fifth, last] = blocks as [AuditBlock, AuditBlock, AuditBlock, AuditBlock, AuditBlock, AuditBlock];
const faultsOf = (report: AuditReport): AuditFault[] => report.problems.map(({ fault }) => fault);
const changed = (block: AuditBlock, change: Partial<AuditEntry>): AuditBlock => {
  return { ...block, events: [{ ...block.events[0]!, ...change } as AuditEntry, ...block.events.slice(1)] };
};
const replaced = (index: number, change: (block: AuditBlock) => AuditBlock): AuditBlock[] =>
  blocks.map((block, at) => (at === index ? change(block) : block));

describe('an export', () => {
  it('is right as it is, read in pieces of any size', () => {
    const check = new ExportCheck([checkpointOf(blocks.slice(0, 3), key), checkpoint], key.publicKeys);
    for (const byte of Buffer.from(whole)) check.push(Buffer.of(byte));
    expect(check.end()).toEqual({
      blocks: 6,
      events: 13,
      headHash: blocks[5]!.hash,
      root: checkpoint.root,
      checkpoints: 2,
      covered: 13,
      isSignatureChecked: true,
      problems: [],
    });
  });

  it('tells what came behind the last checkpoint', () => {
    expect(verify(exportOf(chained([...blocks, { ...last, events: last.events.concat(last.events) }])))).toMatchObject({
      events: 15,
      covered: 13,
      problems: [],
    });
  });

  it('keeps forms of Unicode apart, each as it is', () => {
    const [composed, decomposed] = ['é'.normalize('NFC'), 'é'.normalize('NFD')].map((viewer) =>
      chained(replaced(1, (block) => changed(block, { viewer }))),
    );
    for (const form of [composed!, decomposed!]) expect(verify(exportOf(form), [checkpointOf(form, key)]).problems).toEqual([]);
    expect(faultsOf(verify(exportOf(composed!), [checkpointOf(decomposed!, key)]))).toEqual(['root_different']);
  });

  it.each<[string, string | Buffer, AuditFault[]]>([
    ['a byte that is no longer UTF-8', Buffer.from(whole.replace('tester', 'test\u00ff'), 'latin1'), ['line_unreadable']],
    ['another byte between the tokens', whole.replace('{', '{ '), ['line_unreadable']],
    ['a mark at the beginning', `\ufeff${whole}`, ['line_unreadable']],
    ['a value twice', whole.replace('"events":', '"events":[],"events":'), ['line_unreadable']],
    ['an event changed', exportOf(replaced(1, (block) => changed(block, { viewer: 'other' }))), ['block_changed', 'root_different']],
    ['a time changed', exportOf(replaced(2, (block) => ({ ...block, writtenAt: last.writtenAt }))), ['block_changed', 'clock_backwards']],
    ['an unknown member', exportOf(replaced(5, (block) => ({ ...block, note: 1 }) as AuditBlock)), ['block_changed', 'root_different']],
    ['two blocks swapped', exportOf([first, third, second, fourth, fifth, last]), ['blocks_missing', 'block_misplaced', 'root_different']],
    ['the first block gone', exportOf(blocks.slice(1)), ['blocks_missing', 'link_broken', 'log_shorter']],
    ['a middle block gone', exportOf(blocks.filter((block) => block !== third)), ['blocks_missing', 'log_shorter']],
    ['the last block gone', exportOf(blocks.slice(0, -1)), ['log_shorter']],
    ['the end of the last line gone', whole.slice(0, -1), ['end_cut']],
    ['the end cut in a line', whole.slice(0, -20), ['end_cut', 'line_unreadable', 'log_shorter']],
    ['nothing left', '', ['blocks_missing', 'log_shorter']],
    ['a block inserted', exportOf([first, second, second, ...blocks.slice(2)]), ['block_misplaced', 'root_different']],
    ['a block inserted, all behind it made anew', exportOf(chained([first, second, second, ...blocks.slice(2)], 2)), ['root_different']],
    ['a block without events, all behind it made anew', exportOf(chained([...blocks, { ...last, events: [] }], 6)), ['block_empty']],
    [
      'an event changed, all behind it made anew',
      exportOf(
        chained(
          replaced(3, (block) => changed(block, { viewer: 'x' })),
          3,
        ),
      ),
      ['root_different'],
    ],
    [
      'a time changed, all behind it made anew',
      exportOf(
        chained(
          replaced(5, (block) => ({ ...block, writtenAt: '2027-01-01T00:00:00.000Z' })),
          5,
        ),
      ),
      ['root_different'],
    ],
    [
      'an unknown member, all behind it made anew',
      exportOf(
        chained(
          replaced(5, (block) => ({ ...block, note: 1 }) as AuditBlock),
          5,
        ),
      ),
      ['root_different'],
    ],
    [
      'an event more in the last block, made anew',
      exportOf(
        chained(
          replaced(5, (block) => ({ ...block, events: [...block.events, ...fourth.events] })),
          5,
        ),
      ),
      ['root_different'],
    ],
    ['all of it made anew', exportOf(chained(blocks.map((block) => changed(block, { viewer: 'x' })))), ['other_log']],
    ['an older state', exportOf(blocks.slice(0, 2)), ['log_shorter']],
    [
      'a clock set back',
      exportOf(
        chained(
          replaced(3, (block) => ({ ...block, writtenAt: first.writtenAt })),
          3,
        ),
      ),
      ['clock_backwards'],
    ],
  ])('shows %s', (_what, bytes, faults) => {
    expect(faultsOf(verify(bytes))).toEqual(expect.arrayContaining(faults));
  });

  it('tells where', () => {
    const { problems } = verify(exportOf(replaced(3, (block) => changed(block, { viewer: 'x' }))), [
      checkpointOf(blocks.slice(0, 2), key),
      checkpoint,
    ]);
    expect(problems).toEqual([
      { fault: 'block_changed', line: 4, sequence: 4, problem: 'its content is not what was hashed' },
      {
        fault: 'root_different',
        line: null,
        sequence: null,
        problem: `the checkpoint of ${checkpoint.time} counts 13 events; the first ones here are not those it was made of; the first 4 are`,
      },
    ]);
  });
});

describe('a checkpoint', () => {
  const forger = SigningKey.generate(null);
  const forged = chained(
    replaced(4, (block) => changed(block, { viewer: 'x' })),
    4,
  );
  const { signature: _signature, ...unsigned } = checkpoint;

  it.each<[string, SignedCheckpoint[], AuditFault[]]>([
    ['of a key that nobody knows', [checkpointOf(blocks, forger)], ['key_unknown']],
    ['changed after it was signed', [{ ...checkpoint, time: '2026-01-01T00:00:00.000Z' }], ['signature_wrong']],
    [
      'with the signature of another one',
      [{ ...unsigned, signature: checkpointOf(blocks.slice(0, 2), key).signature }],
      ['signature_wrong'],
    ],
    ['signed by one key in the name of another', [{ ...checkpointOf(forged, forger), keyId: key.id }], ['signature_wrong']],
    ['of a fork', [checkpoint, checkpointOf(forged, key)], ['fork', 'root_different']],
    [
      'of another audit',
      [
        checkpointOf(
          chainOf([2, 3, 4]).map((block) => ({ ...block, hash: 'a'.repeat(64) })),
          key,
        ),
      ],
      ['other_log'],
    ],
    ['of a later state', [checkpointOf(chained([...blocks, ...chainOf([1])]), key)], ['log_shorter']],
  ])('%s is refused', (_what, checkpoints, faults) => {
    const report = verify(whole, checkpoints);
    expect(faultsOf(report)).toEqual(faults);
  });

  it('of a key that was rotated since is right, and those of the new one as well', () => {
    const next = SigningKey.generate(SigningKey.generate(key));
    const checkpoints = [checkpointOf(blocks.slice(0, 2), key), checkpointOf(blocks, next)];
    expect(verify(whole, checkpoints, readPublicKeys(next.publicPem()))).toMatchObject({ covered: 13, problems: [] });
    expect(faultsOf(verify(whole, checkpoints, key.publicKeys))).toEqual(['key_unknown']);
  });
});
