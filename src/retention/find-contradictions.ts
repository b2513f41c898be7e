import type { FilterNode } from '../query/ast.js';
import { fieldDefinition } from '../query/fields.js';
import { isAtLeast, parsePeriod } from './period.js';
import { isDeleting, isKeeping, type PolicySet, type RetentionPolicy } from './retention-policy.js';

/** Two rules that may apply to one message, of which one would delete it while the other keeps it: it is kept. */
export interface Contradiction {
  readonly deletingPolicyId: string;
  readonly keepingPolicyId: string;
}

/** Every pair of rules in force of which one may delete what the other keeps. Said to people, not refused: the longest wins. */
export function findContradictions({ policies }: PolicySet): readonly Contradiction[] {
  const active = policies.filter(({ state }) => state === 'active');
  return active
    .filter(isDeleting)
    .flatMap((deleting) =>
      active
        .filter(
          (keeping) =>
            keeping !== deleting && isKeeping(keeping) && !isDisjoint(deleting.filter, keeping.filter) && mayBeEarlier(deleting, keeping),
        )
        .map((keeping) => ({ deletingPolicyId: deleting.id, keepingPolicyId: keeping.id })),
    );
}

function mayBeEarlier(deleting: RetentionPolicy, keeping: RetentionPolicy): boolean {
  if (keeping.until !== null) return true;
  const startsAlike = JSON.stringify(deleting.trigger) === JSON.stringify(keeping.trigger) && deleting.timeZone === keeping.timeZone;
  return !(startsAlike && isAtLeast(parsePeriod(deleting.period!), parsePeriod(keeping.period!)));
}

/** Whether no message can satisfy both, as far as is plain to see: one field that has a single value is asked for different ones. */
function isDisjoint(left: FilterNode, right: FilterNode): boolean {
  if (left.kind === 'and') return left.nodes.some((node) => isDisjoint(node, right));
  if (right.kind === 'and') return right.nodes.some((node) => isDisjoint(left, node));
  if (left.kind !== 'terms' || right.kind !== 'terms' || left.field !== right.field) return false;
  return !fieldDefinition(left.field).isList && !left.values.some((value) => right.values.includes(value));
}
