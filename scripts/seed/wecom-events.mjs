import { createHash } from 'node:crypto';
import { accountOf, isOutside, PEOPLE } from './cast.mjs';
import { localTime } from './calendar.mjs';

const seconds = (text) => Date.parse(`${text.replace(' ', 'T')}:00+08:00`) / 1000;
const md5 = (bytes) => createHash('md5').update(bytes).digest('hex');
/** The bytes of most pictures, voices and videos were never fetched; their hash is known all the same. */
const lostMedia = (event, extension) => {
  const key = `${event.id} ${extension}`;
  return { md5sum: md5(key), sdkfileid: Buffer.from(`SDKFILEID|${key}`).toString('base64') };
};
const sizeOf = (event) => 12_000 + (Number.parseInt(event.id.slice(-6), 10) % 400_000);

/** The quoted part as WeCom writes it into the text of a reply. */
const replyOf = ([label, answer], { labels }) => {
  const quoted = labels.get(label);
  return `这是一条引用/回复消息：\n"${PEOPLE.get(quoted.from).name}：\n${quoted.body.text?.content ?? '[文件]'}"\n------\n${answer}`;
};

const FORWARDED = {
  text: ['ChatRecordText', ({ text }) => text],
  file: ['ChatRecordFile', ({ file }) => file],
  image: ['ChatRecordImage', ({ image }) => image],
};

/** Items of a merged forward carry their time in seconds and no account; their content is JSON inside a text. */
function forwardOf([title, ...names], { labels }) {
  const item = names.map((name) => {
    const event = labels.get(name);
    const [type, bodyOf] = FORWARDED[event.msgtype];
    return { type, msgtime: Math.floor(event.at / 1000), content: JSON.stringify(bodyOf(event.body)), from_chatroom: event.roomid !== '' };
  });
  return { title, item };
}

/** A body each: what stands beside the common fields. Keys are those of the platform. */
const BODIES = {
  text: ([content]) => ['text', { text: { content } }],
  reply: (words, context) => ['text', { text: { content: replyOf(words, context) } }],
  image: (_, { event }) => ['image', { image: { ...lostMedia(event, 'jpg'), filesize: sizeOf(event) } }],
  voice: ([length], { event }) => [
    'voice',
    { voice: { ...lostMedia(event, 'amr'), voice_size: Number(length) * 800, play_length: Number(length) } },
  ],
  video: ([length], { event }) => [
    'video',
    { video: { ...lostMedia(event, 'mp4'), filesize: Number(length) * 140_000, play_length: Number(length) } },
  ],
  emotion: (_, { event }) => [
    'emotion',
    { emotion: { type: 1, width: 240, height: 240, imagesize: sizeOf(event), ...lostMedia(event, 'gif') } },
  ],
  file: ([name], { event, documents }) => ['file', { file: fileOf(name, event, documents) }],
  forward: (words, context) => ['chatrecord', { chatrecord: forwardOf(words, context) }],
  mixed: ([text], { event }) => [
    'mixed',
    {
      mixed: {
        item: [
          { type: 'text', content: JSON.stringify({ content: text }) },
          { type: 'image', content: JSON.stringify({ ...lostMedia(event, 'jpg'), filesize: sizeOf(event) }) },
        ],
      },
    },
  ],
  agree: (_, { event }) => ['agree', { agree: { userid: event.from, agree_time: event.at } }],
  disagree: (_, { event }) => ['disagree', { disagree: { userid: event.from, disagree_time: event.at } }],
  card: ([name]) => ['card', { card: { corpname: '微信联系人', userid: accountOf(name) } }],
  location: ([title, address, longitude, latitude]) => [
    'location',
    { location: { longitude: Number(longitude), latitude: Number(latitude), address, title, zoom: 15 } },
  ],
  link: ([title, description, url]) => ['link', { link: { title, description, link_url: url, image_url: '' } }],
  weapp: ([title, description, name]) => ['weapp', { weapp: { title, description, username: 'gh_henglan@app', displayname: name } }],
  todo: ([title, content]) => ['todo', { todo: { title, content } }],
  vote: ([title, ...items], { event }) => [
    'vote',
    { votetitle: title, voteitem: items, votetype: 101, voteid: `VOTE${event.id.slice(-8)}` },
  ],
  collect: ([title, ...questions], { event }) => [
    'collect',
    {
      collect: {
        room_name: '',
        creator: PEOPLE.get(event.from).name,
        create_time: localTime(event.at).slice(0, 19).replace('T', ' '),
        title,
        details: questions.map((ques, index) => ({ id: index + 1, ques, type: 'Text' })),
      },
    },
  ],
  redpacket: ([wish, count, fen]) => [
    'redpacket',
    { redpacket: { type: Number(count) > 1 ? 2 : 1, wish, totalcnt: Number(count), totalamount: Number(fen) } },
  ],
  meeting: ([topic, from, to, address], { event }) => [
    'meeting',
    {
      meeting: {
        topic,
        starttime: seconds(from),
        endtime: seconds(to),
        address,
        remarks: '',
        meetingtype: 101,
        meetingid: Number(event.id.slice(-12)),
      },
    },
  ],
  meeting_notice: ([content], { event }) => [
    'meeting_notification',
    { info: { meeting_id: `mt${event.id.slice(-8)}`, notification_type: 1, content } },
  ],
  calendar: ([title, from, to, place, ...names], { event }) => [
    'calendar',
    {
      calendar: {
        title,
        creatorname: PEOPLE.get(event.from).name,
        attendeename: names,
        starttime: seconds(from),
        endtime: seconds(to),
        place,
        remarks: '',
      },
    },
  ],
  doc: ([title], { event }) => [
    'docmsg',
    { doc: { title, doc_creator: event.from, link_url: `https://doc.henglan.example/sheet/${event.id.slice(-8)}` } },
  ],
  markdown: ([content]) => ['markdown', { info: { content } }],
  news: ([title, description]) => ['news', { info: { item: [{ title, description, url: 'https://news.henglan.example/', picurl: '' }] } }],
  call: ([length, kind]) => ['voiptext', { info: { callduration: Number(length), invitetype: Number(kind ?? 2) } }],
  voice_call: ([length], { event }) => [
    'meeting_voice_call',
    {
      voiceid: `gr${event.id.slice(-9)}`,
      meeting_voice_call: { endtime: Math.floor(event.at / 1000) + Number(length), sdkfileid: lostMedia(event, 'mp3').sdkfileid },
    },
  ],
  disk_file: ([filename]) => ['qydiskfile', { info: { filename } }],
};

function fileOf(name, event, documents) {
  const document = documents.get(name);
  const extension = name.slice(name.lastIndexOf('.') + 1);
  const media = document === undefined ? { ...lostMedia(event, extension), filesize: sizeOf(event) } : knownMedia(document.bytes);
  return { md5sum: media.md5sum, filename: name, fileext: extension, filesize: media.filesize, sdkfileid: media.sdkfileid };
}

function knownMedia(bytes) {
  const md5sum = md5(bytes);
  return { md5sum, filesize: bytes.length, sdkfileid: Buffer.from(`SDKFILEID|${md5sum}`).toString('base64') };
}

/**
 * One event of WeCom: `{at, id, action, from, tolist, roomid, msgtype, body}`. `labels` holds the events that later lines may name.
 * `id` is a number as text, with the time behind it once the record is written.
 */
export function eventOf(line, place, { at, id, labels, documents }) {
  const from = accountOf(line.from);
  const tolist = place.members.filter((account) => account !== from);
  const event = { at, id, action: 'send', from, tolist, roomid: place.roomid, msgtype: '', body: {} };
  event.isExternal = [from, ...tolist].some(isOutside);
  if (line.command === 'switch') event.action = 'switch';
  else if (line.command === 'recall') {
    const target = labels.get(line.words[0]);
    if (target === undefined) throw new Error(`Nothing is labeled ${line.words[0]}.`);
    event.action = 'recall';
    event.msgtype = 'revoke';
    event.body = { revoke: { pre_msgid: messageId(target) } };
  } else {
    [event.msgtype, event.body] = BODIES[line.command](line.words, { event, labels, documents });
  }
  if (line.label !== null) labels.set(line.label, event);
  return event;
}

export const messageId = (event) => `${event.id}_${event.at}${event.isExternal ? '_external' : ''}`;

/** The decrypted record as the platform writes it. */
export function recordOf(event) {
  const msgid = messageId(event);
  if (event.action === 'switch') return { msgid, action: 'switch', time: event.at, user: event.from };
  const { action, from, tolist, roomid, msgtype, body, at } = event;
  return { msgid, action, from, tolist, ...(msgtype === 'meeting_voice_call' ? {} : { roomid }), msgtime: at, msgtype, ...body };
}
