import type { Message } from '../../src/domain/message.js';
import { makeAttachment, makeMessage } from './make-message.js';
import type { Random } from './random.js';

// prettier-ignore
const CLAUSES = [
  '请尽快付款', '合同已寄出', '明天下午开会', '收到，谢谢', '发票抬头要改一下', '价格再谈谈', '这个方案不行', '先这样吧', '我在路上', '账户信息稍后发你', 'ok 没问题', '订单号 20240315', '電話 138-0013-8000', '哈哈哈',
  '他说不知道', '下周一之前给我', '麻烦看一下附件', '已经转账', '别告诉别人', '👍🏻',
];
const FIRST = Date.UTC(2025, 0, 1);
const FOURTEEN_MONTHS = 425 * 86_400_000;

/**
 * Ordinary chat in no order: fourteen months, one message in twenty without a time, one in five at one of few instants. Nine in ten
 * say 付款 somewhere.
 */
export function makeChat(random: Random, count: number, prefix = 'chat'): Message[] {
  return Array.from({ length: count }, (_, index) =>
    makeMessage(`${prefix}-${index}`, {
      sentAt: random.chance(0.05) ? null : FIRST + (random.chance(0.2) ? random.below(6) * 6_000_000_000 : random.below(FOURTEEN_MONTHS)),
      text: random.times(random.between(1, 4), () => random.pick(CLAUSES)).join('，') + (random.chance(0.9) ? '。付款了吗' : ''),
      senderId: random.chance(0.02) ? null : `sender-${random.below(30)}`,
      custodianIds: random
        .times(random.below(3), () => `custodian-${random.below(9)}`)
        .filter((id, place, all) => all.indexOf(id) === place)
        .sort(),
      conversationId: `conversation-${random.below(50)}`,
      recall: random.chance(0.03) ? { at: null, by: null } : null,
      attachments: random.chance(0.05) ? [makeAttachment('付款凭证.pdf')] : [],
    }),
  );
}
