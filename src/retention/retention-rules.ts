import type { Clock } from '../domain/clock.js';
import type { StoredMessage } from '../domain/message.js';
import { EVERYTHING, type FilterNode } from '../query/ast.js';
import type { CaptureReader } from './capture-reader.js';
import { decideRetention, type RetentionDecision } from './decide-retention.js';
import { destroyableFilters } from './destroyable-filter.js';
import type { PolicyStore } from './policy-store.js';
import { retentionFacts } from './retention-facts.js';

/** The rules of one moment, for whoever destroys. */
export interface RulesOfMoment {
  /** As the register names it. */
  readonly policyVersion: number;
  /** Every message that the rules let go now satisfies it, and few others. */
  readonly candidates: FilterNode;
  /** One decision per message, in order. `now`: UTC milliseconds. */
  decide(messages: readonly StoredMessage[], now: number): Promise<readonly RetentionDecision[]>;
}

/** Reads the rules, in real time. Throws RETENTION_UNREADABLE and the catalog's errors. */
export class RetentionRules {
  constructor(
    private readonly policies: Pick<PolicyStore, 'readProven'>,
    private readonly captures: CaptureReader,
    private readonly clock: Clock,
  ) {}

  async read(): Promise<RulesOfMoment> {
    const set = await this.policies.readProven();
    // a run that is not known yet lets too much through, never too little
    const captures = await this.captures.once();
    return {
      policyVersion: set.version,
      candidates: destroyableFilters(set, { now: this.clock.now(), captures, has: () => EVERYTHING }).destroyable,
      decide: async (messages, now) => {
        const known = await this.captures.of(messages.map(({ message }) => message));
        return messages.map(({ message }) => decideRetention(set, retentionFacts(message, known.of(message)), now));
      },
    };
  }
}
