import * as identifiers from './identifiers.mjs';

const PRODUCTS = [
  '客房布草',
  '厨房冷柜',
  '智能门锁',
  '大堂灯具',
  '床垫',
  '浴袍',
  '不锈钢餐具',
  '骨瓷杯碟',
  '香薰机',
  '吹风机',
  '行李车',
  '地毯样板',
];
const CANTONESE_PRODUCTS = [
  '客房布草',
  '廚房雪櫃',
  '智能門鎖',
  '大堂燈飾',
  '床褥',
  '浴袍',
  '餐具',
  '骨瓷杯碟',
  '香薰機',
  '風筒',
  '行李車',
  '地氈樣板',
];
const ENGLISH_PRODUCTS = [
  'bed linen',
  'chiller units',
  'door locks',
  'lobby lamps',
  'mattresses',
  'bathrobes',
  'cutlery',
  'bone china',
  'diffusers',
];
const NAMES = ['欧阳晴', '司徒远', '陆星河', '温知夏', '顾南舟', '叶听澜', '江月白', '秦牧野', '方既明', '程小满'];

/** What a word in braces stands for: a maker each. */
const MAKERS = {
  product: (random) => random.pick(PRODUCTS),
  product_hk: (random) => random.pick(CANTONESE_PRODUCTS),
  product_en: (random) => random.pick(ENGLISH_PRODUCTS),
  order: (random) => `HL-2026-${random.digits(4)}`,
  quantity: (random) => String(random.pick([12, 20, 36, 48, 60, 80, 96, 120, 150, 200, 240, 300, 480, 600])),
  amount: (random) => `${random.between(2, 96)},${random.digits(2)}0.00`,
  wan: (random) => `${random.between(3, 48)}万`,
  price: (random) => `${random.between(18, 980)}.${random.digits(1)}0`,
  percent: (random) => String(random.between(1, 12)),
  hour: (random) => String(random.between(9, 18)),
  minute: (random) => random.pick(['00', '10', '15', '20', '30', '40', '45', '50']),
  small: (random) => String(random.between(2, 9)),
  day: (random) => String(random.between(1, 28)),
  weekday: (random) => random.pick(['周一', '周二', '周三', '周四', '周五']),
  weekday_en: (random) => random.pick(['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday']),
  container: (random) => `TEMU${random.digits(7)}`,
  tracking: (random) => `SF${random.digits(13)}`,
  room: (random) => `${random.between(6, 28)}${random.pick(['01', '03', '08', '12'])}`,
  person: (random) => random.pick(NAMES),
  resident_id: identifiers.residentId,
  hk_id: identifiers.hongKongId,
  macau_id: identifiers.macauId,
  passport: identifiers.mainlandPassport,
  hk_passport: identifiers.hongKongPassport,
  macau_passport: identifiers.macauPassport,
  permit: identifiers.homeReturnPermit,
  card: identifiers.bankCard,
  company_code: identifiers.companyCode,
  mobile: identifiers.mainlandMobile,
  macau_mobile: identifiers.macauMobile,
  hk_mobile: identifiers.hongKongMobile,
  mail: identifiers.mailAddress,
  ip: identifiers.internetAddress,
  plate: identifiers.mainlandPlate,
  border_plate: identifiers.crossBorderPlate,
  address: identifiers.mainlandAddress,
  macau_address: identifiers.macauAddress,
  hk_address: identifiers.hongKongAddress,
};

/**
 * Fills texts of one dialogue: `[a|b]` becomes one of the two, `{order}` a number made up for this dialogue, `{order:2}` a second one.
 * The same word gives the same value throughout the dialogue.
 */
export class Slots {
  #random;
  #values = new Map();

  constructor(random) {
    this.#random = random;
  }

  fill(text) {
    const chosen = text.replace(/\[([^[\]]*\|[^[\]]*)\]/g, (_, choices) => this.#random.pick(choices.split('|')));
    return chosen.replace(/\{([a-z_]+)(?::\d)?\}/g, (slot, name) => {
      if (!this.#values.has(slot)) {
        if (!(name in MAKERS)) throw new Error(`There is no maker for ${slot}.`);
        this.#values.set(slot, MAKERS[name](this.#random));
      }
      return this.#values.get(slot);
    });
  }
}
