import type { Command } from 'commander';
import { CheckpointFile } from '../audit/checkpoint-file.js';
import { writeCheckpoint, type SignedCheckpoint } from '../audit/checkpoint.js';
import { makeCheckpoint } from '../audit/make-checkpoint.js';
import { readCheckpoints } from '../audit/read-checkpoints.js';
import { refuseRolledBackAudit } from '../audit/refuse-rolled-back-audit.js';
import { SigningKey } from '../audit/signing-key.js';
import { CatalogStore } from '../catalog/catalog-store.js';
import { loadEnvironment } from '../config/env.js';
import { Clock } from '../domain/clock.js';
import { runAction } from './run-action.js';
import { withServices } from './with-services.js';

interface CheckpointOptions {
  readonly append?: string;
  readonly afterRestore?: true;
  readonly json?: true;
}

export function registerAuditCheckpoint(audit: Command): void {
  audit
    .command('checkpoint')
    .description('sign what the audit is now, and append all checkpoints that it lacks to the file of exported ones')
    .option('--append <file>', 'instead of HOLDFAST_AUDIT_CHECKPOINT_FILE')
    .option('--after-restore', 'the archive was restored on purpose: go on though the file has a later checkpoint')
    .option('--json', 'the checkpoint as it stands in the file')
    .action((options: CheckpointOptions) => runAction(() => checkpoint(options)));
}

async function checkpoint({ append, afterRestore, json }: CheckpointOptions): Promise<0> {
  const environment = loadEnvironment();
  const { HOLDFAST_DATA_DIR: dataDir, HOLDFAST_AUDIT_SIGNING_KEY_FILE: keyFile } = environment;
  const path = append ?? environment.HOLDFAST_AUDIT_CHECKPOINT_FILE;
  const key = SigningKey.open(keyFile, dataDir);
  const file = path === '' ? null : new CheckpointFile(path, dataDir);
  const { made, appended } = await withServices(async (services) => {
    const catalog = services.get(CatalogStore);
    const settings = { HOLDFAST_DATA_DIR: dataDir, HOLDFAST_AUDIT_SIGNING_KEY_FILE: keyFile, HOLDFAST_AUDIT_CHECKPOINT_FILE: path };
    const last = file?.last() ?? null;
    if (last !== null && !afterRestore) await refuseRolledBackAudit(catalog, settings);
    const latest = await makeCheckpoint(catalog, services.get(Clock), key);
    if (file === null) return { made: latest, appended: 0 };
    const missing: SignedCheckpoint[] = [];
    for await (const each of readCheckpoints(catalog, afterRestore ? latest.treeSize - 1 : (last?.treeSize ?? 0))) missing.push(each);
    file.append(missing);
    return { made: latest, appended: missing.length };
  });
  console.log(json ? writeCheckpoint(made) : asText(made, path, appended));
  return 0;
}

function asText({ treeSize, root, time, keyId }: SignedCheckpoint, path: string, appended: number): string {
  return [
    `${treeSize} events at ${time}, signed with key ${keyId}`,
    `root: ${root}`,
    path === '' ? 'Not exported: set HOLDFAST_AUDIT_CHECKPOINT_FILE, or give --append.' : `appended to ${path}: ${appended}`,
  ].join('\n');
}
