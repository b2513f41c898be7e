import type { Command } from 'commander';
import { LOCAL_INVESTIGATOR } from '../access/viewer.js';
import { AuditLog } from '../audit/audit-log.js';
import { SigningKey } from '../audit/signing-key.js';
import { loadEnvironment } from '../config/env.js';
import { runAction } from './run-action.js';
import { withServices } from './with-services.js';

interface KeyOptions {
  readonly rotate?: true;
  readonly public?: true;
}

export function registerAuditKey(audit: Command): void {
  audit
    .command('key')
    .description('make the key that signs checkpoints, in HOLDFAST_AUDIT_SIGNING_KEY_FILE, and print its public part')
    .option('--rotate', 'make another key in its place; what was signed before can still be verified')
    .option('--public', 'make none: print the public keys, those of earlier keys included')
    .action((options: KeyOptions) => runAction(() => showKey(options)));
}

async function showKey(options: KeyOptions): Promise<0> {
  const { HOLDFAST_AUDIT_SIGNING_KEY_FILE: file, HOLDFAST_DATA_DIR: dataDir } = loadEnvironment();
  const key = options.public ? SigningKey.open(file, dataDir) : await makeKey(file, dataDir, options.rotate ?? false);
  process.stdout.write(key.publicPem());
  return 0;
}

/** The audit has the new key before anything can be signed with it. */
async function makeKey(file: string, dataDir: string, replaces: boolean): Promise<SigningKey> {
  const previous = replaces ? SigningKey.open(file, dataDir) : null;
  if (!replaces) SigningKey.requireNone(file, dataDir);
  const key = SigningKey.generate(previous);
  await withServices((services) =>
    services
      .get(AuditLog)
      .append({ kind: 'audit_key_made', viewer: LOCAL_INVESTIGATOR.name, keyId: key.id, previousKeyId: previous?.id ?? null }),
  );
  key.save(file, dataDir, replaces);
  console.error(`Key ${key.id}. Keep the file apart from the archive, and the public part with those who verify.`);
  return key;
}
