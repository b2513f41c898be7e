import type { MessageKind } from '../domain/values.js';

/** Where the bytes of a type are named, and what to call them where the record does not. */
export interface WecomMedia {
  /** Key of the size in bytes. */
  readonly sizeKey: string;
  readonly name: string;
}

/** How one msgtype is read. Shapes: formats as documented for GetChatData, and as seen where writers differ. */
export interface WecomType {
  readonly kind: MessageKind;
  /** Keys of the record that its body may stand under; its own name always may. */
  readonly keys: readonly string[];
  /** What a reader sees, in order: a field of the body, or fields of each object in a list. */
  readonly shown: readonly (string | readonly [list: string, fields: readonly string[]])[];
  readonly media?: WecomMedia;
  /** Its `item` list holds messages. */
  readonly hasItems?: true;
}

const file = (name: string, sizeKey = 'filesize'): WecomMedia => ({ name, sizeKey });
const of = (kind: MessageKind, keys: readonly string[], shown: WecomType['shown'], media?: WecomMedia): WecomType =>
  media === undefined ? { kind, keys, shown } : { kind, keys, shown, media };

const REDPACKET = of('payment', ['redpacket', 'external_redpacket'], ['wish']);
/** Some writers put the one's body under the other's key. */
const CONSENT = of('consent', ['agree', 'disagree'], []);

/** Every msgtype with a known body. */
export const WECOM_TYPES: ReadonlyMap<string, WecomType> = new Map([
  ['text', of('text', ['text'], ['content'])],
  ['image', of('image', ['image'], [], file('image.jpg'))],
  ['voice', of('voice', ['voice'], [], file('voice.amr', 'voice_size'))],
  ['video', of('video', ['video'], [], file('video.mp4'))],
  ['emotion', of('sticker', ['emotion'], [], file('sticker.gif', 'imagesize'))],
  ['file', of('file', ['file'], [], file('file'))],
  // One that names the message it recalls is no message of its own.
  ['revoke', of('system', ['revoke'], [])],
  ['agree', CONSENT],
  ['disagree', CONSENT],
  ['card', of('contact', ['card'], ['corpname', 'userid'])],
  ['location', of('location', ['location'], ['title', 'address'])],
  ['link', of('link', ['link'], ['title', 'description', 'link_url'])],
  ['weapp', of('miniapp', ['weapp'], ['title', 'description', 'displayname'])],
  ['chatrecord', { kind: 'forward', keys: ['chatrecord'], shown: ['title'], hasItems: true }],
  ['mixed', { kind: 'mixed', keys: ['mixed'], shown: [], hasItems: true }],
  ['todo', of('calendar', ['todo'], ['title', 'content'])],
  ['vote', of('poll', ['vote'], ['votetitle', 'voteitem'])],
  ['collect', of('form', ['collect'], ['title', 'room_name', 'creator', ['details', ['ques']]])],
  ['redpacket', REDPACKET],
  ['external_redpacket', REDPACKET],
  ['meeting', of('meeting', ['meeting'], ['topic', 'address', 'remarks'])],
  ['meeting_notification', of('meeting', ['info'], ['content'])],
  ['docmsg', of('document', ['doc'], ['title', 'doc_creator', 'link_url'])],
  ['markdown', of('text', ['info'], ['content'])],
  ['news', of('link', ['info'], [['item', ['title', 'description', 'url']]])],
  ['calendar', of('calendar', ['calendar'], ['title', 'creatorname', 'attendeename', 'place', 'remarks'])],
  ['meeting_voice_call', of('call', ['meeting_voice_call'], [['demofiledata', ['filename']]], file('recording'))],
  ['voip_doc_share', of('file', ['voip_doc_share'], [], file('file'))],
  ['sphfeed', of('channel', ['sphfeed'], ['sph_name', 'feed_desc'])],
  ['voiptext', of('call', ['info'], [])],
  ['qydiskfile', of('file', ['info'], [], file('file'))],
]);

/** Fields of a vote, which may stand in the record itself. */
export const VOTE_KEYS = ['votetitle', 'voteitem', 'votetype', 'voteid'] as const;
