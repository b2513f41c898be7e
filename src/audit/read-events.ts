import type { CatalogStore } from '../catalog/catalog-store.js';
import { blockId, type AuditBlock, type AuditEntry } from './audit-block.js';
import type { AuditEvent } from './audit-event.js';

/** Which events to read; null: whatever. */
export interface AuditFilter {
  readonly kinds: readonly AuditEvent['kind'][] | null;
  /** Whoever acted. */
  readonly viewer: string | null;
  /** UTC milliseconds, inclusive. */
  readonly from: number | null;
  /** UTC milliseconds, exclusive. */
  readonly to: number | null;
}

/** Where an event stands: its block, and its place in it (0-based). */
export interface EventPlace {
  readonly sequence: number;
  readonly place: number;
}

export interface FoundEvent extends EventPlace {
  readonly event: AuditEntry;
}

export interface EventPage {
  /** The newest first. */
  readonly events: readonly FoundEvent[];
  /** Where to go on; null where there is nothing more. */
  readonly next: EventPlace | null;
}

/** Events that one page looks at: those that the filter leaves out cost time as well. */
const LOOKED_AT = 50_000;
const BLOCKS_AT_ONCE = 50;

/**
 * A page of the audit before some event (null: from the newest on), read from the blocks. It ends early, with `next`, when 50,000 events were
 * looked at: a filter that lets few through makes short pages, never slow ones.
 */
export async function readEvents(
  catalog: CatalogStore,
  filter: AuditFilter,
  { before, first }: { readonly before: EventPlace | null; readonly first: number },
): Promise<EventPage> {
  const events: FoundEvent[] = [];
  let lookedAt = 0;
  // The block of the place itself is read again, for the events before that.
  let after = before === null ? null : blockId(before.sequence + 1);
  for (;;) {
    const page = await catalog.list<AuditBlock>('audit-block', { first: BLOCKS_AT_ONCE, order: 'down', ...(after !== null && { after }) });
    for (const { value: block } of page) {
      for (let place = block.events.length - 1; place >= 0; place -= 1) {
        if (before !== null && block.sequence === before.sequence && place >= before.place) continue;
        const found = { sequence: block.sequence, place, event: block.events[place]! };
        if (events.length === first) return { events, next: events.at(-1)! };
        if (isWanted(found.event, filter)) events.push(found);
        lookedAt += 1;
        if (lookedAt === LOOKED_AT) return { events, next: found };
      }
    }
    if (page.length < BLOCKS_AT_ONCE) return { events, next: null };
    after = page.at(-1)!.id;
  }
}

function isWanted(event: AuditEntry, { kinds, viewer, from, to }: AuditFilter): boolean {
  const at = Date.parse(event.at);
  return (
    (kinds === null || kinds.includes(event.kind)) &&
    (viewer === null || event.viewer === viewer) &&
    (from === null || at >= from) &&
    (to === null || at < to)
  );
}
