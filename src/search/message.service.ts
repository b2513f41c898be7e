import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '../access/viewer.js';
import { AuditLog } from '../audit/audit-log.js';
import { AuditRefusals } from '../audit/audit-refusals.js';
import type { StoredMessage } from '../domain/message.js';
import { SearchEngine } from '../engine/search-engine.js';
import { HoldfastError } from '../errors/errors.js';
import type { Explanation } from './explain.model.js';
import { explainQuery } from './explain-query.js';
import { toMessageModel, type MessageModel } from './message.model.js';
import type { SearchParameters } from './search-parameters.js';
import { SearchPlanner } from './search-planner.js';

const MESSAGE_ID = /^[0-9a-f]{32}$/;

/** Opens single messages. */
@Injectable()
export class MessageService {
  constructor(
    @Inject(SearchEngine) private readonly engine: SearchEngine,
    @Inject(SearchPlanner) private readonly planner: SearchPlanner,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(AuditRefusals) private readonly refusals: AuditRefusals,
  ) {}

  /** The message as it stands now, or null when there is none that the viewer may see. */
  find(viewer: Viewer, id: string): Promise<MessageModel | null> {
    return this.refusals.watch(viewer.name, async () => {
      const stored = await this.open(viewer, id);
      return stored === null ? null : toMessageModel(stored);
    });
  }

  /** Why a search finds the message or not. Throws NOT_FOUND, and what a search throws for its parameters. */
  explain(viewer: Viewer, id: string, parameters: SearchParameters): Promise<Explanation> {
    return this.refusals.watch(viewer.name, async () => {
      const { query } = await this.planner.plan(viewer, { ...parameters, after: null });
      const stored = await this.open(viewer, id);
      if (stored === null) throw new HoldfastError('NOT_FOUND');
      return explainQuery(query, stored.message);
    });
  }

  /** The audit has it before anyone sees it. */
  private async open(viewer: Viewer, id: string): Promise<StoredMessage | null> {
    if (!MESSAGE_ID.test(id)) return null;
    const [stored] = await this.engine.get(viewer.scope, [id]);
    if (!stored) return null;
    await this.audit.append({ kind: 'message_opened', viewer: viewer.name, messageId: id });
    return stored;
  }
}
