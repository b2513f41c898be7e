import { canonicalHash } from '../audit/audit-block.js';
import type { Certificate } from './certificate.js';
import type { Proposal } from './proposal.js';
import { removalLines, type Removal, type RemovalLine } from './removal.js';

/** What the file is, for whoever reads it without us. */
export const CERTIFICATE_KIND = 'holdfast-destruction-certificate';
export const CERTIFICATE_VERSION = 1;

/** A certificate with the hash by which the audit names it. */
export interface HashedCertificate {
  readonly hash: string;
  readonly certificate: Certificate;
}

/** Where the destroyed content was removed, by one removal. */
export interface CertifiedRemoval {
  /** As the audit names it; null while it is not complete. */
  readonly hash: string | null;
  readonly removal: Removal;
  readonly lines: readonly RemovalLine[];
}

/** Who decided about which set. Times are UTC milliseconds. */
export type CertifiedDecision = Pick<
  Proposal, 'proposalId' | 'proposedBy' | 'proposedAt' | 'approvedBy' | 'approvedAt' | 'ranBy' | 'setHash' | 'itemCount' | 'replayOf'
>;

/** What stands in front of the certificates of the batches. */
export interface CertificateHead {
  readonly kind: typeof CERTIFICATE_KIND;
  readonly version: typeof CERTIFICATE_VERSION;
  /** UTC milliseconds. */
  readonly writtenAt: number;
  /** `COMPLETE`: the content is gone from every store. */
  readonly state: 'PARTIAL' | 'COMPLETE';
  readonly disposition: CertifiedDecision;
  readonly removals: readonly CertifiedRemoval[];
}

/** The certificate of a run, whole. */
export interface RunCertificate extends CertificateHead {
  readonly batches: readonly HashedCertificate[];
}

/** The head of the certificate as things are now. `now`: UTC milliseconds. */
export function certificateHead(proposal: Proposal, removals: readonly Removal[], now: number): CertificateHead {
  const { proposalId, proposedBy, proposedAt, approvedBy, approvedAt, ranBy, setHash, itemCount, replayOf } = proposal;
  return {
    kind: CERTIFICATE_KIND,
    version: CERTIFICATE_VERSION,
    writtenAt: now,
    state: proposal.state === 'complete' ? 'COMPLETE' : 'PARTIAL',
    disposition: { proposalId, proposedBy, proposedAt, approvedBy, approvedAt, ranBy, setHash, itemCount, replayOf },
    removals: removals.map((removal) => ({
      hash: removal.finishedAt === null ? null : canonicalHash(removal),
      removal,
      lines: removalLines(removal, now),
    })),
  };
}

export function hashed(certificate: Certificate): HashedCertificate {
  return { hash: canonicalHash(certificate), certificate };
}

/** The file as JSON, piece by piece: a large run has a gigabyte of it. */
export async function* certificateJson(head: CertificateHead, certificates: AsyncIterable<Certificate>): AsyncGenerator<string> {
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "batches": [`;
  let separator = '\n';
  for await (const certificate of certificates) {
    yield `${separator}    ${JSON.stringify(hashed(certificate))}`;
    separator = ',\n';
  }
  yield '\n  ]\n}\n';
}
