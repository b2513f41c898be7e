import type { AuditLog } from '../audit/audit-log.js';
import type { IndexWriter, PreparedMessage, Stub } from '../engine/index-writer.js';
import { covers } from './covers.js';
import type { HoldRegister } from './hold-register.js';
import type { RegisterStore } from './register-store.js';

/** A message that arrives again, perhaps in several copies, where it was destroyed. */
export interface DestroyedEncounter {
  readonly stub: Stub;
  readonly arriving: readonly PreparedMessage[];
}

/**
 * `disposed`: every copy is refused. `reintroduce`: a hold covers one of them; they are to be written over the stub, at its version and
 * keeping its disposals. `again`: somebody else was quicker; begin with reading.
 */
export type DestroyedVerdict = 'disposed' | 'reintroduce' | 'again';

/** What an import asks about stubs with disposals. One verdict per encounter, in order. */
export interface DestroyedMessages {
  decide(encounters: readonly DestroyedEncounter[]): Promise<readonly DestroyedVerdict[]>;
}

/** Keeps destroyed messages from coming back, unless a hold covers what arrives. */
export class RefuseDestroyed implements DestroyedMessages {
  constructor(
    private readonly registers: RegisterStore,
    private readonly writer: IndexWriter,
    private readonly audit: Pick<AuditLog, 'append'>,
    /** The account that imports. */
    private readonly viewer: string,
  ) {}

  /**
   * A refusal is confirmed, and what is to be written again is in the audit, when this resolves. Throws HOLD_REGISTER_UNREADABLE,
   * AUDIT_UNAVAILABLE and the errors of the engine: nothing is decided then.
   */
  async decide(encounters: readonly DestroyedEncounter[]): Promise<readonly DestroyedVerdict[]> {
    const read = await this.registers.read();
    const verdicts = encounters.map(({ arriving }): DestroyedVerdict => (arriving.some((copy) => isHeld(read.register, copy)) ? 'reintroduce' : 'again'));
    const refused = encounters.flatMap(({ stub }, place) => (verdicts[place] === 'again' ? [{ stub, place }] : []));
    if (refused.length > 0) {
      // What was read may be old, or never be committed: only writes tell that the stub and the register stood so.
      const results = await this.writer.rewriteStubs(refused.map(({ stub }) => stub));
      const isProven = (await this.registers.prove(read)) !== null;
      refused.forEach(({ place }, index) => {
        if (isProven && results[index]!.outcome === 'written') verdicts[place] = 'disposed';
      });
    }
    const held = encounters.filter((_, place) => verdicts[place] === 'reintroduce');
    await Promise.all(held.map(({ stub: { id, disposals } }) =>
      this.audit.append({ kind: 'message_reintroduced', viewer: this.viewer, messageId: id, batchId: disposals.at(-1)! }),
    ));
    return verdicts;
  }
}

/** In doubt it is held: what was kept too long can still be destroyed. */
function isHeld({ entries }: HoldRegister, { values }: PreparedMessage): boolean {
  return entries.some(({ scope }) => covers(scope, values) !== 'no');
}
