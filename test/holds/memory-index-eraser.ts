import { IndexEraser, type EraseItem, type EraseResult, type RemovalState } from '../../src/engine/index-eraser.js';
import type { MemoryIndexWriter } from '../support/memory-index-writer.js';

/** Erases what a `MemoryIndexWriter` holds. */
export class MemoryIndexEraser extends IndexEraser {
  private erasures = 0;

  constructor(private readonly writer: MemoryIndexWriter) {
    super();
  }

  override async erase(items: readonly EraseItem[], batchId: string): Promise<readonly EraseResult[]> {
    const { messages, stubs } = this.writer;
    return items.map(({ id, version: expected }): EraseResult => {
      const known = messages.get(id);
      if (known?.version !== expected) return { outcome: 'conflict' };
      const version = `erased-${(this.erasures += 1)}`;
      messages.delete(id);
      stubs.set(id, { id, version, disposals: [...known.disposals, batchId] });
      return { outcome: 'erased', version };
    });
  }

  override async refresh(): Promise<void> {}

  override remove(): AsyncIterable<RemovalState> {
    throw new Error('keeps nothing that could be removed');
  }

  override async close(): Promise<void> {}
}
