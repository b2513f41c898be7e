/**
 * `node scripts/build-seed.mjs [DIR]`: makes wecom/, phone-of-gao-feng/ and mail-of-compliance.jsonl in seed/, or in DIR, from the texts
 * in scripts/seed/texts/, always the same. seed/README.md tells the story.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT } from './run.mjs';
import { seedFiles } from './seed/seed-files.mjs';

const folder = process.argv[2] ?? join(ROOT, 'seed');
rmSync(join(folder, 'wecom/media'), { recursive: true, force: true });
for (const [path, bytes] of seedFiles()) {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, path.endsWith('.gz') ? gzipSync(bytes, { level: 9 }) : bytes);
  console.log(`${path}: ${path.includes('jsonl') ? `${bytes.toString().split('\n').length - 1} records` : `${bytes.length} bytes`}`);
}
