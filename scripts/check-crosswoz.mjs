/**
 * `node scripts/check-crosswoz.mjs --datasets DIR`: imports DIR/crosswoz-val and compares the hits of all its entity queries over
 * HTTP with a plain substring scan. The last line is `N queries, N equal`; the exit code is not 0 unless all are.
 */
import { join } from 'node:path';
import { compileTools } from './compile-tools.mjs';
import { runNode } from './run.mjs';

const tools = await compileTools('check-crosswoz');
process.exitCode = await runNode([join(tools, 'test/support/check-crosswoz.js'), ...process.argv.slice(2)]);
