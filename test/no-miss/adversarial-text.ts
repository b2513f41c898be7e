import { SCRIPT_PAIRS } from './script-variants.js';
import type { Random } from '../support/random.js';

// Texts made to be missed. Imports nothing from `src/`.

const words = (text: string): string[] => text.split(' ');

const HAN = words(
  '的 是 我 不 在 了 有 和 人 这 中 大 为 上 个 国 地 到 以 说 时 要 就 出 会 可 也 你 对 生 付款 合同 账户 转账 明天 内幕 发票 股票',
);
const SCRIPT = Array.from(
  '后後干乾幹榦发發髮台臺颱檯里裡裏面麵麪只隻祇系係繫复復複覆历歷曆钟鐘鍾松鬆郁鬱云雲丑醜谷穀余餘征徵准準几幾斗鬥冲衝沖着著么麼麽幺注註了瞭尽盡儘汇匯彙获獲穫',
);
const RARE_HAN = Array.from('𠮷𠀀𠀁𠂉𡃁𢆡𪚥𫝀㐀䶵龘鿕豈更車賈滑串句龜契金喇');
// prettier-ignore
const LATIN = ['a', 'b', 'e', 't', 'T', 'ar', 'art', 'ART', 'party', 'Letter', 'iPhone', 'x1', 'NaN', 'null', 'ß', 'ss', 'SS', 'ﬁ', 'fi', 'ﬃ', 'ffi', 'ŉ', 'ĳ', 'ǆ', 'Œ', 'ø'];
// prettier-ignore
const MARKED = ['é', 'e\u0301', 'É', 'ü', 'u\u0308', 'ñ', 'ǖ', 'u\u0308\u0304', 'o\u0323\u0302', 'ộ', 'Å', 'Å', 'Ω', 'ς', 'σ', 'Σ', 'и\u0306', 'й', 'ё', 'ạ\u0308'];
// prettier-ignore
const KANA = ['か', 'が', 'か\u3099', 'ガ', 'ｶﾞ', 'ｶ', 'は', 'ぱ', 'は\u309a', 'ﾊﾟ', 'ー', 'ｰ', 'ッ', 'っ', '゛', '\u3099', 'ヴ', '㍿', '㌀'];
// prettier-ignore
const HANGUL = ['한', '국', '어', '가', '각', '\u1112\u1161\u11ab', '\u1100\u1161', '\u1100\u1161\u11a8', '가\u11a8'];
// prettier-ignore
const WIDTH = ['Ａ', 'ａ', '１', '％', '（', '）', '！', '？', '：', '；', '，', '、', '。', '－', '＂', '￥', '￣', '｡', '｢', '～'];
// prettier-ignore
const COMPATIBILITY = ['①', '㎏', '㋀', 'Ⅳ', '½', '²', '™', '℃', '㈱', 'ﷺ', '…', '‥', '´', '¨', '﹏', '︵', '⼀', '⻁', '\u2126', '\u212b', '\u00b5'];
// prettier-ignore
const EMOJI = ['👍', '👍🏻', '👍🏿', '😀', '👨‍👩‍👧', '👨‍👩‍👧‍👦', '❤', '❤️', '❤️‍🔥', '🇨🇳', '🇭🇰', '🇨', '🏳️‍🌈', '1️⃣', '#️⃣', '☺︎', '🧑🏽‍💻', '\u{1f3fb}'];
// prettier-ignore
const DIGITS = ['0', '1', '15', '2024', '138-0013-8000', '6222 0202 0001', '1,000.00', '٣', '３', '2024/03/15', '1.5', '(020)8888-6666'];
// prettier-ignore
const SPACE = [' ', '  ', '\t', '\n', '\r\n', '\u3000', '\u00a0', '\u2028', '\u2003', '\u0085', ' \t ', '\u000b'];
// prettier-ignore
const IGNORABLE = ['\u200b', '\u200c', '\u200d', '\ufeff', '\u00ad', '\u2060', '\ufe0f', '\ufe0e', '\u180e', '\u{e0100}', '\u200e', '\u200f', '\u202e', '\u2066', '\u2069', '\u034f'];
// prettier-ignore
const OPERATORS = ['NEAR', 'NEAR/5', 'NEAR(', 'AND', 'OR', 'NOT', ' AND ', ' OR ', '*', '^', '-', ' -', ':', 'body:', '(', ')', '"', '""', "'", '\\', '\\"', '+', '{', '}', '=', '#', '“', '”', '；--', '%', '_', '`', '[', ']', '<', '>', '&', '|', '~', ';', '/', '.', '?', '!', '@', '$', ','];
// prettier-ignore
const CONTROL = ['\0', '\u0001', '\u0007', '\u0008', '\u001b', '\u001c', '\u001d', '\u001e', '\u001f', '\u007f', '\u0080', '\u009f'];
// prettier-ignore
const PRIVATE = ['\ue000', '\ue020', '\ue022', '\ue02a', '\ue041', '\ue061', '\ue07f', '\ue080', '\ue0a0', '\ue0a1', '\ue0b0', '\ue0ff', '\ue100', '\uf020', '\uf080', '\uf8ff', '\u{f0000}', '\u{10fffd}'];
// prettier-ignore
const BROKEN = ['\ud83d', '\udc4d', '\ud800', '\udfff', '\ufffd', '\ufffe', '\uffff', '\u{1fffe}'];
// prettier-ignore
const RIGHT_TO_LEFT = ['חוזה', 'عقد', 'م', 'لا', 'ﻻ', 'א\u05b8', 'ي\u064e'];

// prettier-ignore
const KINDS: readonly (readonly string[])[] = [
  HAN, HAN, HAN, SCRIPT, SCRIPT, SCRIPT, LATIN, LATIN, MARKED, KANA, HANGUL, WIDTH, COMPATIBILITY, EMOJI, DIGITS, SPACE, SPACE, IGNORABLE, OPERATORS, OPERATORS,
  CONTROL, PRIVATE, BROKEN, RARE_HAN, RIGHT_TO_LEFT,
];

/** The pieces one archive's texts are made of: few enough that they meet again. */
export function drawAlphabet(random: Random, size: number): string[] {
  const drawn = random.times(size, () => random.pick(random.pick(KINDS)));
  // Over many archives every published pair of spellings has its turn.
  const pairs = random.times(Math.ceil(size / 8), () => random.pick(SCRIPT_PAIRS)).flat();
  return [...new Set([...drawn, ...pairs])];
}

/** A text of `length` pieces. Some pieces come often, as in real text. */
export function makeText(random: Random, alphabet: readonly string[], length: number): string {
  return random.times(length, () => alphabet[Math.floor(alphabet.length * random.next() ** 1.6)]!).join('');
}
