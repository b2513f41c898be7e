import type { Command } from 'commander';
import type { AuditReport } from '../audit/audit-check.js';
import type { AuditProblem } from '../audit/audit-fault.js';
import { checkAuditExport, type AuditEvidence } from './check-audit-export.js';
import { runAction, type ExitCode } from './run-action.js';

interface VerifyOptions extends AuditEvidence {
  readonly json?: true;
}

/** Problems that are printed; the JSON has all. */
const SHOWN = 20;

export function registerAuditVerify(audit: Command): void {
  audit
    .command('verify')
    .description('check an exported audit: by itself, and against checkpoints from elsewhere. Needs no archive and no setting')
    .argument('<file>', 'what `audit export` wrote')
    .option('--checkpoint <files...>', 'checkpoints, a line each: what was cut off or written anew shows by them alone')
    .option('--key <files...>', 'public keys as PEM: whether the checkpoints are ours')
    .option('--json', 'the report as JSON')
    .addHelpText('after', '\nExit codes: 0 nothing is wrong, 1 something is (it says what and where), 2 it could not be checked.')
    .action((file: string, options: VerifyOptions) => runAction(() => verify(file, options)));
}

async function verify(path: string, { checkpoint, key, json }: VerifyOptions): Promise<ExitCode> {
  const report = await checkAuditExport(path, { checkpoint, key });
  console.log(json ? JSON.stringify(report, null, 2) : asText(report));
  return report.problems.length === 0 ? 0 : 1;
}

function asText(report: AuditReport): string {
  const { events, blocks, problems, covered, checkpoints, isSignatureChecked, headHash, root } = report;
  const isWhole = problems.length === 0;
  return [
    `${events} events in ${blocks} blocks: ${isWhole ? 'one unbroken chain' : `${problems.length} problems`}`,
    ...problems.slice(0, SHOWN).map((problem) => `  ${where(problem)}${problem.fault}: ${problem.problem}`),
    checkpoints === 0
      ? 'Compared with no checkpoint: whether the end was cut off, or all of it written anew, cannot be seen.'
      : `${checkpoints} checkpoints, ${isSignatureChecked ? 'their signatures checked' : 'signatures NOT checked: give --key'}`,
    ...(checkpoints === 0 ? [] : [`the first ${covered} events are as a checkpoint has them; ${events - covered} came later`]),
    `last block: ${headHash}`,
    `root: ${root}`,
  ].join('\n');
}

function where({ line, sequence }: AuditProblem): string {
  const places = [line === null ? null : `line ${line}`, sequence === null ? null : `block ${sequence}`].filter((place) => place !== null);
  return places.length === 0 ? '' : `${places.join(', ')}: `;
}
