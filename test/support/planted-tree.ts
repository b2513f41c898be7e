import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { REPOSITORY } from './run-tool.js';

const CONFIGURATION = ['.dependency-cruiser.cjs', 'eslint.config.mjs', 'tsconfig.json'];

/** A small repository under our rules, holding just these files; for trying whether a rule catches what it should. */
export class PlantedTree {
  readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-planted-'));

  constructor(files: Readonly<Record<string, string>>, options: { readonly packages: 'real' | 'none' }) {
    for (const name of CONFIGURATION) copyFileSync(join(REPOSITORY, name), join(this.folder, name));
    if (options.packages === 'real') symlinkSync(join(REPOSITORY, 'node_modules'), join(this.folder, 'node_modules'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
