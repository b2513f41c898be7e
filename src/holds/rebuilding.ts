import type { Clock } from '../domain/clock.js';
import { HoldfastError } from '../errors/errors.js';
import type { HoldRegister } from './hold-register.js';
import type { RegisterStore } from './register-store.js';

/** Throws DISPOSITION_SUSPENDED while the archive is written anew, or was left half written: the detail says which command to run. */
export function refuseWhileRebuilding({ rebuilding }: Pick<HoldRegister, 'rebuilding'>): void {
  if (rebuilding === null) return;
  const { by, since } = rebuilding;
  const begun = new Date(since).toISOString();
  const detail = `The archive is being written anew since ${begun}. If nobody does so any more, run it again: holdfast ${by}`;
  throw new HoldfastError('DISPOSITION_SUSPENDED', detail, { reason: 'rebuilding', command: by, since });
}

const AFTER_UPGRADE = 'If this version of Holdfast is new here, run it with the one before.';

/**
 * Says in the register that the archive is being written anew. It is taken only while nothing is claimed, and nothing is claimed until it is
 * left: a copy made before an erase would bring the message back. Whoever is killed leaves it behind; the next one takes it over.
 */
export class Rebuilding {
  private constructor(
    private readonly registers: RegisterStore,
    /** Names this taker: no two have the same. */
    private readonly mark: NonNullable<HoldRegister['rebuilding']>,
  ) {}

  /** `command`: what to run again should this one be killed, as after `holdfast`. Throws DISPOSITION_UNDER_WAY while a batch is claimed. */
  static async enter(registers: RegisterStore, command: string, clock: Clock): Promise<Rebuilding> {
    let mark = { by: command, since: clock.now() };
    await registers.change(({ claims, rebuilding }) => {
      if (claims.length > 0) throw new HoldfastError('DISPOSITION_UNDER_WAY', AFTER_UPGRADE, { batches: claims.map(({ batchId }) => batchId) });
      mark = { by: command, since: Math.max(clock.now(), (rebuilding?.since ?? 0) + 1) };
      return { rebuilding: mark };
    });
    return new Rebuilding(registers, mark);
  }

  /** Proves that nobody has taken it over, by a compare-and-set. Throws ENGINE_BUSY when somebody has. */
  async prove(): Promise<void> {
    await this.registers.change(({ rebuilding }) => {
      if (!this.isOurs(rebuilding)) throw new HoldfastError('ENGINE_BUSY', 'Another one was begun meanwhile, and this one gives way.');
      return null;
    });
  }

  /** Claiming goes on. Nothing is changed when somebody else has taken it over. */
  async leave(): Promise<void> {
    await this.registers.change(({ rebuilding }) => (this.isOurs(rebuilding) ? { rebuilding: null } : null));
  }

  private isOurs(found: HoldRegister['rebuilding']): boolean {
    return found !== null && found.by === this.mark.by && found.since === this.mark.since;
  }
}
