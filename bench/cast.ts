import { Zipf, type Random } from './random.js';

const CUSTODIANS = 200;
const FAMILY_NAMES = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟';
const GIVEN_NAMES = '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文辉力健志鹏宇浩然婷雪琳欣怡佳慧子轩梓涵俊峰晓东嘉豪';
const TEAMS = ['华东销售', '华南销售', '采购', '财务', '法务', '运营', '技术支持', '客服', '人力资源', 'HK Office'];
const GROUP_WORDS = ['项目', '报价', '交付', '售后', '周会', '供应商', '合同', '展会', '审计', '付款'];
const ID_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

interface Person {
  readonly id: string;
  readonly name: string;
}

/** Somebody writing in a conversation, with the parts of the record that are always the same, as JSON. */
export interface Speaker {
  readonly id: string;
  readonly json: string;
}

export interface Conversation {
  readonly custodianIds: readonly string[];
  readonly speakers: readonly Speaker[];
}

/** The people and conversations of a generated archive; who speaks how often follows Zipf's law. */
export class Cast {
  private readonly conversations: readonly Conversation[];
  private readonly byFrequency: Zipf;

  constructor(random: Random, messageCount: number) {
    const count = Math.max(20, Math.min(5000, Math.floor(messageCount / 100)));
    const custodians = Array.from({ length: CUSTODIANS }, (_, index) => ({
      id: `staff${String(index + 1).padStart(4, '0')}`,
      name: personName(random, true),
    }));
    const outsiders = Array.from({ length: count }, () => ({ id: `wm${identifier(random, 18)}`, name: personName(random, false) }));
    const custodianRanks = new Zipf(CUSTODIANS);
    this.conversations = Array.from({ length: count }, () => inventConversation(random, custodians, custodianRanks, outsiders));
    this.byFrequency = new Zipf(count, 0.8);
  }

  get conversationCount(): number {
    return this.conversations.length;
  }

  draw(random: Random): Conversation {
    return this.conversations[this.byFrequency.draw(random)]!;
  }
}

function inventConversation(random: Random, custodians: readonly Person[], ranks: Zipf, outsiders: readonly Person[]): Conversation {
  const isGroup = random.chance(0.4);
  const staff = new Set([custodians[ranks.draw(random)]!]);
  const members = new Set<Person>(staff);
  if (isGroup) {
    while (staff.size < random.between(1, 3)) staff.add(custodians[ranks.draw(random)]!);
    for (const person of staff) members.add(person);
    const size = random.between(3, 7);
    while (members.size < size) members.add(random.pick(outsiders));
  } else {
    members.add(random.chance(0.25) ? custodians[ranks.draw(random)]! : random.pick(outsiders));
    for (const person of members) if (person.id.startsWith('staff')) staff.add(person);
    while (members.size < 2) members.add(random.pick(outsiders));
  }
  const people = [...members];
  const custodianIds = [...staff].map((person) => person.id).sort();
  const name = isGroup ? `${random.pick(TEAMS)}${random.pick(GROUP_WORDS)}${random.between(1, 99)}群` : people[people.length - 1]!.name;
  const shared =
    `,"conversationId":"${isGroup ? 'wr' : 'dm'}${identifier(random, 18)}","conversationName":${JSON.stringify(name)}` +
    `,"conversationKind":"${isGroup ? 'group' : 'direct'}","platform":"wecom","custodianIds":${JSON.stringify(custodianIds)}`;
  const speakers = people.map((person) => ({
    id: person.id,
    json:
      `${shared},"senderId":"${person.id}","senderName":${JSON.stringify(person.name)}` +
      `,"recipientIds":${JSON.stringify(people.filter((other) => other !== person).map((other) => other.id))}`,
  }));
  return { custodianIds, speakers };
}

function personName(random: Random, isStaff: boolean): string {
  const characters = random.chance(0.8) ? 2 : 1;
  let name = FAMILY_NAMES[random.below(FAMILY_NAMES.length)]!;
  for (let index = 0; index < characters; index += 1) name += GIVEN_NAMES[random.below(GIVEN_NAMES.length)]!;
  return isStaff ? `${name}（${random.pick(TEAMS)}）` : name;
}

function identifier(random: Random, length: number): string {
  let text = '';
  for (let index = 0; index < length; index += 1) text += ID_CHARACTERS[random.below(ID_CHARACTERS.length)]!;
  return text;
}
