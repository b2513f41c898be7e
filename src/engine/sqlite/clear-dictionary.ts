import { readAllFacts } from './columns.js';
import { SET } from './dictionary.js';
import { FACTS_BYTES, OFFSET } from './facts.js';
import { readMeta, writeMeta, type Connection } from './open-database.js';

/** What of the facts is a number of the dictionary. */
const NUMBERS = [
  'identitySpace', 'conversationId', 'senderId', 'participantId', 'custodianId', 'source', 'importRunId', 'attachmentCounts',
] as const;

/**
 * Overwrites the entries of the dictionary that no message refers to any more: identifiers of destroyed messages. The numbers stay, as sets
 * that no message has, and are never given again: search processes remember what they stood for. Writers learn of it by `clearings`.
 */
export function clearDictionary(connection: Connection): void {
  const last = connection.prepare<[], number | null>('SELECT max(id) FROM dictionary').pluck();
  const clear = connection.prepare<[bigint, number]>('UPDATE dictionary SET kind = ?, value = json_array(id) WHERE id = ? AND value <> json_array(id)');
  const clearAll = connection.transaction(() => {
    const isUsed = usedNumbers(connection, last.get() ?? 0);
    for (let number = 1; number < isUsed.length; number++) if (isUsed[number] === 0) clear.run(BigInt(SET), number);
    writeMeta(connection, 'clearings', Number(readMeta(connection, 'clearings')) + 1);
  });
  clearAll.immediate();
}

function usedNumbers(connection: Connection, last: number): Uint8Array {
  const isUsed = new Uint8Array(last + 1);
  for (const facts of readAllFacts(connection)) {
    for (let row = 0; row < facts.length; row += FACTS_BYTES) {
      for (const name of NUMBERS) isUsed[facts.readUInt32LE(row + OFFSET[name])] = 1;
    }
  }
  return isUsed;
}
