import type { Certificate } from './certificate.js';
import type { CertificateHead } from './run-certificate.js';
import { hashed } from './run-certificate.js';

/** Messages that are listed one by one; the JSON has all. */
const LISTED = 10_000;
const STYLE =
  'body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}' +
  'table{border-collapse:collapse;margin:1rem 0;width:100%}th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #ddd;' +
  'vertical-align:top;overflow-wrap:anywhere}code{font-size:.85em}.open{color:#a40000}';

/** The certificate as one HTML page without scripts and without anything from elsewhere, piece by piece. */
export async function* certificatePage(head: CertificateHead, certificates: AsyncIterable<Certificate>): AsyncGenerator<string> {
  yield* pageHead(head);
  const totals = { batches: 0, destroyed: 0, kept: new Map<string, number>() };
  let listed = 0;
  yield '<h2>Destroyed messages</h2><table><tr><th>Message</th><th>Rule</th><th>Could go since</th><th>Commitment (HMAC-SHA-256)</th><th>Batch</th></tr>\n';
  const batches: string[] = [];
  for await (const certificate of certificates) {
    const { batchId, writtenAt, destroyed, kept, blobs } = certificate;
    const counts = [destroyed.length, kept.length, blobs.removed, blobs.shared].map(String);
    batches.push(row([code(batchId), time(writtenAt), ...counts, code(hashed(certificate).hash)]));
    totals.destroyed += destroyed.length;
    for (const { reason } of kept) totals.kept.set(reason, (totals.kept.get(reason) ?? 0) + 1);
    for (const { id, rule, commitment } of destroyed) {
      if (listed++ >= LISTED) break;
      yield row([code(id), `${escape(rule.policyId)} version ${rule.policyVersion}`, time(rule.expiredAt), code(commitment), code(batchId)]);
    }
  }
  yield '</table>\n';
  if (totals.destroyed > LISTED) yield `<p>The first ${LISTED} of ${totals.destroyed} are listed; the JSON has all.</p>\n`;
  yield table('Kept messages', ['Reason', 'Messages'], [...totals.kept].map(([reason, count]) => row([escape(reason), String(count)])));
  const names = ['Batch', 'Certified', 'Destroyed', 'Kept', 'Attachments removed', 'Attachments others need', 'SHA-256 of the certificate'];
  yield table('Batches', names, batches);
  yield `<p>${totals.destroyed} messages destroyed in ${batches.length} batches. This page and the JSON hold no content. The hashes stand in the audit: ` +
    '<code>holdfast disposition verify</code> compares them.</p></body></html>\n';
}

function* pageHead({ state, writtenAt, disposition, removals }: CertificateHead): Generator<string> {
  const { proposalId, proposedBy, proposedAt, approvedBy, approvedAt, ranBy, setHash, itemCount, replayOf } = disposition;
  const title = `Certificate of destruction ${escape(proposalId)}`;
  yield '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${title}</title>` +
    `<style>${STYLE}</style></head><body><h1>${title}</h1>\n`;
  yield table('Decision', ['', ''], [
    row(['State', state === 'COMPLETE' ? 'COMPLETE' : '<strong class="open">PARTIAL</strong>: content may be left, see below']),
    row(['As of', time(writtenAt)]),
    row(['Proposed', `${time(proposedAt)} by ${escape(proposedBy)}: ${itemCount} messages`]),
    row(['Approved', approvedAt === null ? 'not' : `${time(approvedAt)} by ${escape(approvedBy ?? '')}`]),
    ...(replayOf === undefined ? [] : [row(['Instead of an approval', `certificates from before a restore, carried out again: backup ${code(replayOf)}`])]),
    row(['Run by', escape(ranBy ?? 'nobody')]),
    row(['SHA-256 of the set', code(setHash)]),
  ]);
  for (const { removal, lines, hash } of removals) {
    const rows = lines.map(({ store, isClosed, waitsFor, until }) => {
      const what = isClosed ? 'gone' : `<span class="open">open: ${escape(waitsFor ?? '')}${until === null ? '' : ` until ${time(until)}`}</span>`;
      return row([escape(store.replaceAll('_', ' ')), what]);
    });
    yield table(`Removal ${escape(removal.removalId)}, begun ${time(removal.startedAt)} by ${escape(removal.startedBy)}`, ['Store', 'State'], rows);
    if (hash !== null) yield `<p>Completed ${time(removal.finishedAt!)}; SHA-256 ${code(hash)}</p>\n`;
  }
  if (removals.length === 0) yield '<h2>Removal</h2><p class="open">Not begun: the content is no longer found, but is still in the files.</p>\n';
}

function table(title: string, names: readonly string[], rows: readonly string[]): string {
  if (rows.length === 0) return '';
  const head = names.some((name) => name !== '') ? `<tr>${names.map((name) => `<th>${name}</th>`).join('')}</tr>` : '';
  return `<h2>${title}</h2><table>${head}\n${rows.join('')}</table>\n`;
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>\n`;
}

function code(text: string): string {
  return `<code>${escape(text)}</code>`;
}

function time(instant: number): string {
  return new Date(instant).toISOString();
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
