import type { Actor } from '../access/people.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { CatalogRecord, CatalogStore } from '../catalog/catalog-store.js';
import type { Clock } from '../domain/clock.js';
import { newRecordId, RECORD_ID } from '../domain/record-id.js';
import { HoldfastError } from '../errors/errors.js';
import type { Matter } from './matter.js';

const KIND = 'matter';
const ATTEMPTS = 100;

/** Whether the register has an entry of the matter, in whatever state. The answer is proven by a compare-and-set. */
export type HasHolds = (matterId: string) => Promise<boolean>;

/**
 * The matters in the catalog. Closing one and placing a hold on it may meet: who closes writes the matter, then looks at the register;
 * who places writes the register, then looks at the matter (`requireOpen`, `reopen`). One of the two sees the other, and the hold wins.
 */
export class Matters {
  constructor(
    private readonly catalog: CatalogStore,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly hasHolds: HasHolds,
  ) {}

  /** The latest first. */
  async list(first: number, after?: string): Promise<readonly Matter[]> {
    const records = await this.catalog.list<Matter>(KIND, { first, order: 'down', ...(after !== undefined && { after }) });
    return records.map(({ value }) => value);
  }

  async find(id: string): Promise<Matter | null> {
    return RECORD_ID.test(id) ? ((await this.catalog.get<Matter>(KIND, id))?.value ?? null) : null;
  }

  /** Throws AUDIT_UNAVAILABLE: then there is no matter. */
  async open(actor: Actor, { name, purpose }: Pick<Matter, 'name' | 'purpose'>): Promise<Matter> {
    const openedAt = this.clock.now();
    const id = newRecordId(openedAt);
    const matter: Matter = { id, name, purpose, state: 'open', openedAt, openedBy: actor, closedAt: null, closedBy: null };
    await this.audit.append({ kind: 'matter_opened', viewer: actor, matterId: id });
    if ((await this.catalog.create(KIND, id, matter)) === null) throw new Error(`matter ${id} exists already`);
    return matter;
  }

  /** Closing a closed one changes nothing. Throws NOT_FOUND, MATTER_HELD and AUDIT_UNAVAILABLE: then it is open. */
  async close(actor: Actor, id: string): Promise<Matter> {
    const matter = await this.require(id);
    if (matter.state === 'closed') return matter;
    await this.refuseHeld(id);
    await this.audit.append({ kind: 'matter_closed', viewer: actor, matterId: id });
    const closed = await this.change(id, (known) => ({ ...known, state: 'closed', closedAt: this.clock.now(), closedBy: actor }));
    try {
      await this.refuseHeld(id);
    } catch (error) {
      await this.reopen(actor, id);
      throw error;
    }
    return closed;
  }

  /** The matter, for a hold to hang on. Throws NOT_FOUND and MATTER_CLOSED. */
  async requireOpen(id: string): Promise<Matter> {
    const matter = await this.require(id);
    if (matter.state === 'closed') throw new HoldfastError('MATTER_CLOSED', '', { matterId: id });
    return matter;
  }

  /** For whoever finds it closed although the register has a hold of it. Opening an open one changes nothing. */
  async reopen(actor: Actor, id: string): Promise<void> {
    if ((await this.require(id)).state === 'open') return;
    await this.change(id, (known) => ({ ...known, state: 'open', closedAt: null, closedBy: null }));
    await this.audit.append({ kind: 'matter_reopened', viewer: actor, matterId: id });
  }

  private async refuseHeld(id: string): Promise<void> {
    if (await this.hasHolds(id)) throw new HoldfastError('MATTER_HELD', '', { matterId: id });
  }

  private async require(id: string): Promise<Matter> {
    const matter = await this.find(id);
    if (matter === null) throw new HoldfastError('NOT_FOUND', `matter ${id}`, { id });
    return matter;
  }

  private async change(id: string, next: (known: Matter) => Matter): Promise<Matter> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const known = (await this.catalog.get<Matter>(KIND, id)) as CatalogRecord<Matter>;
      const changed = await this.catalog.replace(KIND, id, known.version, next(known.value));
      if (changed !== null) return changed.value;
    }
    throw new HoldfastError('ENGINE_BUSY', `Matter ${id} is being changed by others.`, { id });
  }
}
