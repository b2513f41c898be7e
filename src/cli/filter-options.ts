import { type Command, InvalidArgumentError, Option } from 'commander';
import { ATTACHMENT_STATES, CONVERSATION_KINDS, DATE_STATES, MESSAGE_KINDS, PLATFORMS, WARNING_CODES } from '../domain/values.js';
import { HoldfastError } from '../errors/errors.js';
import type { FilterParameters } from '../filter/to-filter.js';
import { parseInstant } from '../graphql/parse-instant.js';

/** The filter as commander reads it from the options below. */
export interface FilterOptions {
  readonly id?: string[];
  readonly source?: string[];
  readonly platform?: string[];
  readonly conversation?: string[];
  readonly conversationKind?: string[];
  readonly custodian?: string[];
  readonly participant?: string[];
  readonly sender?: string[];
  readonly kind?: string[];
  readonly from?: number;
  readonly to?: number;
  readonly dateState?: string[];
  readonly recalled?: boolean;
  readonly recalledWithin?: number;
  readonly orphan?: boolean;
  readonly edited?: boolean;
  readonly attachments?: boolean;
  readonly attachmentState?: string[];
  readonly importRun?: string[];
  readonly warning?: string[];
  readonly identitySpace?: string[];
}

/** Adds the filter's options to a command. An option given several times, or with several values, means any of them. */
export function addFilterOptions(command: Command): Command {
  return command
    .option('--custodian <ids...>', 'custodians who took part')
    .option('--sender <ids...>', 'senders')
    .option('--participant <ids...>', 'senders or recipients')
    .option('--conversation <ids...>', 'conversations')
    .addOption(new Option('--conversation-kind <kinds...>', 'kinds of conversation').choices(CONVERSATION_KINDS))
    .option('--from <time>', 'sent at this time or later, e.g. 2026-01-31T09:00:00+08:00', instant)
    .option('--to <time>', 'sent before this time', instant)
    .addOption(new Option('--date-state <states...>', 'how sure the time is').choices(DATE_STATES))
    .addOption(new Option('--kind <kinds...>', 'kinds of message').choices(MESSAGE_KINDS))
    .addOption(new Option('--platform <platforms...>', 'where it was written').choices(PLATFORMS))
    .option('--source <names...>', 'capture streams')
    .option('--import-run <ids...>', 'import runs')
    .option('--recalled', 'recalled messages only')
    .option('--no-recalled', 'messages that were not recalled')
    .option('--recalled-within <seconds>', 'recalled at most so many seconds after sending', wholeNumber)
    .option('--orphan', 'recalls whose message is not in the archive')
    .option('--no-orphan', 'messages whose content is known')
    .option('--edited', 'messages with earlier or conflicting texts')
    .option('--no-edited', 'messages without')
    .option('--attachments', 'messages with attachments')
    .option('--no-attachments', 'messages without')
    .addOption(new Option('--attachment-state <states...>', 'with an attachment in such a state').choices(ATTACHMENT_STATES))
    .addOption(new Option('--warning <codes...>', 'with such a warning').choices(WARNING_CODES))
    .option('--id <ids...>', 'messages by id')
    .option('--identity-space <names...>', 'where ids of messages and conversations are unique');
}

export function filterOf(options: FilterOptions): FilterParameters {
  return {
    ids: options.id,
    sources: options.source,
    platforms: options.platform,
    conversationIds: options.conversation,
    conversationKinds: options.conversationKind,
    custodianIds: options.custodian,
    participantIds: options.participant,
    senderIds: options.sender,
    kinds: options.kind,
    sentFrom: options.from,
    sentTo: options.to,
    dateStates: options.dateState,
    isRecalled: options.recalled,
    recalledWithinSeconds: options.recalledWithin,
    isOrphanRecall: options.orphan,
    isEdited: options.edited,
    hasAttachments: options.attachments,
    attachmentStates: options.attachmentState,
    importRunIds: options.importRun,
    warnings: options.warning,
    identitySpaces: options.identitySpace,
  };
}

/** Reads a number without sign; commander shows the error beside the option. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Not a whole number.');
  return Number(text);
}

/** Reads a time with its offset; commander shows the error beside the option. */
export function instant(text: string): number {
  try {
    return parseInstant(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof HoldfastError ? error.message : 'Not a time.');
  }
}
