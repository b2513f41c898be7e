import type { StoredMessage } from '../domain/message.js';
import type { KeepReason } from '../domain/values.js';
import type { VersionToken } from '../domain/version-token.js';
import type { EraseItem } from '../engine/index-eraser.js';
import type { WrittenMessage } from '../engine/index-writer.js';
import type { Standing } from '../engine/standing.js';
import { HoldfastError } from '../errors/errors.js';
import { covers } from '../holds/covers.js';
import { RESTORED, type HoldRegister } from '../holds/hold-register.js';
import { refuseWhileRebuilding } from '../holds/rebuilding.js';
import { fieldValues } from '../query/field-values.js';
import type { DisposalTools, Rules } from './disposal-tools.js';
import type { DestroyingRule } from './disposition-batch.js';

/** What decides about messages: read together, and good only while the register stands at its version. */
export interface Ground {
  readonly register: HoldRegister;
  readonly rules: Rules;
  /** UTC milliseconds. */
  readonly now: number;
  /** What the clock showed when rules and time were read, UTC milliseconds. */
  readonly readAt: number;
}

/** Whether a message may be destroyed, as it was read. */
export type Judgment =
  | { readonly id: string; readonly reason: KeepReason }
  | { readonly id: string; readonly reason: null; readonly rule: DestroyingRule; readonly message: WrittenMessage };

/** Milliseconds for which a trusted time is used again: what may go by an earlier one may go by a later. */
const TIME_LASTS = 60_000;
const ACKNOWLEDGE = 'holdfast restore --acknowledge --as administrator';
/** An old copy may answer this often with rules older than the register knows of. */
const ATTEMPTS = 100;

/**
 * What else a decision rests on, not older than the register says; `earlier` serves again while it is not. Throws ENGINE_UNAVAILABLE when
 * only older rules can be read.
 */
export async function readGround(
  { rules: reader, trustedNow, clock }: DisposalTools, register: HoldRegister, earlier: Ground | null = null,
): Promise<Ground> {
  const readAt = clock.now();
  if (earlier !== null && earlier.rules.policyVersion >= register.policyVersion && Math.abs(readAt - earlier.readAt) < TIME_LASTS) {
    return { ...earlier, register };
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const rules = await reader.read();
    if (rules.policyVersion >= register.policyVersion) return { register, rules, now: await trustedNow(), readAt };
  }
  throw new HoldfastError('ENGINE_UNAVAILABLE', 'The retention rules can only be read as they were before.');
}

/** Whether what was decided by one register holds for another: only the claims in it are others. */
export function isSameGround(one: HoldRegister, other: HoldRegister): boolean {
  const [left, right] = [one, other].map(({ epoch: _epoch, claims: _claims, ...ground }) => JSON.stringify(ground));
  return left === right;
}

/** Throws DISPOSITION_SUSPENDED while nothing may be claimed. */
export function requireRunning({ suspended, rebuilding }: HoldRegister, { isReplay }: Pick<DisposalTools, 'isReplay'>): void {
  if (suspended !== null && !(isReplay && suspended.reason === RESTORED)) {
    throw new HoldfastError('DISPOSITION_SUSPENDED', `Reason: ${suspended.reason}. Run: ${ACKNOWLEDGE}`, { ...suspended });
  }
  refuseWhileRebuilding({ rebuilding });
}

/** Judges what was read. `expected`: by id, the version that it must stand at; null: any. In order. */
export async function judge(
  { register, rules, now }: Ground, standing: readonly Standing[], expected: ReadonlyMap<string, VersionToken> | null,
): Promise<readonly Judgment[]> {
  const reasons = standing.map((found) => reasonToKeep(found, register, expected));
  const open = standing.flatMap((found, place) => (found.kind === 'message' && reasons[place] === null ? [found.message] : []));
  const decisions = open.length === 0 ? [] : await rules.decide(open, now);
  let next = 0;
  return standing.map(({ id }, place): Judgment => {
    const reason = reasons[place] ?? null;
    if (reason !== null) return { id, reason };
    const message = open[next]!;
    const { eligible, rule, reasons: kept } = decisions[next++]!;
    if (!eligible || rule === null) return { id, reason: kept[0] ?? 'no_rule' };
    return { id, reason: null, rule, message };
  });
}

/** What is erased of a message as it was read. */
export function eraseItemOf({ message, version, disposals }: WrittenMessage): EraseItem {
  return { id: message.id, version, disposals };
}

function reasonToKeep(found: Standing, register: HoldRegister, expected: ReadonlyMap<string, VersionToken> | null): KeepReason | null {
  if (found.kind !== 'message') return 'gone';
  if (expected !== null && expected.get(found.id) !== found.message.version) return 'changed';
  return reasonOfHolds(found.message, register);
}

/** Null when no hold can cover it. Every entry counts, whatever its state. */
export function reasonOfHolds({ message }: StoredMessage, { entries }: HoldRegister): KeepReason | null {
  const values = fieldValues(message);
  let isUnknown = false;
  for (const { scope } of entries) {
    const coverage = covers(scope, values);
    if (coverage === 'yes') return 'held';
    isUnknown ||= coverage === 'unknown';
  }
  return isUnknown ? 'hold_unknown' : null;
}
