import { HoldfastError } from '../errors/errors.js';
import type { AuditLog } from './audit-log.js';

/** Puts every refused query into the audit, once, whoever noticed it. */
export class AuditRefusals {
  private readonly recorded = new WeakSet<object>();

  constructor(private readonly log: AuditLog) {}

  /** Does the act of a viewer (an account name); when it fails, records that before the error goes on. */
  async watch<Result>(viewer: string, act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (error) {
      await this.record(viewer, error);
      throw error;
    }
  }

  /** Throws AUDIT_UNAVAILABLE when it cannot be recorded. */
  async record(viewer: string, error: unknown): Promise<void> {
    if (!(error instanceof Error) || this.recorded.has(error)) return;
    this.recorded.add(error);
    const code = error instanceof HoldfastError ? error.code : 'INTERNAL';
    if (code !== 'AUDIT_UNAVAILABLE') await this.log.append({ kind: 'query_refused', viewer, code });
  }
}
