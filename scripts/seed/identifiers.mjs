/**
 * Personal data that belongs to nobody: check digits are right wherever a rule for them is published, the ranges are unassigned,
 * published for tests, or reserved for documentation.
 */

const sumOf = (characters, weights, valueOf) => weights.reduce((sum, weight, index) => sum + weight * valueOf(characters[index]), 0);

/** Mainland resident identity card. 440399 was never a county, 99x is no order number in use. */
export function residentId(random) {
  const month = String(random.between(1, 12)).padStart(2, '0');
  const day = String(random.between(1, 28)).padStart(2, '0');
  const body = `440399${random.between(1970, 1999)}${month}${day}99${random.below(10)}`;
  return body + '10X98765432'[sumOf(body, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], Number) % 11];
}

/** Hong Kong identity card. Q is no prefix in use. */
export function hongKongId(random) {
  const body = ` Q99${random.digits(4)}`;
  const valueOf = (character) => (character === ' ' ? 36 : parseInt(character, 36));
  const check = (11 - (sumOf(body, [9, 8, 7, 6, 5, 4, 3, 2], valueOf) % 11)) % 11;
  return `${body.trim()}(${check === 10 ? 'A' : check})`;
}

/** Macau resident identity card (BIR). How its last digit is made was never published. */
export function macauId(random) {
  return `5999${random.digits(3)}(${random.below(10)})`;
}

export const mainlandPassport = (random) => `E00000${random.digits(3)}`;
export const hongKongPassport = (random) => `K00000${random.digits(3)}`;
export const macauPassport = (random) => `MA0000${random.digits(3)}`;
export const homeReturnPermit = (random) => `M00000${random.digits(3)}`;

function withLuhnDigit(body) {
  const sum = [...body].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}

/** UnionPay below 6200 0000 00, where the published test numbers are, or one of the numbers that payment services publish for tests. */
export function bankCard(random) {
  const published = ['6205500000000000004', '4111111111111111', '4242424242424242', '5555555555554444'];
  return random.below(3) === 0 ? random.pick(published) : withLuhnDigit(`6200000000${random.digits(5)}`);
}

/** Unified social credit code: 18 characters, two check characters (GB 32100, GB 11714), in a county that never was. */
export function companyCode(random) {
  const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  const valueOf = (character) => alphabet.indexOf(character);
  const organization = `MA000${random.digits(3)}`;
  const inner = 11 - (sumOf(organization, [3, 7, 9, 10, 5, 8, 4, 2], (character) => parseInt(character, 36)) % 11);
  const body = `91440399${organization}${inner === 10 ? 'X' : inner % 11}`;
  return body + alphabet[(31 - (sumOf(body, [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28], valueOf) % 31)) % 31];
}

/** Prefixes that no operator was given. */
export const mainlandMobile = (random) => `1540000${random.digits(4)}`;
export const macauMobile = (random) => `+853 6000 0${random.digits(3)}`;
export const hongKongMobile = (random) => `+852 5000 0${random.digits(3)}`;

/** RFC 2606 and RFC 5737. */
export const mailAddress = (random) =>
  `${random.pick(['sales', 'booking', 'ap', 'info', 'kefu', 'hr'])}${random.digits(2)}@${random.pick(['luwan', 'shunhang', 'qicheng'])}.example`;
export const internetAddress = (random) => `${random.pick(['192.0.2', '198.51.100', '203.0.113'])}.${random.between(1, 254)}`;

/** Numbers that begin with four zeros are not given out. */
export const mainlandPlate = (random) => `粤B0000${random.between(1, 9)}`;
export const crossBorderPlate = (random) => `粤Z000${random.between(1, 9)}${random.pick(['港', '澳'])}`;

/** Streets and buildings that do not exist. */
export const mainlandAddress = (random) =>
  `深圳市南山区${random.pick(['星澜路', '听涛三路', '云岸大道'])}${random.between(1, 199)}号${random.pick(['恒澜大厦', '望屿花园'])}${random.between(2, 30)}楼${random.between(1, 12)}室`;
export const macauAddress = (random) =>
  `澳門${random.pick(['海晴大馬路', '望濤街', '蓮峰新街'])}${random.between(1, 399)}號${random.pick(['恒瀾商業中心', '聚星閣'])}${random.between(2, 28)}樓${random.pick(['A', 'B', 'C', 'D'])}座`;
export const hongKongAddress = (random) =>
  `Flat ${random.pick(['A', 'B', 'C'])}, ${random.between(2, 32)}/F, ${random.pick(['Tide View Court', 'Henglan Plaza'])}, ${random.between(1, 88)} ${random.pick(['Sunwave Road', 'Lantern Street'])}, Kowloon, Hong Kong`;
