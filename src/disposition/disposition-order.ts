import type { Actor } from '../access/people.js';
import type { ErrorCode, ErrorFacts } from '../errors/errors.js';
import type { FilterNode } from '../query/ast.js';

/** What a disposition process is told to do, once. */
export type DispositionOrder =
  | { readonly act: 'propose'; readonly actor: Actor; readonly filter: FilterNode }
  | { readonly act: 'run'; readonly actor: Actor; readonly proposalId: string }
  | { readonly act: 'remove'; readonly actor: Actor };

/**
 * What it tells, once. `id`: a proposal was made, or the first part of its run is done, or a removal is under way; null: there was nothing to
 * be done. What happens behind that is told by the records.
 */
export type DispositionOpening =
  | { readonly id: string | null }
  | { readonly code: ErrorCode | null; readonly detail: string; readonly facts: ErrorFacts };
