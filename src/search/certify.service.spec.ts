import { describe, expect, it } from '@jest/globals';
import { FixedClock } from '../../test/support/fixed-clock.js';
import { makeMessage } from '../../test/support/make-message.js';
import { MemoryCatalogStore } from '../../test/support/memory-catalog-store.js';
import { MemorySearchEngine } from '../../test/support/memory-search-engine.js';
import { LOCAL_INVESTIGATOR } from '../access/viewer.js';
import { AuditKey } from '../audit/audit-key.js';
import { AuditLog } from '../audit/audit-log.js';
import { AuditRefusals } from '../audit/audit-refusals.js';
import type { StoredMessage } from '../domain/message.js';
import type { Query } from '../query/ast.js';
import type { ViewerScope } from '../query/viewer-scope.js';
import { CertifyService, type Certificate } from './certify.service.js';

const hit = makeMessage('hit', { text: '保证金' });
const miss = makeMessage('miss', { text: '午饭' });

/** Loses or adds messages when it searches for a text. */
class WrongEngine extends MemorySearchEngine {
  scans = 0;

  constructor(private readonly alter: (found: StoredMessage[], engine: WrongEngine) => StoredMessage[]) {
    super();
    this.put(hit);
    this.put(miss);
  }

  override async *scan(scope: ViewerScope, query: Query, order: 'newest' | 'oldest'): AsyncIterable<readonly StoredMessage[]> {
    const found: StoredMessage[] = [];
    for await (const batch of super.scan(scope, query, order)) found.push(...batch);
    if (query.text !== null) this.scans += 1;
    yield query.text === null ? found : this.alter(found, this);
  }
}

function certify(alter: (found: StoredMessage[], engine: WrongEngine) => StoredMessage[]): Promise<Certificate> {
  const log = new AuditLog(new MemoryCatalogStore(), new FixedClock(0));
  const service = new CertifyService(new WrongEngine(alter), log, new AuditRefusals(log), new AuditKey(Buffer.alloc(32)));
  return service.certify(LOCAL_INVESTIGATOR, { text: '保證金' }, () => {});
}

describe('CertifyService', () => {
  it('certifies a right answer', async () => {
    expect(await certify((found) => found)).toEqual({ messageCount: 2, hitCount: 1, missed: [], extra: [], isStill: true });
  });

  it('finds what a search missed, and what it found in error', async () => {
    expect(await certify(() => [])).toMatchObject({ missed: [hit.id], extra: [] });
    expect(await certify((found) => [...found, { message: miss, raws: [] }])).toMatchObject({ missed: [], extra: [miss.id] });
    expect(await certify(() => [{ message: makeMessage('gone', { text: '保证金' }), raws: [] }])).toMatchObject({
      missed: [hit.id],
      extra: [makeMessage('gone').id],
    });
  });

  it('looks again when a message arrived between the two readings', async () => {
    expect(
      await certify((found, engine) => {
        if (engine.scans === 1) engine.put(makeMessage('late', { text: '保证金' }));
        return found;
      }),
    ).toEqual({ messageCount: 3, hitCount: 2, missed: [], extra: [], isStill: true });
  });
});
