import type { EraseResult } from '../../src/engine/index-eraser.js';
import type { MemoryIndexWriter } from '../support/memory-index-writer.js';
import type { Eraser } from './shared-attachment.js';

/** Destroys messages of an index in memory, as the real ones do. */
export function memoryEraser(writer: MemoryIndexWriter): Eraser {
  let count = 0;
  return {
    erase: async (items, batchId) =>
      items.map(({ id, version }): EraseResult => {
        const known = writer.messages.get(id);
        if (known?.version !== version) return { outcome: 'conflict' };
        const stub = { id, version: `erased-${(count += 1)}`, disposals: [...known.disposals, batchId] };
        writer.messages.delete(id);
        writer.stubs.set(id, stub);
        return { outcome: 'erased', version: stub.version };
      }),
  };
}
