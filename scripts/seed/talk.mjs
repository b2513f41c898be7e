import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { accountOf, EMPLOYEES, membersOf, PEOPLE, roomOf, staffOf } from './cast.mjs';
import { daysOfArchive, timeOf } from './calendar.mjs';
import { SeededRandom } from './random.mjs';
import { readScenes } from './read-scenes.mjs';
import { Slots } from './slots.mjs';

const TALKS = ['talk-shenzhen', 'talk-macau', 'talk-hongkong', 'talk-outside', 'talk-personal-data'];
const DIALOGUES_A_WORKING_DAY = [19, 25];
const DIALOGUES_A_SATURDAY = [2, 4];
const ROUNDS_OF_FEW = 5;
const SPEAKERS = ['A', 'B', 'C', 'D'];
const ENGLISH_ONLY = 'DanielReyes';

/** Days on which an employee wrote nothing in WeCom at all. */
export const SILENCES = { GaoFeng: ['2026-07-25', '2026-08-02'] };
/** Accounts that ordinary talk leaves alone from that day on. */
const GONE = { GaoFeng: '2026-08-25', ChanChiWai: '2026-08-19' };
const isPresent = (account, day) => {
  const silence = SILENCES[account];
  return !(silence && silence[0] <= day && day <= silence[1]) && !(account in GONE && GONE[account] <= day);
};

/** Characters that only one of the two scripts (or only Cantonese) has, enough of them to tell who speaks. */
const SIMPLIFIED_ONLY = new Set('们这时间话问请几点开车发单货产对应还让谁给说过样检报费张两会汇钱库电网统订税码邮级资历边实际询协约业务员');
const TRADITIONAL_ONLY = new Set(
  '嘅唔咗喺佢哋冇過個數時間話問請幾點開車發單貨產對應還讓誰給說樣檢報費張兩會匯錢庫電網統訂稅碼郵級資歷邊實際詢協約業務員係嚟乜咁俾晒搵嗰嘢',
);
const countOf = (text, characters) => [...text].filter((character) => characters.has(character)).length;

/** Where somebody who writes like this works; null if it may be anybody but the one who writes English alone. */
function sitesOf(text) {
  if (/^[\x20-\x7e\p{Extended_Pictographic}]*$/u.test(text)) return null;
  const simplified = countOf(text, SIMPLIFIED_ONLY);
  const traditional = countOf(text, TRADITIONAL_ONLY);
  if (simplified === traditional) return ['shenzhen', 'macau', 'hongkong'];
  return simplified > traditional ? ['shenzhen'] : ['macau', 'hongkong'];
}

/** Somebody for each of the letters in a scene who writes in its script, as far as there is anybody. */
function castLetters(scene, candidates, taken) {
  const free = candidates.filter((account) => !taken.includes(account));
  const letters = [...new Set(scene.lines.map(({ from }) => from))].filter((from) => SPEAKERS.includes(from) && !taken.includes(from));
  return new Map(
    letters.map((letter) => {
      const text = scene.lines.flatMap(({ from, words }) => (from === letter ? words : [])).join('');
      const sites = sitesOf(text);
      const suits = (account) => sites === null || (sites.includes(PEOPLE.get(account).site) && account !== ENGLISH_ONLY);
      const index = Math.max(0, free.findIndex(suits));
      return [letter, free.splice(index, 1)[0]];
    }),
  );
}

/** `room NAME`, `direct SITE` or `outside SITE ALIAS`: who says the lines (by letter), and who reads them. */
function placeOf(scene, day, random) {
  const [kind, name, alias] = scene.heading.split(' ');
  const named = [...new Set(scene.lines.map(({ from }) => from))].filter((from) => !SPEAKERS.includes(from)).map(accountOf);
  if (kind === 'room') {
    const room = roomOf(name);
    const members = membersOf(room, day);
    const staff = members.filter((account) => EMPLOYEES.includes(account) && isPresent(account, day));
    return { roomid: room.id, members, speakers: castLetters(scene, random.shuffled(staff), named) };
  }
  const present = random.shuffled((name === 'any' ? EMPLOYEES : staffOf(name)).filter((account) => isPresent(account, day)));
  const speakers = castLetters(kind === 'outside' ? withoutFirst(scene) : scene, present, named);
  if (kind === 'outside') speakers.set('A', accountOf(alias));
  return { roomid: '', members: [...named, ...speakers.values()], speakers };
}

/** A is the one outside: only the others are to be cast. */
const withoutFirst = (scene) => ({ ...scene, lines: scene.lines.filter(({ from }) => from !== 'A') });

function linesOf(scene, day, start, name) {
  const random = new SeededRandom(name);
  const slots = new Slots(random);
  const { speakers, ...place } = placeOf(scene, day, random);
  let at = start;
  return scene.lines.map((line) => {
    at += line.seconds === null ? random.between(6_000, 110_000) : line.seconds * 1000 + random.below(1000);
    const from = speakers.get(line.from) ?? line.from;
    const words = line.words.map((word) => slots.fill(word));
    return { at, place, line: { ...line, from, words, label: line.label && `${name} ${line.label}`, ...named(line, words, name) } };
  });
}

/** Labels of a dialogue are its own each time it is used. */
function named(line, words, name) {
  if (line.command === 'recall' || line.command === 'reply') return { words: [`${name} ${words[0]}`, ...words.slice(1)] };
  if (line.command === 'forward') return { words: [words[0], ...words.slice(1).map((word) => `${name} ${word}`)] };
  return {};
}

/** Work as it is every day. Every dialogue comes round before one is used again; those marked `few` sit out most rounds. */
export function talkLines() {
  const random = new SeededRandom('talk');
  const scenes = TALKS.flatMap(readScenes);
  let deck = [];
  let round = 0;
  const lines = [];
  for (const { day, isWorking, isSaturday } of daysOfArchive()) {
    const range = isWorking ? DIALOGUES_A_WORKING_DAY : isSaturday ? DIALOGUES_A_SATURDAY : [0, 0];
    const count = random.between(...range);
    for (let index = 0; index < count; index += 1) {
      if (deck.length === 0) {
        deck = random.shuffled(scenes.filter(({ heading }) => round % ROUNDS_OF_FEW === 0 || !heading.endsWith(' few')));
        round += 1;
      }
      const start = timeOf(day, '09:00') + random.below(9 * 3600) * 1000;
      lines.push(...linesOf(deck.pop(), day, start, `${day} ${index}`));
    }
  }
  return lines;
}

/** Dialogues of CrossWOZ: an employee books for guests, the advisor of the travel agency answers. */
export function travelLines() {
  const packed = readFileSync(new URL('texts/crosswoz-dialogues.json.gz', import.meta.url));
  const random = new SeededRandom('travel');
  const days = daysOfArchive().filter(({ isWorking }) => isWorking);
  const advisor = accountOf('TravelDesk');
  return JSON.parse(gunzipSync(packed)).flatMap((dialogue) => {
    const { day } = random.pick(days);
    const employee = random.pick(staffOf('shenzhen').filter((account) => account !== 'GaoFeng'));
    let at = timeOf(day, '09:20') + random.below(8 * 3600) * 1000;
    return dialogue.map(([role, text]) => {
      at += random.between(15_000, 75_000);
      const line = { label: null, from: role === 'sys' ? advisor : employee, command: 'text', words: [text] };
      return { at, place: { roomid: '', members: [employee, advisor] }, line };
    });
  });
}
