import type { Viewer } from '../access/viewer.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { SearchEngine } from '../engine/search-engine.js';
import { HoldfastError } from '../errors/errors.js';
import { fieldValues } from '../query/field-values.js';
import type { MessageHold } from './hold.model.js';
import type { HoldService } from './hold.service.js';
import { scopeText } from './scope-text.js';

const MESSAGE_ID = /^[0-9a-f]{32}$/;

/** Tells by which holds a message is kept. */
export class MessageHolds {
  constructor(
    private readonly engine: SearchEngine,
    private readonly holds: HoldService,
    private readonly audit: Pick<AuditLog, 'append'>,
  ) {}

  /** Every clause that covers the message, or may. Throws NOT_FOUND and AUDIT_UNAVAILABLE. */
  async find(viewer: Viewer, messageId: string): Promise<readonly MessageHold[]> {
    const [stored] = MESSAGE_ID.test(messageId) ? await this.engine.get(viewer.scope, [messageId]) : [];
    if (!stored) throw new HoldfastError('NOT_FOUND', `message ${messageId}`, { id: messageId });
    // A clause tells facts of the message.
    await this.audit.append({ kind: 'message_opened', viewer: viewer.name, messageId });
    const matches = await this.holds.holdsOf(fieldValues(stored.message));
    return matches.map(({ entry: { holdId, matterId, entryId, state, scope }, coverage }) => ({
      ...{ holdId, matterId, clauseId: entryId, state },
      ...{ scopeText: scopeText(scope), isCertain: coverage === 'yes' },
    }));
  }
}
