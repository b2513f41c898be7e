/**
 * `node scripts/build-seed-travel-desk.mjs DIR`: makes seed/travel-desk-2025.jsonl.gz from DIR/messages.jsonl.gz, the CrossWOZ
 * validation dialogues. The texts are real; people, accounts, times, recalls and attachments are invented, always the same ones. Some
 * dialogues go to scripts/seed/texts/ instead: scripts/build-seed.mjs lets the employees of its story have them.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ROOT } from './run.mjs';

const STAFF = ['周敏', '吴昊', '郑洁', '冯涛', '陈曦', '褚宁', '卫东', '蒋薇', '沈越', '韩雪', '杨帆', '朱琳'];
const GUESTS = ['小鱼', '阿岚', '木木', '老谭', '一诺', '大乔', '青青', '豆包', '北方', '晚风', '七月', '可乐'];
/** Whose chats came from where. */
const PLATFORM_OF_STAFF = (index) => (index % 3 === 2 ? 'wechat' : 'wecom');
const ATTACHMENTS = {
  0: { name: '行程单.txt', path: 'attachments/itinerary.txt', mime: 'text/plain' },
  1: { name: '酒店报价 2025.csv', path: 'attachments/hotel-prices.csv', mime: 'text/csv' },
  // Not in the seed: an archive is rarely complete.
  2: { name: '发票.pdf', path: 'attachments/invoice.pdf', mime: 'application/pdf' },
};
const MOBILE_NUMBER = /1[3-9]\d{9}/;
/** One in so many dialogues is left to the story. */
const STORY_SHARE = 5;
const DAY = 86_400_000;
const FIRST_DAY = Date.UTC(2025, 0, 6);
const EIGHT_HOURS = 8 * 3_600_000;

/** A number from 0 to `below` - 1 that depends on nothing but the name. */
function pick(name, below) {
  return createHash('sha256').update(name).digest().readUInt32BE(0) % below;
}

/** Working hours of a working day in 2025, Chinese time. */
function startOf(dialogueId) {
  const week = pick(`${dialogueId} week`, 51);
  const minute = 9 * 60 + pick(`${dialogueId} minute`, 9 * 60);
  return FIRST_DAY + (week * 7 + pick(`${dialogueId} day`, 5)) * DAY + minute * 60_000 - EIGHT_HOURS;
}

const chineseTime = (at) => new Date(at + EIGHT_HOURS).toISOString().replace('.000Z', '+08:00');

function recordsOf([dialogueId, messages]) {
  const staff = pick(`${dialogueId} staff`, STAFF.length);
  const guest = pick(`${dialogueId} guest`, GUESTS.length * 10);
  const people = {
    sys: { id: `staff-${String(staff + 1).padStart(2, '0')}`, name: STAFF[staff] },
    usr: { id: `guest-${String(guest + 1).padStart(3, '0')}`, name: GUESTS[guest % GUESTS.length] },
  };
  let at = startOf(dialogueId);
  return messages.map((message, index) => {
    const sender = people[message.role];
    const recipient = people[message.role === 'sys' ? 'usr' : 'sys'];
    at += (15 + pick(`${message.id} pause`, 60)) * 1000;
    const attachment = message.role === 'sys' ? ATTACHMENTS[pick(`${message.id} attachment`, 400)] : undefined;
    const isRecalled = pick(`${message.id} recall`, 150) === 0;
    const isReply = index > 0 && pick(`${message.id} quote`, 40) === 0;
    const quoted = { text: messages[index - 1]?.text, author: recipient.name, id: messages[index - 1]?.id };
    return {
      id: message.id,
      conversationId: dialogueId.replace('crosswoz-val', 'desk'),
      conversationName: `${people.usr.name} / ${people.sys.name}`,
      conversationKind: 'direct',
      platform: PLATFORM_OF_STAFF(staff),
      senderId: sender.id,
      senderName: sender.name,
      recipientIds: [recipient.id],
      custodianIds: [people.sys.id],
      sentAt: chineseTime(at),
      text: message.text,
      ...(isReply ? { quoted } : {}),
      ...(attachment ? { kind: 'file', attachments: [attachment] } : {}),
      ...(isRecalled ? { recalledAt: chineseTime(at + (5 + pick(`${message.id} recalled`, 110)) * 1000), recalledBy: sender.id } : {}),
    };
  });
}

const lines = gunzipSync(readFileSync(join(process.argv[2], 'messages.jsonl.gz')))
  .toString('utf8')
  .trimEnd()
  .split('\n');
const dialogues = new Map();
for (const message of lines.map((line) => JSON.parse(line))) {
  dialogues.set(message.dialogue_id, [...(dialogues.get(message.dialogue_id) ?? []), message]);
}
// Some hotels and sights gave a mobile number: a person may answer it.
const usable = [...dialogues].filter(([, messages]) => !messages.some(({ text }) => MOBILE_NUMBER.test(text)));
const isOfStory = ([dialogueId]) => pick(`${dialogueId} story`, STORY_SHARE) === 0;
const records = usable
  .filter((dialogue) => !isOfStory(dialogue))
  .flatMap(recordsOf)
  .sort((left, right) => (left.sentAt < right.sentAt ? -1 : left.sentAt > right.sentAt ? 1 : 0));
const text = records.map((record) => `${JSON.stringify(record)}\n`).join('');
writeFileSync(join(ROOT, 'seed/travel-desk-2025.jsonl.gz'), gzipSync(text, { level: 9 }));
const left = usable.filter(isOfStory).map(([, messages]) => messages.map(({ role, text: spoken }) => [role, spoken]));
writeFileSync(join(ROOT, 'scripts/seed/texts/crosswoz-dialogues.json.gz'), gzipSync(JSON.stringify(left), { level: 9 }));
console.log(`${records.length} messages, ${left.flat().length} left to the story`);
