/** `npm run bench -- --messages N --seed N ...`: builds, compiles bench/ beside the built product, and runs it. */
import { join } from 'node:path';
import { compileTools } from './compile-tools.mjs';
import { runNode } from './run.mjs';

const tools = await compileTools('bench');
process.exitCode = await runNode(['--expose-gc', join(tools, 'bench/main.js'), ...process.argv.slice(2)], {
  env: { ...process.env, NODE_ENV: 'production' },
});
