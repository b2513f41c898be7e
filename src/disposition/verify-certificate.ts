import { canonicalHash, type AuditBlock, type AuditEntry } from '../audit/audit-block.js';
import { CERTIFICATE_KIND, CERTIFICATE_VERSION, type CertifiedRemoval, type HashedCertificate, type RunCertificate } from './run-certificate.js';
import { removalLines, REMOVAL_STORES } from './removal.js';

/** What the audit says of dispositions, gathered from its blocks. The audit itself is verified elsewhere. */
export class AuditedDispositions {
  private readonly proposed = new Map<string, AuditEntry & { kind: 'disposition_proposed' }>();
  private readonly approved = new Map<string, (AuditEntry & { kind: 'disposition_approved' })[]>();
  private readonly intended = new Set<string>();
  /** By batch, hashes of its certificate. */
  private readonly completed = new Map<string, Set<string>>();
  /** Batches that were completed behind their intention. */
  private readonly inOrder = new Set<string>();
  private readonly removed = new Map<string, Set<string>>();
  /** Backups behind whose restore earlier certificates were carried out again. */
  private readonly replayed = new Set<string>();

  /** The next block, in order. */
  add({ events }: Pick<AuditBlock, 'events'>): void {
    for (const event of events) this.take(event);
  }

  /** What the certificate says and the audit does not. */
  problemsOf(certificate: RunCertificate): readonly string[] {
    if (certificate.kind !== CERTIFICATE_KIND || certificate.version !== CERTIFICATE_VERSION) return ['it is not a certificate that this version can read'];
    return [
      ...this.decisionProblems(certificate),
      ...certificate.batches.flatMap((batch) => this.batchProblems(batch, certificate.disposition.proposalId)),
      ...repeated(certificate.batches).map((id) => `message ${id} is named twice`),
      ...certificate.removals.flatMap((removal) => this.removalProblems(removal)),
      ...completenessProblems(certificate),
    ];
  }

  private take(event: AuditEntry): void {
    if (event.kind === 'disposition_proposed') this.proposed.set(event.proposalId, event as AuditEntry & { kind: 'disposition_proposed' });
    if (event.kind === 'disposition_approved') {
      const approvals = this.approved.get(event.proposalId) ?? [];
      this.approved.set(event.proposalId, [...approvals, event as AuditEntry & { kind: 'disposition_approved' }]);
    }
    if (event.kind === 'disposition_intended') this.intended.add(event.batchId);
    if (event.kind === 'disposition_completed') {
      addTo(this.completed, event.batchId, event.hash);
      if (this.intended.has(event.batchId)) this.inOrder.add(event.batchId);
    }
    if (event.kind === 'certificates_replayed') this.replayed.add(event.backupId);
    if (event.kind === 'removal_completed' && event.hash !== null) addTo(this.removed, event.removalId, event.hash);
  }

  private decisionProblems({ disposition }: RunCertificate): string[] {
    const { proposalId, proposedBy, approvedBy, setHash, itemCount, replayOf } = disposition;
    // Two people had agreed to what is destroyed again: the certificates that were replayed say so.
    if (replayOf !== undefined) return this.replayed.has(replayOf) ? [] : ['the audit has no such restore'];
    const proposal = this.proposed.get(proposalId);
    const isProposed = proposal?.viewer === proposedBy && proposal.setHash === setHash && proposal.itemCount === itemCount;
    const isApproved = (this.approved.get(proposalId) ?? []).some((event) => event.viewer === approvedBy && event.setHash === setHash);
    return [
      ...(isProposed ? [] : ['the audit has no such proposal']),
      ...(isApproved ? [] : ['the audit has no such approval']),
      ...(approvedBy === proposedBy ? ['one person proposed and approved'] : []),
    ];
  }

  private batchProblems({ hash, certificate }: HashedCertificate, proposalId: string): string[] {
    const { batchId, destroyed } = certificate;
    const own = canonicalHash(certificate);
    // A batch that was given up before anything was destroyed has no intention.
    const isIntended = destroyed.length === 0 || this.inOrder.has(batchId);
    const isKnown = this.completed.get(batchId)?.has(own) === true;
    return [
      ...(own === hash ? [] : [`batch ${batchId} is not what its hash was made of`]),
      ...(isKnown ? [] : [`batch ${batchId} is not in the audit, or is another one there`]),
      ...(isIntended ? [] : [`the audit does not have first that batch ${batchId} was going to be destroyed`]),
      ...(certificate.proposalId === proposalId ? [] : [`batch ${batchId} belongs to another disposition`]),
    ];
  }

  private removalProblems({ hash, removal }: CertifiedRemoval): string[] {
    if (removal.finishedAt === null) return hash === null ? [] : [`removal ${removal.removalId} has a hash although it is not complete`];
    const own = canonicalHash(removal);
    const isKnown = own === hash && this.removed.get(removal.removalId)?.has(own) === true;
    const isClosed = removalLines(removal, removal.finishedAt).every((line) => line.isClosed);
    return [
      ...(isKnown ? [] : [`removal ${removal.removalId} is not in the audit, or is another one there`]),
      ...(isClosed ? [] : [`removal ${removal.removalId} is said to be complete and has open lines`]),
    ];
  }
}

function completenessProblems({ state, batches, removals, writtenAt }: RunCertificate): string[] {
  const removed = new Set(removals.flatMap(({ removal }) => (removal.finishedAt === null ? [] : removal.batchIds)));
  const missing = batches.filter(({ certificate }) => !removed.has(certificate.batchId));
  const shown = removals.every(
    ({ removal, lines }) => canonicalHash(lines) === canonicalHash(removalLines(removal, writtenAt)) && lines.length === REMOVAL_STORES.length,
  );
  return [
    ...(shown ? [] : ['the lines of a removal are not what its record says']),
    ...(state === 'COMPLETE' && missing.length > 0 ? [`it is called complete and ${missing.length} batches were not removed`] : []),
  ];
}

function repeated(batches: readonly HashedCertificate[]): string[] {
  const seen = new Set<string>();
  const ids = batches.flatMap(({ certificate }) => certificate.destroyed.map(({ id }) => id));
  return ids.filter((id) => seen.size === seen.add(id).size);
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}
