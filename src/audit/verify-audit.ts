import type { CatalogStore } from '../catalog/catalog-store.js';
import { blockId, hashOfBlock, NO_BLOCK_HASH, type AuditBlock } from './audit-block.js';

export interface AuditReport {
  readonly blocks: number;
  readonly events: number;
  /** Hash of the last block. Keep it elsewhere: a cut-off end shows only against a hash noted before. */
  readonly headHash: string;
  /** Each names a block and what is wrong with it; at most 1,000. */
  readonly problems: readonly { readonly sequence: number; readonly problem: string }[];
}

const PAGE = 200;
const PROBLEMS_LIMIT = 1_000;

/**
 * Walks the whole chain: numbers without a gap from 1, each block's own hash, each predecessor's hash, times that do not
 * run backwards.
 */
export async function verifyAudit(catalog: CatalogStore): Promise<AuditReport> {
  const problems: { sequence: number; problem: string }[] = [];
  let [blocks, events, after] = [0, 0, ''];
  let previous = { sequence: 0, hash: NO_BLOCK_HASH, writtenAt: '' };
  for (;;) {
    const page = await catalog.list<AuditBlock>('audit-block', { first: PAGE, after });
    for (const { id, value } of page) {
      blocks += 1;
      events += Array.isArray(value.events) ? value.events.length : 0;
      for (const problem of problemsOf(id, value, previous)) problems.push({ sequence: value.sequence, problem });
      previous = value;
      after = id;
    }
    if (page.length < PAGE || problems.length >= PROBLEMS_LIMIT) break;
  }
  return { blocks, events, headHash: previous.hash, problems: problems.slice(0, PROBLEMS_LIMIT) };
}

function problemsOf(id: string, block: AuditBlock, previous: Pick<AuditBlock, 'sequence' | 'hash' | 'writtenAt'>): string[] {
  return [
    id === blockId(block.sequence) ? null : 'its id is not its number',
    block.sequence === previous.sequence + 1 ? null : `the block before it is missing: ${previous.sequence} comes first`,
    block.previousHash === previous.hash ? null : 'it does not name the hash of the block before',
    block.hash === hashOfBlock(block) ? null : 'its content is not what was hashed',
    block.writtenAt >= previous.writtenAt ? null : 'the clock ran backwards',
  ].filter((problem) => problem !== null);
}
