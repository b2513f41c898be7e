import { randomUUID } from 'node:crypto';
import type { CatalogRecord, CatalogStore } from '../catalog/catalog-store.js';
import type { VersionToken } from '../domain/version-token.js';
import { HoldfastError } from '../errors/errors.js';
import { isBeingMoved, type HoldRegister } from './hold-register.js';
import { parseRegister } from './parse-register.js';

const KIND = 'hold-register';
const ID = 'register';

/** The register as it was read. Only a compare-and-set that succeeds at its version proves that it stood so. */
export interface ReadRegister {
  readonly register: HoldRegister;
  readonly version: VersionToken;
}

/** What a change may replace. The epoch is the store's. */
export type RegisterChange = Partial<Omit<HoldRegister, 'epoch'>>;

/**
 * The hold register in the catalog. Errors: HOLD_REGISTER_UNREADABLE when it cannot be read whole, and those of the catalog, after which a
 * change may have been made, or may yet be.
 */
export class RegisterStore {
  constructor(private readonly catalog: CatalogStore) {}

  /** May be old, and may show what is never committed. Makes an empty register where there is none. */
  async read(): Promise<ReadRegister> {
    for (;;) {
      const found = (await this.catalog.get<unknown>(KIND, ID)) ?? (await this.catalog.create<unknown>(KIND, ID, emptyRegister()));
      if (found !== null) return readRecord(found);
    }
  }

  /**
   * One compare-and-set, as the epoch after `read`. Null when the register no longer stands so, which proves nothing. Throws ARCHIVE_MOVING
   * while the register is copied to another engine, and ever after: what changed now would not be in the archive that counts.
   */
  async replace(read: ReadRegister, change: RegisterChange): Promise<ReadRegister | null> {
    if (isBeingMoved(read.register) && change.rebuilding === undefined) {
      throw new HoldfastError('ARCHIVE_MOVING', `Try again when it has arrived there. If nobody moves it any more, run: holdfast ${read.register.rebuilding!.by}`);
    }
    return this.write(read, { ...read.register, ...change, epoch: read.register.epoch + 1 });
  }

  /** The empty compare-and-set: not null proves that everything in `read` is committed and stood until now. */
  prove(read: ReadRegister): Promise<ReadRegister | null> {
    return this.write(read, read.register);
  }

  /** Reads and changes until a compare-and-set succeeds; null from `decide`: nothing is to be changed, and what was read is proven. */
  async change(decide: (register: HoldRegister) => RegisterChange | null): Promise<ReadRegister> {
    for (;;) {
      const read = await this.read();
      const change = decide(read.register);
      const written = change === null ? await this.prove(read) : await this.replace(read, change);
      if (written !== null) return written;
    }
  }

  private async write({ version }: ReadRegister, register: HoldRegister): Promise<ReadRegister | null> {
    // What could not be read again would hold everything back for ever.
    parseRegister(JSON.parse(JSON.stringify(register)));
    const written = await this.catalog.replace<HoldRegister>(KIND, ID, version, register);
    return written === null ? null : { register, version: written.version };
  }
}

function readRecord({ value, version }: CatalogRecord<unknown>): ReadRegister {
  try {
    return { register: parseRegister(value), version };
  } catch (cause) {
    throw new HoldfastError('HOLD_REGISTER_UNREADABLE', '', {}, { cause });
  }
}

function emptyRegister(): HoldRegister {
  return { epoch: 0, incarnation: randomUUID(), policyVersion: 0, suspended: null, rebuilding: null, entries: [], claims: [] };
}
