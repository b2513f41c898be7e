import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '../access/viewer.js';
import { CatalogStore } from '../catalog/catalog-store.js';
import { HoldfastError } from '../errors/errors.js';
import { eventId, readEventId } from './audit-block.js';
import type { AuditReadEvent } from './audit-event.js';
import { AuditLog } from './audit-log.js';
import { AuditRefusals } from './audit-refusals.js';
import type { SignedCheckpoint } from './checkpoint.js';
import { exportAudit, lastBlock } from './export-audit.js';
import { proveConsistency, proveEvent, type ConsistencyProof, type InclusionProof } from './prove-event.js';
import { lastCheckpoint } from './read-checkpoints.js';
import { readEvents, type AuditFilter, type EventPage } from './read-events.js';

export interface AuditPage {
  readonly filter: AuditFilter;
  readonly first: number;
  readonly after: string | null;
}

/** The audit for those who look into it. That they did is in it before they see anything. */
@Injectable()
export class AuditReader {
  constructor(
    @Inject(CatalogStore) private readonly catalog: CatalogStore,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(AuditRefusals) private readonly refusals: AuditRefusals,
  ) {}

  /** A page, the newest event first. Throws CURSOR_INVALID, AUDIT_UNAVAILABLE. */
  page(viewer: Viewer, { filter, first, after }: AuditPage): Promise<EventPage> {
    return this.refusals.watch(viewer.name, async () => {
      const before = after === null ? null : readEventId(after);
      if (after !== null && before === null) throw new HoldfastError('CURSOR_INVALID');
      const fields = Object.entries(filter).flatMap(([name, value]) => (value === null ? [] : [name]));
      await this.record(viewer, { operation: 'list', filterFields: fields.sort(), eventId: null });
      return readEvents(this.catalog, filter, { before, first });
    });
  }

  /** Proves an event by the latest checkpoint. Throws NOT_FOUND, AUDIT_BROKEN, AUDIT_UNAVAILABLE. */
  prove(viewer: Viewer, id: string): Promise<InclusionProof> {
    return this.refusals.watch(viewer.name, async () => {
      const place = readEventId(id);
      if (place === null) throw new HoldfastError('NOT_FOUND');
      await this.record(viewer, { operation: 'proof', filterFields: [], eventId: eventId(place.sequence, place.place) });
      return proveEvent(this.catalog, id);
    });
  }

  /** Proves that the latest checkpoint goes on from one of `olderSize` events. It shows no event. Throws NOT_FOUND, AUDIT_BROKEN. */
  proveConsistency(viewer: Viewer, olderSize: number): Promise<ConsistencyProof> {
    return this.refusals.watch(viewer.name, () => proveConsistency(this.catalog, olderSize));
  }

  /** The latest checkpoint; null before the first one. It shows no event. */
  checkpoint(): Promise<SignedCheckpoint | null> {
    return lastCheckpoint(this.catalog);
  }

  /** Every block up to and with the one that tells of this export, a line each, and how many there are. Throws AUDIT_UNAVAILABLE. */
  async export(viewer: Viewer): Promise<{ readonly blocks: number; readonly lines: AsyncGenerator<string> }> {
    await this.record(viewer, { operation: 'export', filterFields: [], eventId: null });
    const blocks = await lastBlock(this.catalog);
    return { blocks, lines: exportAudit(this.catalog, blocks) };
  }

  private record({ name }: Viewer, read: Omit<AuditReadEvent, 'kind' | 'viewer'>): Promise<void> {
    return this.audit.append({ kind: 'audit_read', viewer: name, ...read });
  }
}
