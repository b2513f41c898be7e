import type { Actor } from '../access/people.js';
import { canonicalHash } from '../audit/audit-block.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { CatalogRecord } from '../catalog/catalog-store.js';
import type { Clock } from '../domain/clock.js';
import { HoldfastError } from '../errors/errors.js';
import type { RegisterStore } from '../holds/register-store.js';
import { settleClaim, type ClaimTools } from '../holds/settle-claim.js';
import type { CaptureReader } from './capture-reader.js';
import { changePolicies, type PolicyChange } from './change-policies.js';
import { decideRetention } from './decide-retention.js';
import { parsePolicies } from './parse-policies.js';
import { retentionFacts } from './retention-facts.js';
import { NO_POLICIES, type PolicySet } from './retention-policy.js';

const KIND = 'retention';
const ID = 'policies';
const ATTEMPTS = 1_000;

/** Everything that changing the rules uses. Nothing of it is remembered between two calls. */
export interface PolicyTools extends ClaimTools {
  readonly registers: RegisterStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
  readonly captures: CaptureReader;
}

/**
 * The rules in the catalog, all in one record. What lengthens anything is in force when `change` resolves: no batch claimed before can
 * destroy what is kept now. Errors: RETENTION_UNREADABLE when the record cannot be read whole, and those of catalog and engine.
 */
export class PolicyStore {
  constructor(private readonly tools: PolicyTools) {}

  /** May be old, and may show what is never committed. */
  async read(): Promise<PolicySet> {
    return (await this.find())?.value ?? NO_POLICIES;
  }

  /**
   * What stands for certain, by a compare-and-set that changes nothing: rules that were never committed might let go what is kept. Without
   * any rule nothing is proven, and nothing let go.
   */
  async readProven(): Promise<PolicySet> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const known = await this.find();
      if (known === null) return NO_POLICIES;
      if (await this.write(known, known.value)) return known.value;
    }
    throw new HoldfastError('ENGINE_BUSY', 'The retention policies are being changed by others.');
  }

  /**
   * Changes the rules. The audit has it first: AUDIT_UNAVAILABLE means that nothing was changed. After any other error the change may stand
   * already, without being in force; the same again completes it. Throws what `changePolicies` does.
   */
  async change(actor: Actor, change: PolicyChange): Promise<PolicySet> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const known = await this.find();
      const before = known?.value ?? NO_POLICIES;
      const after = changePolicies(before, change);
      if (after !== before) {
        const target = change.kind === 'set' ? change.policy.id : change.kind === 'retire' ? change.policyId : null;
        const event = { kind: 'policy_changed', viewer: actor, change: change.kind, policyId: target } as const;
        await this.tools.audit.append({ ...event, policyVersion: after.version, setHash: canonicalHash(after) });
      }
      // also where nothing changes: what was read may never be committed, and what stands may not be in force
      if (!(await this.write(known, after))) continue;
      await this.enforce(after);
      return after;
    }
    throw new HoldfastError('ENGINE_BUSY', 'The retention policies are being changed by others.');
  }

  /** Makes sure that nothing claimed by older rules destroys what these keep. Anybody may, any number of times. */
  private async enforce(set: PolicySet): Promise<void> {
    const { lengthenedAt, version } = set;
    if (lengthenedAt === 0) return;
    const { register } = await this.tools.registers.change(({ policyVersion }) =>
      policyVersion >= lengthenedAt ? null : { policyVersion: version },
    );
    if (register.claims.length === 0) return;
    const captures = await this.tools.captures.read();
    const now = this.tools.clock.now();
    for (const claim of register.claims) {
      await settleClaim(this.tools, claim, ({ message }) => {
        return !decideRetention(set, retentionFacts(message, captures.of(message)), now).eligible;
      });
    }
  }

  private async write(known: CatalogRecord<PolicySet> | null, set: PolicySet): Promise<boolean> {
    parsePolicies(JSON.parse(JSON.stringify(set)));
    const { catalog } = this.tools;
    const written = known === null ? await catalog.create(KIND, ID, set) : await catalog.replace(KIND, ID, known.version, set);
    return written !== null;
  }

  private async find(): Promise<CatalogRecord<PolicySet> | null> {
    const found = await this.tools.catalog.get<unknown>(KIND, ID);
    if (found === null) return null;
    try {
      return { ...found, value: parsePolicies(found.value) };
    } catch (cause) {
      throw new HoldfastError('RETENTION_UNREADABLE', '', {}, { cause });
    }
  }
}
