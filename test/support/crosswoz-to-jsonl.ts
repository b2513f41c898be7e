import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A message of the CrossWOZ set as it stands in the file. */
export interface CrosswozMessage {
  readonly id: string;
  readonly dialogue_id: string;
  readonly turn: number;
  readonly role: 'usr' | 'sys';
  readonly speaker_id: number;
  readonly text: string;
  readonly dialog_act: unknown;
}

const FIRST_DIALOGUE = Date.UTC(2024, 0, 2, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The messages of a directory with `messages.jsonl.gz`, in file order. */
export function readCrosswoz(directory: string): CrosswozMessage[] {
  const lines = gunzipSync(readFileSync(join(directory, 'messages.jsonl.gz')))
    .toString('utf8')
    .split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as CrosswozMessage);
}

/**
 * Writes the messages as Holdfast JSONL. A dialogue becomes a direct conversation between the two people who typed it, the one at
 * the help desk being the custodian. The set has no times: the dialogues begin an hour, their turns a minute after each other.
 */
export function writeHoldfastJsonl(messages: readonly CrosswozMessage[], file: string): void {
  const speakers = new Map<string, Set<string>>();
  const starts = new Map<string, number>();
  for (const message of messages) {
    starts.set(message.dialogue_id, starts.get(message.dialogue_id) ?? FIRST_DIALOGUE + starts.size * HOUR);
    speakers.set(message.dialogue_id, (speakers.get(message.dialogue_id) ?? new Set()).add(speaker(message)));
  }
  const lines = messages.map((message) => {
    const { id, dialogue_id: conversationId, turn, role, text, dialog_act } = message;
    const people = [...speakers.get(conversationId)!];
    return JSON.stringify({
      id,
      conversationId,
      conversationKind: 'direct',
      senderId: speaker(message),
      recipientIds: people.filter((person) => person !== speaker(message)),
      custodianIds: people.filter((person) => person.startsWith('sys-')),
      sentAt: new Date(starts.get(conversationId)! + turn * MINUTE).toISOString(),
      text,
      turn,
      role,
      dialog_act,
    });
  });
  writeFileSync(file, `${lines.join('\n')}\n`);
}

function speaker(message: CrosswozMessage): string {
  return `${message.role}-${message.speaker_id}`;
}
