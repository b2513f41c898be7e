import { createHash } from 'node:crypto';
import { PEOPLE, accountOf } from './cast.mjs';
import { localTime, timeOf } from './calendar.mjs';
import { SeededRandom } from './random.mjs';
import { readScenes } from './read-scenes.mjs';
import { Slots } from './slots.mjs';

/** Names in the address book of the phone. Its owner's private account has a name of its own. */
const WECHAT = {
  GaoFeng: { id: 'wxid_gf_shanfeng88', name: '山风' },
  HeWenbin: { id: 'wxid_hwb_qingcha', name: '老贺（鹭湾）' },
  MaGuodong: { id: 'wxid_mgd_qicheng', name: '马哥 启程' },
  ChanChiWai: { id: 'wxid_waizai_mo', name: '偉仔' },
  WongTszKit: { id: 'wxid_jw_hk', name: 'J' },
  Wife: { id: 'wxid_gf_home', name: '老婆' },
};
const MAILBOX = (name) => `${name.replace(/(?<=[a-z])(?=[A-Z])/g, '.').toLowerCase()}@henglan.example`;
const idOf = (name) => createHash('sha256').update(name).digest('hex').slice(0, 16);

/** Every line of a text file, with the scene and the moment. `A ~~ B`: A was edited into B later. */
function timedLines(name) {
  return readScenes(name).flatMap((scene) => {
    const [day, clock, ...words] = scene.heading.split(' ');
    const random = new SeededRandom(scene.name);
    const slots = new Slots(random);
    let at = timeOf(day, clock);
    return scene.lines.map((line, index) => {
      at += index === 0 ? random.below(30_000) : line.seconds === null ? random.between(8_000, 90_000) : line.seconds * 1000;
      return { scene, words, at, line, text: slots.fill(line.words[0]) };
    });
  });
}

/** One phone, two backups: the later one has the earlier messages again, some of them edited since. */
export function phoneBackups() {
  const lines = timedLines('phone-of-gao-feng');
  const backup = (until, version) =>
    lines
      .filter(({ at }) => at < until)
      .map((entry) => `${JSON.stringify(phoneRecord(entry, lines, version))}\n`)
      .join('');
  return { 'backup-2026-07-31': backup(timeOf('2026-07-31', '23:59'), 0), 'backup-2026-08-22': backup(timeOf('2026-08-22', '20:00'), 1) };
}

const phoneId = ({ scene, at }) => `wx-${idOf(`${scene.name} ${at}`)}`;
const spoken = (text, version) => text.split(' ~~ ').at(version) ?? text;

function phoneRecord(entry, lines, version) {
  const { words, at, line, text } = entry;
  const [sender, ...others] = [line.from, ...words.filter((name) => name !== line.from)];
  const recall = lines.find((other) => other.line.command === 'recall' && other.line.words[0] === line.label && line.label !== null);
  const record = {
    id: phoneId(entry),
    conversationId: `wx-${idOf([...words].sort().join())}`,
    conversationName: words
      .filter((name) => name !== 'GaoFeng')
      .map((name) => WECHAT[name].name)
      .join('、'),
    conversationKind: words.length > 2 ? 'group' : 'direct',
    platform: 'wechat',
    senderId: WECHAT[sender].id,
    senderName: WECHAT[sender].name,
    recipientIds: others.map((name) => WECHAT[name].id),
    custodianIds: [WECHAT.GaoFeng.id],
    sentAt: localTime(at),
  };
  if (line.command === 'recall') return { ...record, kind: 'system', text: `${WECHAT[sender].name} 撤回了一条消息` };
  if (line.command === 'redpacket') return { ...record, kind: 'payment', text: `[转账] ${text}` };
  if (line.command === 'voice') return { ...record, kind: 'voice', text: `[语音 ${text} 秒]` };
  if (line.command === 'reply') {
    const quoted = lines.find((other) => other.line.label === line.words[0]);
    const quote = { text: spoken(quoted.text, 0), author: WECHAT[quoted.line.from].name, id: phoneId(quoted) };
    return { ...record, text: line.words[1], quoted: quote };
  }
  const recalled = recall && { recalledAt: localTime(recall.at), recalledBy: WECHAT[recall.line.from].id };
  const texts = text.split(' ~~ ');
  return { ...record, text: texts[Math.min(version, texts.length - 1)], ...recalled };
}

/** Mail of the finance and compliance staff. Headings end in the subject; the first line's account wrote, all others of the thread read. */
export function mailText() {
  const entries = timedLines('mail');
  return entries
    .map(({ scene, words, at, line, text }) => {
      const everyone = [...new Set(scene.lines.map(({ from }) => from))];
      const subject = words.slice(1).join(' ');
      const readers = [...new Set([...everyone, ...words[0].split(',')])].filter((name) => name !== line.from);
      const record = {
        id: `<${idOf(`${scene.name} ${at}`)}@henglan.example>`,
        conversationId: `thread-${idOf(subject)}`,
        conversationName: subject,
        conversationKind: readers.length > 1 ? 'group' : 'direct',
        platform: 'mail',
        senderId: MAILBOX(line.from),
        senderName: PEOPLE.get(accountOf(line.from)).name,
        recipientIds: readers.map(MAILBOX),
        custodianIds: [MAILBOX('CheungWingSze')],
        sentAt: localTime(at),
        text,
      };
      return `${JSON.stringify(record)}\n`;
    })
    .join('');
}
