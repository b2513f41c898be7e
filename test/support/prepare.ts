import type { Message, RawRecord } from '../../src/domain/message.js';
import { packMessages, unpackMessages, type PreparedMessage } from '../../src/engine/prepared-batch.js';
import { analyzeMessage } from '../../src/ingest/analyze-message.js';

/** What an import makes of a message before it hands it to an engine. */
export function prepare(message: Message, raws: readonly RawRecord[] = []): PreparedMessage {
  return unpackMessages(packMessages([analyzeMessage({ message, raws })]))[0]!;
}
