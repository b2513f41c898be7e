import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { AuditKey } from '../audit/audit-key.js';
import { Environment } from '../config/env.js';
import type { Query } from '../query/ast.js';
import { SlowSearchLog } from './slow-search-log.js';

const literal = { kind: 'literal', key: '保证金', source: '保證金', fields: ['body'] } as const;
const QUERY: Query = {
  text: { kind: 'and', nodes: [literal, { kind: 'not', node: literal }] },
  filter: { kind: 'terms', field: 'custodianId', values: ['li'] },
};

function logOf(limit: number): { log: SlowSearchLog; lines: unknown[] } {
  const lines: unknown[] = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void lines.push(line));
  const environment = Object.assign(new Environment(), { HOLDFAST_SLOW_SEARCH_MS: limit });
  return { log: new SlowSearchLog(environment, new AuditKey(Buffer.alloc(32))), lines };
}

describe('SlowSearchLog', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const slowly = (): Promise<number> => new Promise((resolve) => setTimeout(() => resolve(1), 30));

  it('tells how long a search took and what it was made of, without a word of it', async () => {
    const { log, lines } = logOf(20);
    expect(await log.watch(QUERY, slowly)).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^\d+ ms, engine sqlite, query [0-9a-f]{16}, nodes: and 1, literal 2, not 1, terms 1$/)]);
    await expect(log.watch(QUERY, () => slowly().then(() => Promise.reject(new Error('too late'))))).rejects.toThrow('too late');
    expect(lines).toHaveLength(2);
    expect(String(lines[0])).not.toMatch(/保|li,/);
  });

  it('leaves out quick searches, and all of them at 0', async () => {
    for (const limit of [10_000, 0]) {
      const { log, lines } = logOf(limit);
      await log.watch(QUERY, slowly);
      expect(lines).toEqual([]);
    }
  });
});
