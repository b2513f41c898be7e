import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A line of the generated archive, as far as it is turned into WeCom's records. */
interface GeneratedRecord {
  readonly id: string;
  readonly conversationId: string;
  readonly conversationKind: string;
  readonly senderId: string;
  readonly recipientIds: readonly string[];
  readonly sentAt: string;
  readonly text: string;
  readonly attachments?: readonly { readonly name: string; readonly size: number }[];
  readonly recalledAt?: string;
}

/** As many as one pull gives. */
const RECORDS_AN_ENVELOPE = 1_000;
const BUFFERED = 1 << 20;

/**
 * Turns the generated archive into the two usual files of WeCom's archive: decrypted records as JSONL, and envelopes of
 * 1,000 with the decrypted record inside each entry. Both hold the same `count` records.
 */
export async function writeWecomFiles(archive: string, count: number, jsonl: string, envelopes: string): Promise<void> {
  const plain = new LineWriter(jsonl);
  const wrapped = new LineWriter(envelopes);
  let sequence = 0;
  let entries: string[] = [];
  const add = (msgid: string, record: object): void => {
    if (sequence === count) return;
    sequence += 1;
    plain.write(JSON.stringify(record));
    entries.push(`{"seq":${sequence},"msgid":${JSON.stringify(msgid)},"publickey_ver":1,"msg":${JSON.stringify(record)}}`);
    if (entries.length < RECORDS_AN_ENVELOPE && sequence < count) return;
    wrapped.write(`{"errcode":0,"errmsg":"ok","chatdata":[${entries.join(',')}]}`);
    entries = [];
  };
  for await (const line of createInterface({ input: createReadStream(archive) })) {
    if (sequence === count) break;
    addRecords(JSON.parse(line) as GeneratedRecord, add);
  }
  plain.close();
  wrapped.close();
}

function addRecords(message: GeneratedRecord, add: (msgid: string, record: object) => void): void {
  const time = Date.parse(message.sentAt);
  const msgid = `${message.id}_${time}`;
  const common = {
    from: message.senderId,
    tolist: message.recipientIds,
    roomid: message.conversationKind === 'direct' ? '' : message.conversationId,
  };
  const [file] = message.attachments ?? [];
  const body =
    file === undefined
      ? { msgtype: 'text', text: { content: message.text } }
      : { msgtype: 'file', file: { filename: file.name, fileext: file.name.split('.').at(-1), filesize: file.size, md5sum: '', sdkfileid: 'MTIz' } };
  add(msgid, { msgid, action: 'send', ...common, msgtime: time, ...body });
  if (message.recalledAt === undefined) return;
  const recalledAt = Date.parse(message.recalledAt);
  const recallId = `${message.id}r_${recalledAt}`;
  add(recallId, { msgid: recallId, action: 'recall', ...common, msgtime: recalledAt, msgtype: 'revoke', revoke: { pre_msgid: msgid } });
}

class LineWriter {
  private readonly file: number;
  private pending: string[] = [];
  private length = 0;

  constructor(path: string) {
    this.file = openSync(path, 'w');
  }

  write(line: string): void {
    this.pending.push(line, '\n');
    this.length += line.length;
    if (this.length > BUFFERED) this.flush();
  }

  close(): void {
    this.flush();
    closeSync(this.file);
  }

  private flush(): void {
    writeSync(this.file, this.pending.join(''));
    this.pending = [];
    this.length = 0;
  }
}
