import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openAuditKey } from './audit-key.js';

describe('openAuditKey', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'holdfast-key-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('makes one key that its owner alone can read, and keeps it', () => {
    const hash = openAuditKey(dataDir).hash('转账');
    expect(openAuditKey(dataDir).hash('转账')).toBe(hash);
    expect(openAuditKey(dataDir).hash('转帐')).not.toBe(hash);
    expect(readdirSync(dataDir)).toEqual(['audit.key']);
    expect(statSync(join(dataDir, 'audit.key')).mode & 0o777).toBe(0o600);
  });

  it('gives other hashes in another directory', () => {
    expect(openAuditKey(dataDir).hash('转账')).not.toBe(openAuditKey(join(dataDir, 'other')).hash('转账'));
  });

  it('refuses a file that is no key', () => {
    writeFileSync(join(dataDir, 'audit.key'), 'short');
    expect(() => openAuditKey(dataDir)).toThrow(expect.objectContaining({ code: 'AUDIT_UNAVAILABLE' }));
  });
});
