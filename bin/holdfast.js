#!/usr/bin/env node
import { existsSync } from 'node:fs';

// In a checkout the sources may be newer than dist/; in an installed package there are no sources and dist/ is complete.
if (existsSync(new URL('../src/cli.ts', import.meta.url))) {
  try {
    const { buildIfNeeded } = await import('../scripts/build.mjs');
    await buildIfNeeded();
  } catch (error) {
    console.error(`dist/ is out of date and cannot be built: ${error instanceof Error ? error.message : String(error)}`);
    console.error('Run: npm ci && npm run build');
    process.exit(2);
  }
}
// The GraphQL library checks each value far more slowly in any other mode: half a millisecond of a page.
process.env.NODE_ENV ??= 'production';
await import('../dist/cli.js');
