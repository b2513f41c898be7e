import { describe, expect, it } from '@jest/globals';
import { makeMessage, makePart, type MessageOverrides } from '../../test/support/make-message.js';
import type { StoredMessage } from '../domain/message.js';
import { writeHits, type ExportFormat } from './write-hits.js';

async function written(format: ExportFormat, ...messages: MessageOverrides[]): Promise<string> {
  async function* batches(): AsyncGenerator<readonly StoredMessage[]> {
    for (const message of messages) yield [{ message: makeMessage('1', message), raws: [] }];
  }
  let text = '';
  for await (const chunk of writeHits(batches(), format)) text += chunk;
  return text;
}

/** The cell of the column `text`, as it stands in the file. */
async function textCell(text: string): Promise<string> {
  const file = await written('csv', { text, sentAt: null, senderId: 'A', conversationId: 'B' });
  const found = /\r\n[0-9a-f]{32},,undated,holdfast,text,B,,A,,,,(.*),,,false,,,/s.exec(file);
  return found![1]!;
}

describe('writeHits as CSV', () => {
  it.each([
    ['=1+1', `'=1+1`],
    ['+1', `'+1`],
    ['-1', `'-1`],
    ['@SUM(A1)', `'@SUM(A1)`],
    ['\t=1', `'\t=1`],
    ['\r=1', `"'\r=1"`],
    ['\n=1', `"'\n=1"`],
    ['  =1', `'  =1`],
    ['＝1＋1', `'＝1＋1`],
    ['\u{FEFF}=1', `'\u{FEFF}=1`],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['转账=1', '转账=1'],
    ['a-b', 'a-b'],
    ['', ''],
  ])('defuses %j', async (text, cell) => {
    expect(await textCell(text)).toBe(cell);
  });

  it.each([
    ['a,b', '"a,b"'],
    ['他说"好"', '"他说""好"""'],
    ['一\n二', '"一\n二"'],
  ])('quotes %j', async (text, cell) => {
    expect(await textCell(text)).toBe(cell);
  });

  it('begins with the mark of UTF-8 and the names of the columns, also without hits', async () => {
    expect(await written('csv')).toMatch(/^\u{FEFF}id,sentAt,.*text.*\r\n$/u);
  });
});

describe('writeHits as JSON lines', () => {
  it('writes whole messages, one a line, with times as ISO 8601', async () => {
    const at = Date.UTC(2026, 0, 1);
    const lines = (
      await written(
        'jsonl',
        { text: '一\n二', sentAt: at, recall: { at, by: null }, parts: [makePart('三', [{ ...makePart('四'), sentAt: at }])] },
        {},
      )
    ).split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      text: '一\n二',
      sentAt: '2026-01-01T00:00:00.000Z',
      recall: { at: '2026-01-01T00:00:00.000Z' },
      parts: [{ text: '三', parts: [{ text: '四', sentAt: '2026-01-01T00:00:00.000Z' }] }],
    });
  });
});
