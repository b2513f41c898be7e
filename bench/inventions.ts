import type { Random } from './random.js';

const EMOJI = [
  '😀',
  '😂',
  '🤣',
  '😅',
  '😊',
  '😍',
  '🙏',
  '👍',
  '👍🏻',
  '👌',
  '👏',
  '💪',
  '🎉',
  '🎂',
  '🌹',
  '❤️',
  '☕',
  '🚗',
  '📎',
  '📈',
  '📉',
  '💰',
  '🤝',
  '😭',
  '😡',
  '🤔',
  '🙄',
  '😴',
  '👨‍👩‍👧',
  '👩‍💻',
  '🇨🇳',
  '🇭🇰',
  '1️⃣',
  '✅',
  '❌',
  '⚠️',
  '[微笑]',
  '[强]',
  '[握手]',
  '[抱拳]',
  '[OK]',
  '[玫瑰]',
  '[捂脸]',
  '[呲牙]',
];
const TICKERS = [
  '600519.SH',
  '000858.SZ',
  '300750.SZ',
  '601318.SH',
  '0700.HK',
  '9988.HK',
  '3690.HK',
  '1299.HK',
  'AAPL',
  'NVDA',
  'BABA',
  'TSLA',
  'PDD',
  'JD',
];
const PRODUCTS = [
  'iPhone15',
  'iPhone 15 Pro',
  'Mate60',
  'P70 Pro',
  'ThinkPad X1',
  'PD1728',
  'RTX4090',
  'SUS304',
  'A4纸',
  'B2柜',
  'M8螺丝',
  'Type-C线',
  'PLC控制器',
  'X光机',
];
const FILE_STEMS = [
  '报价单',
  '合同',
  '采购清单',
  '会议纪要',
  '对账单',
  '发票',
  '项目计划',
  '客户名单',
  '报關單',
  'Quotation',
  'Contract',
  'minutes',
  'Q3 forecast',
  'IMG',
];
const FILE_TYPES = [
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['pdf', 'application/pdf'],
  ['jpg', 'image/jpeg'],
  ['zip', 'application/zip'],
] as const;
const MAIL_NAMES = [
  'wanglei',
  'li.na',
  'zhangwei',
  'chen_jing',
  'liuyang',
  'sales',
  'service',
  'finance',
  'daniel.wong',
  'amy.lau',
  'hr',
  'legal',
];
const MAIL_DOMAINS = ['example.com', 'example.cn', 'mail.example.org', 'trade.example.com.hk'];
const PHONE_PREFIXES = ['130', '133', '135', '136', '138', '139', '150', '152', '158', '159', '176', '180', '186', '188', '189', '199'];

export interface InventedFile {
  readonly name: string;
  readonly mime: string;
}

/** An emoji, sometimes repeated. */
export function inventEmoji(random: Random): string {
  const emoji = random.pick(EMOJI);
  return random.chance(0.2) ? emoji + emoji : emoji;
}

export function inventFile(random: Random): InventedFile {
  const [ending, mime] = random.pick(FILE_TYPES);
  const version = random.chance(0.5) ? `_v${random.between(1, 9)}` : `-${random.between(2021, 2024)}${random.digits(4)}`;
  return { name: `${random.pick(FILE_STEMS)}${version}.${ending}`, mime };
}

/** Something that investigators look for: an order or contract number, a phone, an amount, a ticker, a file, an address. */
export function inventFact(random: Random): string {
  switch (random.below(10)) {
    case 0:
      return `PO-${random.between(2021, 2024)}-${random.digits(6)}`;
    case 1:
      return `HT${random.between(2021, 2024)}${random.digits(8)}`;
    case 2:
      return `订单号${random.digits(12)}`;
    case 3:
      return phone(random);
    case 4:
      return `010-${random.digits(4)} ${random.digits(4)}`;
    case 5:
      return amount(random);
    case 6:
      return random.pick(TICKERS);
    case 7:
      return inventFile(random).name;
    case 8:
      return `${random.pick(MAIL_NAMES)}${random.digits(2)}@${random.pick(MAIL_DOMAINS)}`;
    default:
      return random.pick(PRODUCTS);
  }
}

function phone(random: Random): string {
  const gap = random.pick(['', '', '', ' ', '-']);
  return random.pick(PHONE_PREFIXES) + gap + random.digits(4) + gap + random.digits(4);
}

function amount(random: Random): string {
  const thousands = random.between(1, 899);
  switch (random.below(4)) {
    case 0:
      return `¥${thousands},${random.digits(3)}.00`;
    case 1:
      return `${thousands}.${random.below(10)}万元`;
    case 2:
      return `USD ${thousands},${random.digits(3)}`;
    default:
      return `${thousands}${random.digits(2)}元`;
  }
}
