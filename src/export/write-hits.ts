import type { StoredMessage } from '../domain/message.js';

export const EXPORT_FORMATS = ['jsonl', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Batches of hits as text, batch by batch: nothing is kept. Times are ISO 8601 UTC. */
export async function* writeHits(batches: AsyncIterable<readonly StoredMessage[]>, format: ExportFormat): AsyncGenerator<string> {
  // programs that open the file by a click take it for another encoding without the mark
  if (format === 'csv') yield `\u{FEFF}${row(COLUMNS.map(([name]) => name))}`;
  for await (const batch of batches) {
    yield batch.map(format === 'csv' ? toRow : toLine).join('');
  }
}

type Column = readonly [name: string, value: (message: StoredMessage['message']) => string];

const COLUMNS: readonly Column[] = [
  ['id', (message) => message.id],
  ['sentAt', (message) => instant(message.sentAt) ?? ''],
  ['dateState', (message) => message.dateState],
  ['platform', (message) => message.platform],
  ['kind', (message) => message.kind],
  ['conversationId', (message) => message.conversationId],
  ['conversationName', (message) => message.conversationName ?? ''],
  ['senderId', (message) => message.senderId ?? ''],
  ['senderName', (message) => message.senderName ?? ''],
  ['recipientIds', (message) => message.recipientIds.join('; ')],
  ['custodianIds', (message) => message.custodianIds.join('; ')],
  ['text', (message) => message.text],
  ['quotedText', (message) => message.quoted?.text ?? ''],
  ['attachmentNames', (message) => message.attachments.map((attachment) => attachment.name).join('; ')],
  ['isRecalled', (message) => String(message.recall !== null)],
  ['recalledAt', (message) => instant(message.recall?.at ?? null) ?? ''],
  ['earlierTexts', (message) => message.versions.map((version) => version.text).join('\n')],
  ['sources', (message) => message.sources.map(({ source, file, line }) => `${source}:${file}:${line}`).join('; ')],
  ['warnings', (message) => message.warnings.join('; ')],
];

function toRow({ message }: StoredMessage): string {
  return row(COLUMNS.map(([, value]) => value(message)));
}

function row(cells: readonly string[]): string {
  return `${cells.map((cell) => quoted(defused(cell))).join(',')}\r\n`;
}

/** Begins like a formula: spreadsheets would run it. The full-width forms count too, and what spreadsheets skip before them. */
const FORMULA = /^[\s\u{FEFF}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/** A cell that a spreadsheet shows and never runs: a leading apostrophe makes it text. */
function defused(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** The whole message; lists and nested parts as they are in the model. */
function toLine({ message }: StoredMessage): string {
  const { sentAt, editedAt, recall, versions, parts } = message;
  return `${JSON.stringify({
    ...message,
    sentAt: instant(sentAt),
    editedAt: instant(editedAt),
    recall: recall === null ? null : { ...recall, at: instant(recall.at) },
    versions: versions.map((version) => ({ ...version, at: instant(version.at) })),
    parts: parts.map(partWithInstants),
  })}\n`;
}

type Part = StoredMessage['message']['parts'][number];

function partWithInstants(part: Part): object {
  return { ...part, sentAt: instant(part.sentAt), parts: part.parts.map(partWithInstants) };
}

function instant(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}
