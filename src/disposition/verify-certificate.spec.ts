import { describe, expect, it } from '@jest/globals';
import { canonicalHash, type AuditEntry } from '../audit/audit-block.js';
import type { Certificate } from './certificate.js';
import { certificatePage } from './certificate-page.js';
import type { Proposal } from './proposal.js';
import type { Removal } from './removal.js';
import { certificateHead, certificateJson, hashed, type RunCertificate } from './run-certificate.js';
import { AuditedDispositions } from './verify-certificate.js';

const NOW = Date.UTC(2026, 10, 22);

const certificates: readonly Certificate[] = ['one', 'two'].map((batchId) => ({
  batchId,
  proposalId: 'p',
  writtenAt: NOW,
  destroyed: [1, 2].map((number) => ({
    id: `${batchId}-${number}`,
    rule: { policyId: '<script>alert(1)</script>', policyVersion: 3, expiredAt: NOW - 1 },
    commitment: 'c'.repeat(64),
  })),
  kept: [{ id: `${batchId}-3`, reason: 'held' }],
  blobs: { removed: 1, shared: 0 },
}));
const proposal = {
  ...{ proposalId: 'p', state: 'complete', proposedBy: 'administrator', approvedBy: 'approver', ranBy: 'administrator', setHash: 's', itemCount: 6 },
  ...{ proposedAt: NOW - 3, approvedAt: NOW - 2, batchIds: ['one', 'two'] },
} as unknown as Proposal;
const removal: Removal = {
  ...{ removalId: 'r', startedAt: NOW, startedBy: 'administrator', finishedAt: NOW + 1, batchIds: ['one', 'two'], engine: 'sqlite' },
  ...{ content: { store: 'archive.sqlite', done: 'removed', left: 0, marks: {} }, contentRemovedAt: NOW, areAttachmentsGone: true, backups: [], movedArchive: null },
};

const at = new Date(NOW).toISOString();
const events = [
  { kind: 'disposition_proposed', viewer: 'administrator', proposalId: 'p', setHash: 's', itemCount: 6, at },
  { kind: 'disposition_approved', viewer: 'approver', proposalId: 'p', setHash: 's', itemCount: 6, at },
  ...certificates.flatMap((certificate) => [
    { kind: 'disposition_intended', viewer: 'administrator', batchId: certificate.batchId, hash: 'h', itemCount: 2, at },
    { kind: 'disposition_completed', viewer: 'administrator', batchId: certificate.batchId, hash: canonicalHash(certificate), itemCount: 2, at },
  ]),
  { kind: 'removal_completed', viewer: 'administrator', removalId: 'r', hash: canonicalHash(removal), at },
] as readonly AuditEntry[];

const whole: RunCertificate = { ...certificateHead(proposal, [removal], NOW + 2), batches: certificates.map(hashed) };

async function* each<Value>(values: readonly Value[]): AsyncGenerator<Value> {
  yield* values;
}

async function joined(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

function problems(certificate: RunCertificate, audited: readonly AuditEntry[] = events): readonly string[] {
  const audit = new AuditedDispositions();
  for (const event of audited) audit.add({ events: [event] });
  return audit.problemsOf(certificate);
}

function changed(change: (certificate: { -readonly [Key in keyof RunCertificate]: RunCertificate[Key] }) => void): RunCertificate {
  const copy = structuredClone(whole);
  change(copy);
  return copy;
}

const withBatch = (change: Partial<Certificate>, isHashed: boolean): RunCertificate =>
  changed((copy) => {
    const certificate = { ...certificates[1]!, ...change };
    copy.batches = [copy.batches[0]!, isHashed ? hashed(certificate) : { ...copy.batches[1]!, certificate }];
  });

describe('the certificate of a run', () => {
  it('reads the same when it is written piece by piece', async () => {
    expect(JSON.parse(await joined(certificateJson(certificateHead(proposal, [removal], NOW + 2), each(certificates))))).toEqual(whole);
    const none = JSON.parse(await joined(certificateJson(certificateHead(proposal, [], NOW), each([])))) as RunCertificate;
    expect([none.removals, none.batches]).toEqual([[], []]);
  });

  it('is what the audit says', () => {
    expect(whole.state).toBe('COMPLETE');
    expect(problems(whole)).toEqual([]);
  });

  it.each<[string, RunCertificate, string]>([
    ['a message left out', withBatch({ destroyed: certificates[1]!.destroyed.slice(1) }, false), 'is not what its hash was made of'],
    ['a message left out, hashed anew', withBatch({ destroyed: certificates[1]!.destroyed.slice(1) }, true), 'is not in the audit'],
    ['a message of another batch', withBatch({ destroyed: certificates[0]!.destroyed }, true), 'is named twice'],
    ['another disposition', withBatch({ proposalId: 'q' }, true), 'belongs to another disposition'],
    ['one person', changed((copy) => (copy.disposition = { ...copy.disposition, approvedBy: 'administrator' })), 'one person proposed and approved'],
    ['another approver', changed((copy) => (copy.disposition = { ...copy.disposition, approvedBy: 'administrator' })), 'no such approval'],
    ['another set', changed((copy) => (copy.disposition = { ...copy.disposition, setHash: 't' })), 'no such proposal'],
    ['a removal that was not', changed((copy) => (copy.removals = [])), 'called complete and 2 batches were not removed'],
    [
      'a removal finished earlier',
      changed((copy) => (copy.removals = copy.removals.map((one) => ({ ...one, removal: { ...removal, finishedAt: NOW } })))),
      'removal r is not in the audit',
    ],
    [
      'a line closed by hand',
      changed((copy) => {
        const open = { ...removal, areAttachmentsGone: false };
        copy.removals = [{ hash: canonicalHash(open), removal: open, lines: copy.removals[0]!.lines }];
      }),
      'the lines of a removal are not what its record says',
    ],
    ['another kind of file', changed((copy) => (copy.kind = 'x' as RunCertificate['kind'])), 'not a certificate'],
  ])('shows %s', (_what, certificate, problem) => {
    expect(problems(certificate)).toContainEqual(expect.stringContaining(problem));
  });

  it('of a replay names the restore instead of an approval', () => {
    const replay = changed((copy) => (copy.disposition = { ...copy.disposition, approvedBy: 'administrator', replayOf: 'b' }));
    expect(problems(replay)).toEqual(['the audit has no such restore']);
    const event = { kind: 'certificates_replayed', viewer: 'administrator', backupId: 'b', certificates: 1, destroyed: 4, kept: 0, at } as const;
    expect(problems(replay, [...events, event])).toEqual([]);
  });

  it('shows what the audit lacks, or has in another order', () => {
    const without = (kind: AuditEntry['kind']): readonly AuditEntry[] => events.filter((event) => event.kind !== kind);
    expect(problems(whole, without('disposition_approved'))).toEqual(['the audit has no such approval']);
    expect(problems(whole, without('disposition_intended'))).toHaveLength(2);
    expect(problems(whole, [...events].reverse())).toHaveLength(2);
    expect(problems(whole, without('removal_completed'))).toEqual(['removal r is not in the audit, or is another one there']);
  });
});

describe('the page of a certificate', () => {
  it('says the same, escaped, without scripts and without anything from elsewhere', async () => {
    const page = await joined(certificatePage(certificateHead(proposal, [removal], NOW + 2), each(certificates)));
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; version 3');
    expect(page.match(/<script|javascript:|https?:\/\/|src=|<link/gi)).toBeNull();
    for (const { batchId, destroyed } of certificates) {
      expect(page).toContain(canonicalHash(certificates.find((one) => one.batchId === batchId)));
      for (const { id } of destroyed) expect(page).toContain(`<code>${id}</code>`);
    }
    expect(page).toContain('4 messages destroyed in 2 batches');
    const open = certificateHead({ ...proposal, state: 'erased' }, [{ ...removal, finishedAt: null, areAttachmentsGone: false }], NOW);
    expect(await joined(certificatePage(open, each([])))).toContain('open: holdfast disposition remove');
  });
});
