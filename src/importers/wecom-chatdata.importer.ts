import type { MappedEntry, RawEntry } from '../domain/archive-record.js';
import type { ArchiveImporter, FileHead, MappingContext } from './archive-importer.js';
import { readJsonRecord } from './json-record.js';
import { cutWecomRecords } from './wecom-cutter.js';
import { openEnvelope } from './wecom-envelope.js';
import { mapWecomRecord } from './wecom-record.js';

const RECORD_KEYS = ['msgid', 'action', 'from', 'tolist', 'msgtime', 'msgtype'] as const;
const SECOND_DIALECT_KEYS = ['msgid', 'sender', 'receiver_list', 'send_time', 'msgtype'] as const;
const ENVELOPE_KEYS = ['seq', 'msgid', 'publickey_ver'] as const;
const SWITCH_KEYS = ['msgid', 'action', 'time', 'user'] as const;
const LISTS = /"(?:chatdata|msg_list)"\s*:\s*\[/;
const LINES_TO_JUDGE_BY = 20;
const FEWEST_KEYS = 3;

/** WeCom's conversation archive (会话内容存档), as docs/wecom.md tells: decrypted records in any of the forms they are held in. */
export const wecomChatdataImporter: ArchiveImporter = {
  format: 'wecom-chatdata',
  description: 'WeCom conversation archive: decrypted records as JSON lines, chatdata envelopes, dumps of them; also packed with gzip',

  claims(head: FileHead) {
    const text = Buffer.from(head.bytes).toString('utf8');
    if (LISTS.test(text) && text.includes('"msgid"'))
      return { confidence: 0.95, why: 'it holds a list of WeCom records (chatdata or msg_list)' };
    const isDocument = /^\uFEFF?\s*[[{]\s*[{]?\s*\n/.test(text);
    const records = isDocument ? [text] : text.split('\n', LINES_TO_JUDGE_BY * 2).filter((line) => line.includes('{'));
    const best = Math.max(0, ...records.slice(0, LINES_TO_JUDGE_BY).map(shareOfKeys));
    if (best === 0) return { confidence: 0, why: 'no record has the keys of the format' };
    return { confidence: best * 0.9, why: 'its records have the keys of WeCom messages' };
  },

  entries: (bytes, from) => cutWecomRecords(bytes, from),
  map: mapEntry,
  identitySpace: (source) => source,
};

/** How much of a record's keys are there, 0 to 1; 0 when too few are. */
function shareOfKeys(record: string): number {
  const shares = [RECORD_KEYS, SECOND_DIALECT_KEYS, ENVELOPE_KEYS, SWITCH_KEYS].map((keys) => {
    const count = keys.filter((key) => record.includes(`"${key}"`)).length;
    return count < FEWEST_KEYS ? 0 : count / keys.length;
  });
  return Math.max(...shares);
}

function mapEntry(entry: RawEntry, context: MappingContext): MappedEntry {
  const read = readJsonRecord(entry);
  if (read.kind === 'rejected') return read;
  const opened = openEnvelope(read.record);
  return opened.kind === 'rejected' ? opened : mapWecomRecord(opened, read.hasDuplicateKeys, context);
}
