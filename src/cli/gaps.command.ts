import { InvalidArgumentError, type Command } from 'commander';
import { LOCAL_INVESTIGATOR } from '../access/viewer.js';
import { toSilence, type SilenceModel } from '../evidence/capture-gaps.model.js';
import { CaptureGapsService } from '../evidence/capture-gaps.service.js';
import { DEFAULT_THRESHOLD } from '../evidence/evidence.args.js';
import { DEFAULT_TIME_ZONE } from '../graphql/time-zone.js';
import type { SourceSequence } from '../evidence/sequence-gaps.js';
import { addFilterOptions, filterOf, wholeNumber, type FilterOptions } from './filter-options.js';
import { runAction } from './run-action.js';
import { showTable } from './show-table.js';
import { withServices } from './with-services.js';

interface GapsOptions extends FilterOptions {
  readonly timeZone: string;
  readonly threshold: number;
  readonly first: number;
  readonly json?: true;
}

interface ShownGaps {
  readonly sequences: readonly SourceSequence[];
  readonly sendersConsidered: number;
  readonly sendersLeftOut: number;
  readonly silenceCount: number;
  readonly silences: readonly SilenceModel[];
}

const GREATEST_THRESHOLD = 0.1;

export function registerGapsCommand(program: Command): void {
  const command = program
    .command('gaps')
    .description('list what may be missing: numbers left out in the streams, and improbable silences of senders')
    .option('--time-zone <name>', 'days begin at midnight there', DEFAULT_TIME_ZONE)
    .option('--threshold <probability>', 'list silences less probable than this', probability, DEFAULT_THRESHOLD)
    .option('--first <count>', 'silences to show', wholeNumber, 20)
    .option('--json', 'the answer as JSON');
  addFilterOptions(command).action((options: GapsOptions) => runAction(() => showGaps(options)));
}

async function showGaps({ timeZone, threshold, first, json, ...options }: GapsOptions): Promise<0> {
  const shown = await withServices(async (services): Promise<ShownGaps> => {
    const service = services.get(CaptureGapsService);
    const { silences, ...answer } = await service.find(LOCAL_INVESTIGATOR, { filter: filterOf(options), timeZone, threshold });
    const page = silences.slice(0, first);
    const names = await service.names(
      LOCAL_INVESTIGATOR,
      page.map(({ senderId }) => senderId),
    );
    return {
      ...answer,
      silenceCount: silences.length,
      silences: page.map((silence) => toSilence(silence, names.get(silence.senderId) ?? null)),
    };
  });
  console.log(json ? JSON.stringify(shown, null, 2) : asText(shown));
  return 0;
}

function asText({ sequences, sendersConsidered, sendersLeftOut, silenceCount, silences }: ShownGaps): string {
  return [
    sequences.length === 0 ? 'No stream numbers its records.' : sequences.map(sequenceText).join('\n'),
    ...showTable(
      ['source', 'missing from', 'to', 'numbers', 'file before', 'file behind'],
      sequences.flatMap(({ source, gaps }) =>
        gaps.map(({ first, last, count, fileBefore, fileBehind }) => [source, first, last, count, fileBefore ?? '-', fileBehind ?? '-']),
      ),
    ),
    `\n${silenceCount} improbable ${silenceCount === 1 ? 'silence' : 'silences'} of ${sendersConsidered} senders (an indication, not a proof)`,
    ...(sendersLeftOut > 0 ? [`senders not looked at: ${sendersLeftOut}`] : []),
    ...showTable(
      ['sender', 'name', 'custodian', 'from', 'to', 'days', 'expected', 'probability', 'others wrote'],
      silences.map(silenceRow),
    ),
    ...(silences.length < silenceCount ? ['\nmore: --first'] : []),
  ].join('\n');
}

function sequenceText({ source, first, last, missingCount, gapCount, gaps, recordsRejected }: SourceSequence): string {
  const rejected = recordsRejected === 0 ? '' : `, of which imports rejected up to ${recordsRejected}`;
  const cut = gaps.length < gapCount ? `, the first ${gaps.length} below` : '';
  return `${source}: ${first} to ${last}, ${missingCount} numbers missing in ${gapCount} ${gapCount === 1 ? 'gap' : 'gaps'}${cut}${rejected}`;
}

function silenceRow(silence: SilenceModel): string[] {
  return [
    silence.senderId,
    silence.senderName ?? '-',
    silence.isCustodian ? 'yes' : 'no',
    silence.firstDay,
    `${silence.lastDay}${silence.isOpen ? ' (end)' : ''}`,
    String(silence.days),
    silence.expectedMessages.toFixed(1),
    silence.probability.toExponential(1),
    String(silence.messagesOfOthers),
  ];
}

function probability(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= GREATEST_THRESHOLD)) throw new InvalidArgumentError(`Not a number above 0, up to ${GREATEST_THRESHOLD}.`);
  return value;
}
