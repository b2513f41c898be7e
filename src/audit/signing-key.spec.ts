import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readPublicKeys, SigningKey } from './signing-key.js';

describe('SigningKey', () => {
  let directory: string;
  let dataDir: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'holdfast-signing-'));
    [dataDir, file] = [join(directory, 'data'), join(directory, 'keys', 'audit.pem')];
    mkdirSync(dataDir);
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const invalid = expect.objectContaining({ code: 'AUDIT_KEY_INVALID' });

  it('is kept for its owner alone, and signs the same afterwards', () => {
    const key = SigningKey.generate(null);
    key.save(file, dataDir, false);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const opened = SigningKey.open(file, dataDir);
    expect([opened.id, opened.sign('text')]).toEqual([key.id, key.sign('text')]);
    expect(() => SigningKey.generate(null).save(file, dataDir, false)).toThrow(invalid);
    expect(() => SigningKey.requireNone(file, dataDir)).toThrow(invalid);
    expect(SigningKey.open(file, dataDir).id).toBe(key.id);
  });

  it('leaves its public part behind when another one takes its place', () => {
    const first = SigningKey.generate(null);
    first.save(file, dataDir, false);
    const second = SigningKey.generate(SigningKey.open(file, dataDir));
    second.save(file, dataDir, true);
    const opened = SigningKey.open(file, dataDir);
    expect([...opened.publicKeys.keys()]).toEqual([second.id, first.id]);
    expect([...readPublicKeys(opened.publicPem()).keys()]).toEqual([second.id, first.id]);
    expect(readFileSync(file, 'utf8').match(/PRIVATE KEY/g)).toHaveLength(2);
    expect(opened.publicPem()).not.toContain('PRIVATE');
  });

  it('does not lie in the data directory, by whatever name', () => {
    symlinkSync(dataDir, join(directory, 'link'));
    writeFileSync(join(dataDir, 'key.pem'), '');
    symlinkSync(join(dataDir, 'key.pem'), join(directory, 'key.pem'));
    const inside = [
      join(dataDir, 'key.pem'),
      join(dataDir, 'new', 'deeper', 'key.pem'),
      join(directory, 'link', 'key.pem'),
      join(directory, 'key.pem'),
      `${directory}/keys/../data/x.pem`,
      dataDir,
      '',
    ];
    const refused = /outside the data directory|Set HOLDFAST_AUDIT_SIGNING_KEY_FILE/;
    for (const path of inside) {
      expect(() => SigningKey.generate(null).save(path, dataDir, false)).toThrow(refused);
      expect(() => SigningKey.open(path, dataDir)).toThrow(refused);
      expect(() => SigningKey.requireNone(path, dataDir)).toThrow(refused);
    }
    SigningKey.generate(null).save(join(directory, 'data-keys.pem'), dataDir, false);
  });

  it('is an Ed25519 key and nothing else', () => {
    const { privateKey, publicKey } = generateKeyPairSync('x25519');
    const others = ['', 'text', privateKey.export({ type: 'pkcs8', format: 'pem' }), publicKey.export({ type: 'spki', format: 'pem' })];
    for (const text of others) {
      writeFileSync(join(directory, 'other.pem'), text);
      expect(() => SigningKey.open(join(directory, 'other.pem'), dataDir)).toThrow(invalid);
      expect(() => readPublicKeys(String(text))).toThrow(invalid);
    }
    SigningKey.generate(null).save(file, dataDir, false);
    expect(() => readPublicKeys(readFileSync(file, 'utf8'))).toThrow(invalid);
  });
});
