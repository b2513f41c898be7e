import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '../access/viewer.js';
import { foldMessage } from '../analysis/index-text.js';
import { AuditKey } from '../audit/audit-key.js';
import { AuditLog } from '../audit/audit-log.js';
import { AuditRefusals } from '../audit/audit-refusals.js';
import type { StoredMessage } from '../domain/message.js';
import { SearchEngine } from '../engine/search-engine.js';
import { filterFieldNames } from '../filter/to-filter.js';
import { EVERYTHING, type Query } from '../query/ast.js';
import { fieldValues } from '../query/field-values.js';
import { matches } from '../query/matches.js';
import { buildQuery } from './build-query.js';
import type { SearchParameters } from './search-parameters.js';

/** The result of comparing a search with a look at every message. */
export interface Certificate {
  /** Messages looked at. */
  readonly messageCount: number;
  readonly hitCount: number;
  /** Ids of messages that match and were not found, and the reverse. Both must be empty. */
  readonly missed: readonly string[];
  readonly extra: readonly string[];
  /** False when messages were stored meanwhile: differences may come from those. */
  readonly isStill: boolean;
}

const ATTEMPTS = 3;

/** Proves the answer of one search by reading the whole archive: folded again, compared by `matches.ts`, no index. */
@Injectable()
export class CertifyService {
  constructor(
    @Inject(SearchEngine) private readonly engine: SearchEngine,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(AuditRefusals) private readonly refusals: AuditRefusals,
    @Inject(AuditKey) private readonly auditKey: AuditKey,
  ) {}

  /** `onProgress` hears how many messages were looked at. Looks again when a difference may come from an import. */
  certify(viewer: Viewer, parameters: SearchParameters, onProgress: (messageCount: number) => void): Promise<Certificate> {
    return this.refusals.watch(viewer.name, async () => {
      const query = buildQuery(parameters);
      let certificate = await this.compare(viewer, query, onProgress);
      for (let attempt = 1; attempt < ATTEMPTS && !certificate.isStill && differs(certificate); attempt += 1) {
        certificate = await this.compare(viewer, query, onProgress);
      }
      await this.audit.append({
        kind: 'search',
        viewer: viewer.name,
        operation: 'certify',
        textHash: parameters.text ? this.auditKey.hash(parameters.text) : null,
        filterFields: filterFieldNames(parameters.filter),
        hitCount: certificate.hitCount,
        order: null,
      });
      return certificate;
    });
  }

  private async compare({ scope }: Viewer, query: Query, onProgress: (messageCount: number) => void): Promise<Certificate> {
    const before = (await this.engine.health()).watermark;
    const found = new Set<string>();
    for await (const batch of this.engine.scan(scope, query, 'newest')) batch.forEach(({ message }) => found.add(message.id));
    const hitCount = found.size;
    const missed: string[] = [];
    let messageCount = 0;
    for await (const batch of this.engine.scan(scope, { filter: EVERYTHING, text: null }, 'newest')) {
      for (const { message } of batch) {
        if (!isHit(query, message)) continue;
        if (!found.delete(message.id)) missed.push(message.id);
      }
      messageCount += batch.length;
      onProgress(messageCount);
    }
    const isStill = (await this.engine.health()).watermark === before;
    return { messageCount, hitCount, missed, extra: [...found], isStill };
  }
}

function isHit(query: Query, message: StoredMessage['message']): boolean {
  return matches(query, { values: fieldValues(message), folded: foldMessage(message) });
}

function differs({ missed, extra }: Certificate): boolean {
  return missed.length > 0 || extra.length > 0;
}
