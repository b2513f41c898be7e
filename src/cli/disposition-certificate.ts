import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { certificatePage } from '../disposition/certificate-page.js';
import { certificateHead, certificateJson, type RunCertificate } from '../disposition/run-certificate.js';
import { AuditedDispositions } from '../disposition/verify-certificate.js';
import { withDisposition } from '../disposition/with-disposition.js';
import { HoldfastError } from '../errors/errors.js';
import { checkAuditExport, type AuditEvidence } from './check-audit-export.js';
import { runAction, type ExitCode } from './run-action.js';
import { writeOut } from './write-out.js';

interface VerifyOptions extends AuditEvidence {
  readonly audit: string;
  readonly json?: true;
}

/** Problems that are printed; the JSON has all. */
const SHOWN = 20;

/** Adds `certificate` and `verify` to the command `disposition`. */
export function registerDispositionCertificate(disposition: Command): void {
  disposition
    .command('certificate')
    .description('write the certificate of a disposition to standard output: ids, rules, times and commitments, no content')
    .argument('<id>', 'the disposition')
    .option('--html', 'as a page to be read, instead of JSON')
    .action((id: string, { html }: { readonly html?: true }) => runAction(() => writeCertificate(id, html)));
  disposition
    .command('verify')
    .description('compare a certificate with an exported audit. Needs no archive and no setting')
    .argument('<certificate>', 'the JSON that `disposition certificate` wrote')
    .requiredOption('--audit <file>', 'what `audit export` wrote later')
    .option('--checkpoint <files...>', 'checkpoints from elsewhere, a line each')
    .option('--key <files...>', 'public keys as PEM: whether the checkpoints are ours')
    .option('--json', 'the report as JSON')
    .addHelpText('after', '\nExit codes: 0 nothing is wrong, 1 something is (it says what), 2 it could not be checked.')
    .action((file: string, options: VerifyOptions) => runAction(() => verify(file, options)));
}

async function writeCertificate(id: string, html: true | undefined): Promise<0> {
  await withDisposition(async ({ service, removal }) => {
    const proposal = await service.find(id);
    if (proposal === null) throw new HoldfastError('NOT_FOUND', `disposition ${id}`, { id });
    const head = certificateHead(proposal, await removal.covering(proposal.batchIds), Date.now());
    const certificates = service.certificates(proposal);
    await writeOut(html ? certificatePage(head, certificates) : certificateJson(head, certificates));
  });
  return 0;
}

async function verify(path: string, { audit, json, ...evidence }: VerifyOptions): Promise<ExitCode> {
  const certificate = await readCertificate(path);
  const audited = new AuditedDispositions();
  const report = await checkAuditExport(audit, evidence, (block) => audited.add(block));
  const ofAudit = report.problems.map(({ problem }) => `the audit: ${problem}`);
  const problems = [...problemsOf(audited, certificate), ...ofAudit];
  console.log(json ? JSON.stringify({ problems, audit: report }, null, 2) : asText(certificate, problems, report.checkpoints));
  return problems.length === 0 ? 0 : 1;
}

async function readCertificate(path: string): Promise<RunCertificate> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as RunCertificate;
  } catch (error) {
    throw new HoldfastError('INPUT_INVALID', 'The certificate cannot be read.', { parameters: ['certificate'] }, { cause: error });
  }
}

/** What lacks parts cannot be compared. */
function problemsOf(audited: AuditedDispositions, certificate: RunCertificate): readonly string[] {
  try {
    return audited.problemsOf(certificate);
  } catch {
    return ['it is not a whole certificate'];
  }
}

function asText({ state, batches, disposition }: RunCertificate, problems: readonly string[], checkpoints: number): string {
  if (problems.length > 0) return [`${problems.length} problems`, ...problems.slice(0, SHOWN).map((problem) => `  ${problem}`)].join('\n');
  const destroyed = batches.reduce((sum, { certificate }) => sum + certificate.destroyed.length, 0);
  return [
    `${disposition.proposalId}: ${state}; ${destroyed} messages in ${batches.length} batches: the audit says the same`,
    checkpoints === 0 ? 'The audit was compared with no checkpoint: whether all of it was written anew cannot be seen.' : `${checkpoints} checkpoints agree`,
  ].join('\n');
}
