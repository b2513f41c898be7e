import type { Stub } from '../index-writer.js';
import type { FoundDocument, QueryBody } from './cluster.js';
import { formatVersion } from './message-version.js';

/** Documents that stand in the place of messages (`index-writer.ts`). */
export const STUBS: QueryBody = { term: { isStub: true } };

/** Messages. The alias that searches read has it as its filter; whoever reads a physical index says it. */
export const MESSAGES: QueryBody = { bool: { must_not: [STUBS] } };

/** The stub that was read with its `isStub` and `disposals`; null for a message. */
export function stubOf(id: string, found: FoundDocument): Stub | null {
  const { isStub, disposals } = found.source;
  return isStub === true ? { id, version: formatVersion(found), disposals: disposals ?? [] } : null;
}
