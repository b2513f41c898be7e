import type { StoredMessage } from '../../src/domain/message.js';
import { decodeDocument } from '../../src/engine/document-codec.js';
import { IndexWriter, type KeptMessage, type PreparedMessage, type PutItem, type PutResult, type Stub, type VerifyReport, type WrittenMessage } from '../../src/engine/index-writer.js';

/** An index in memory, with the compare-and-set of the real ones and nothing else. */
export class MemoryIndexWriter extends IndexWriter {
  readonly messages = new Map<string, { prepared: PreparedMessage; version: string; disposals: readonly string[] }>();
  readonly stubs = new Map<string, Stub>();
  private changes = 0;
  /** Called before each write: a test may write in between, as another process does, or fail. */
  beforePut: () => Promise<void> = async () => {};
  /** Whether the index will never take a message. */
  refuses: (message: PreparedMessage) => boolean = () => false;

  override async prepare(): Promise<void> {}

  override async put(items: readonly PutItem[]): Promise<readonly PutResult[]> {
    await this.beforePut();
    return items.map(({ prepared, expected, disposals = [] }): PutResult => {
      if (this.refuses(prepared)) return { outcome: 'refused', problem: 'too long' };
      const known = this.messages.get(prepared.id) ?? this.stubs.get(prepared.id);
      if ((known?.version ?? null) !== expected) return { outcome: 'conflict' };
      this.stubs.delete(prepared.id);
      const version = `version-${(this.changes += 1)}`;
      this.messages.set(prepared.id, { prepared, version, disposals });
      return { outcome: 'written', version };
    });
  }

  override async read(ids: readonly string[]): Promise<readonly (WrittenMessage | null)[]> {
    return ids.map((id) => {
      const known = this.messages.get(id);
      return known === undefined ? null : { ...decodeDocument(known.prepared.document), version: known.version, disposals: known.disposals };
    });
  }

  override async readStubs(ids: readonly string[]): Promise<readonly (Stub | null)[]> {
    return ids.map((id) => this.stubs.get(id) ?? null);
  }

  override async *readAllStubs(): AsyncGenerator<readonly Stub[]> {
    yield [...this.stubs.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  override async createStubs(stubs: readonly Omit<Stub, 'version'>[]): Promise<readonly PutResult[]> {
    return stubs.map(({ id, disposals }): PutResult => {
      if (this.messages.has(id) || this.stubs.has(id)) return { outcome: 'conflict' };
      const version = `version-${(this.changes += 1)}`;
      this.stubs.set(id, { id, version, disposals });
      return { outcome: 'written', version };
    });
  }

  override async rewriteStubs(stubs: readonly Stub[]): Promise<readonly PutResult[]> {
    return stubs.map((stub): PutResult => {
      if (this.stubs.get(stub.id)?.version !== stub.version) return { outcome: 'conflict' };
      const version = `version-${(this.changes += 1)}`;
      this.stubs.set(stub.id, { ...stub, version });
      return { outcome: 'written', version };
    });
  }

  override async readDocuments(ids: readonly string[]): Promise<readonly (Uint8Array | null)[]> {
    return ids.map((id) => this.messages.get(id)?.prepared.document ?? null);
  }

  override async *readAll(): AsyncGenerator<readonly KeptMessage[]> {
    yield this.all().map((stored) => ({ ...stored, disposals: this.messages.get(stored.message.id)!.disposals }));
  }

  /** Every message, by id. */
  all(): StoredMessage[] {
    return [...this.messages].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, { prepared }]) => decodeDocument(prepared.document));
  }

  override async refresh(): Promise<void> {}

  override async finish(): Promise<void> {}

  override async *reindex(): AsyncGenerator<{ done: number; total: number }> {}

  // eslint-disable-next-line require-yield
  override async *verify(): AsyncGenerator<{ done: number; total: number }, VerifyReport> {
    return { messages: this.messages.size, problems: [] };
  }

  override async close(): Promise<void> {}
}
