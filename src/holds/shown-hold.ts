import type { HoldClauseModel, HoldModel, ShownHoldState } from './hold.model.js';
import type { HoldClause, HoldRecord } from './hold-record.js';
import type { HoldEntry, HoldRegister } from './hold-register.js';
import { scopeText } from './scope-text.js';

/** A hold as people see it: the record tells what was asked for, the register what binds. */
export function shownHold(record: HoldRecord, { entries }: HoldRegister): HoldModel {
  const own = new Map(entries.filter(({ holdId }) => holdId === record.holdId).map((entry) => [entry.entryId, entry]));
  const clauses = record.clauses.map((clause) => shownClause(clause, own.get(clause.entryId) ?? null));
  const states = new Set(clauses.map(({ state }) => state));
  const order: readonly ShownHoldState[] = ['placing', 'active', 'release_pending'];
  return {
    id: record.holdId,
    matterId: record.matterId,
    reason: record.reason,
    state: order.find((state) => states.has(state)) ?? 'released',
    clauses,
    releaseRequest: record.request,
    release: [...own.values()].find(({ release }) => release !== null)?.release ?? null,
    releasedAt: record.releasedAt,
  };
}

function shownClause({ entryId, scope, placedBy, placedAt }: HoldClause, entry: HoldEntry | null): HoldClauseModel {
  return { id: entryId, state: entry?.state ?? 'released', scopeText: scopeText(scope), scope, placedBy, placedAt };
}
