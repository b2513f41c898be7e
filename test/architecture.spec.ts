import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PlantedTree } from './support/planted-tree.js';
import { readRepositoryText, repositoryFiles } from './support/repository-files.js';
import { REPOSITORY, runTool } from './support/run-tool.js';

interface CruiseReport {
  summary: {
    violations: { from: string; to: string; rule: { name: string } }[];
    totalCruised: number;
    ruleSetUsed: { forbidden: { name: string }[] };
  };
}

interface LockedPackage {
  optionalDependencies?: Record<string, string>;
}

interface LintReport {
  filePath: string;
  messages: { ruleId: string | null; message: string }[];
}

async function cruise(folder: string, folders: readonly string[]): Promise<CruiseReport> {
  const options = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const output = await runTool('dependency-cruiser/bin/dependency-cruise.mjs', [...folders, ...options], folder);
  return JSON.parse(output) as CruiseReport;
}

const files = repositoryFiles();
const code = files.filter((path) => /^(src|test|bench|scripts|bin|seed)\/.*\.(ts|mjs|cjs|js)$/.test(path));
const lines = (path: string): number => (readRepositoryText(path) ?? '').split('\n').length - 1;

describe('who imports whom', () => {
  it('follows .dependency-cruiser.cjs, without circles', async () => {
    const { summary } = await cruise(
      REPOSITORY,
      ['src', 'test', 'bench'].filter((folder) => files.some((path) => path.startsWith(`${folder}/`) && path.endsWith('.ts'))),
    );
    expect(summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
    expect(summary.totalCruised).toBeGreaterThan(20);
  });

  it('has a rule for every folder of src', async () => {
    const { summary } = await cruise(REPOSITORY, ['src/domain']);
    const ruled = new Set(summary.ruleSetUsed.forbidden.map(({ name }) => name));
    const folders = readdirSync(join(REPOSITORY, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).filter((name) => name !== 'cli' && !ruled.has(`${name}-imports`))).toEqual([]);
  });

  it('catches every planted violation', async () => {
    const planted: Record<string, readonly [rule: string, imports: string]> = {
      'src/domain/knows-query.ts': ['domain-imports', '../query/ast.js'],
      'src/query/knows-engine.ts': ['query-imports', '../engine/search-engine.js'],
      'src/analysis/knows-engine.ts': ['analysis-imports', '../engine/search-engine.js'],
      'src/engine/knows-search.ts': ['engine-imports', '../search/driver.js'],
      'src/importers/knows-query.ts': ['importers-imports', '../query/ast.js'],
      'src/ingest/eraser.ts': ['index-eraser', '../engine/index-eraser.js'],
      'src/cli/eraser.ts': ['index-eraser', '../engine/open-index-eraser.js'],
      'src/search/driver.ts': ['sqlite-driver', 'better-sqlite3'],
      'src/engine/sqlite/driver.ts': ['elasticsearch-driver', '@elastic/elasticsearch'],
      'src/engine/segmenter.ts': ['segmenter', 'nodejieba'],
      'src/search/entry.ts': ['entry-points', '../cli.js'],
      'src/search/development.ts': ['no-development-packages', 'fast-check'],
      'src/search/tests.ts': ['no-tests-in-product', '../../test/scan-oracle.js'],
      'src/search/nowhere.ts': ['resolvable', './missing.js'],
      'test/scan-oracle.ts': ['independent-oracle', '../src/query/ast.js'],
      'src/holds/circle.ts': ['no-circular', './ring.js'],
    };
    const packages = ['better-sqlite3', '@elastic/elasticsearch', 'nodejieba', 'fast-check'];
    const dependencies = Object.fromEntries(packages.map((name) => [name, '1.0.0']));
    const { 'fast-check': development, ...production } = dependencies;
    const tree = new PlantedTree(
      {
        'package.json': JSON.stringify({ type: 'module', dependencies: production, devDependencies: { 'fast-check': development } }),
        ...Object.fromEntries(
          packages.flatMap((name) => [
            [`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' })],
            [`node_modules/${name}/index.js`, 'module.exports = {};'],
          ]),
        ),
        'src/query/ast.ts': 'export const ast = 1;',
        'src/engine/search-engine.ts': 'export const engine = 1;',
        'src/engine/index-eraser.ts': 'export const eraser = 1;',
        'src/engine/open-index-eraser.ts': 'export const open = 1;',
        'src/disposition/allowed.ts': "export * from '../engine/index-eraser.js';",
        'src/engine/elasticsearch/allowed.ts': "export * from '@elastic/elasticsearch';",
        'src/search/allowed.ts': "export type * from '../engine/search-engine.js';\nexport * from '../query/ast.js';",
        'src/holds/ring.ts': "export * from './circle.js';",
        'src/cli.ts': "export * from './search/allowed.js';",
        ...Object.fromEntries(Object.entries(planted).map(([path, [, imported]]) => [path, `export * from '${imported}';`])),
      },
      { packages: 'none' },
    );
    try {
      const { summary } = await cruise(tree.folder, ['src', 'test']);
      const caught = summary.violations.map(({ from, rule }) => `${from} ${rule.name}`);
      expect(caught).toEqual(expect.arrayContaining(Object.entries(planted).map(([path, [rule]]) => `${path} ${rule}`)));
      expect(caught.filter((line) => line.includes('allowed'))).toEqual([]);
    } finally {
      tree.remove();
    }
  }, 120_000);
});

describe('lint', () => {
  it('catches the environment read outside config/, long files, long functions, console and any', async () => {
    const tree = new PlantedTree(
      {
        'package.json': '{ "type": "module" }',
        'src/config/env.ts': "export const allowed = process.env['HOLDFAST_PORT'];\n",
        'src/cli.ts': "console.log('allowed');\n",
        'src/search/property.ts': "export const value = process.env['HOLDFAST_PORT'];\n",
        'src/search/taken-apart.ts': 'export const { env } = process;\n',
        'src/search/imported.ts': "export { env } from 'node:process';\n",
        'src/search/console.ts': "console.log('no');\n",
        'src/search/any.ts': 'export const value: any = 1;\n',
        'src/search/long-file.ts': 'export {};\n'.repeat(401),
        'src/search/long-function.ts': `export function long(): void {\n${'  void 0;\n'.repeat(60)}}\n`,
      },
      { packages: 'real' },
    );
    try {
      const reports = JSON.parse(await runTool('eslint/bin/eslint.js', ['src', '--format', 'json'], tree.folder)) as LintReport[];
      const caught = reports.flatMap(({ filePath, messages }) =>
        messages.map(({ ruleId }) => `${filePath.slice(filePath.indexOf('/src/') + 1)} ${ruleId}`),
      );
      expect(caught).toEqual(
        expect.arrayContaining([
          'src/search/property.ts no-restricted-properties',
          'src/search/taken-apart.ts no-restricted-properties',
          'src/search/imported.ts no-restricted-imports',
          'src/search/console.ts no-console',
          'src/search/any.ts @typescript-eslint/no-explicit-any',
          'src/search/long-file.ts max-lines',
          'src/search/long-function.ts max-lines-per-function',
        ]),
      );
      expect(caught.filter((line) => line.startsWith('src/config/') || line.startsWith('src/cli.ts'))).toEqual([]);
    } finally {
      tree.remove();
    }
  }, 120_000);
});

describe('files', () => {
  it('have at most 400 lines', () => {
    expect(code.length).toBeGreaterThan(20);
    expect(code.filter((path) => lines(path) > 400)).toEqual([]);
  });

  it('are named for one thing, in kebab case', () => {
    const vague = /(^|[/.-])(utils?|helpers?|common|base|managers?)([/.-]|$)/i;
    expect('src/search/date-utils.ts').toMatch(vague);
    expect(files.filter((path) => vague.test(path))).toEqual([]);
    expect(code.filter((path) => !/^([a-z0-9-]+\/)*[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]+$/.test(path))).toEqual([]);
  });

  it('name no path of somebody’s machine and no private registry', () => {
    const machinePath = /(^|[\s'"`(=])(\/(work|home|Users|root)\/[\w.-]+|[A-Z]:\\Users\\)/m;
    expect(['see "', ['', 'home', 'someone'].join('/')].join('')).toMatch(machinePath);
    const guilty = files.filter((path) => path !== 'package-lock.json' && machinePath.test(readRepositoryText(path) ?? ''));
    expect(guilty).toEqual([]);
    const hosts = new Set(
      [...(readRepositoryText('package-lock.json') ?? '').matchAll(/"resolved": "(https?:\/\/[^/]+)/g)].map((match) => match[1]),
    );
    expect([...hosts].filter((host) => host !== 'https://registry.npmjs.org')).toEqual([]);
  });

  it('know no SQL outside engine/', () => {
    const sql = /\b(SELECT\s[^;'"]*\sFROM|INSERT INTO|DELETE FROM|CREATE (VIRTUAL )?TABLE)\b/;
    const engines = code.filter((path) => path.startsWith('src/') && sql.test(readRepositoryText(path) ?? ''));
    expect(engines.filter((path) => !path.startsWith('src/engine/') && !path.endsWith('.spec.ts'))).toEqual([]);
  });
});

describe('package-lock.json', () => {
  it('holds the binaries of every platform, or `npm ci` refuses it (node scripts/complete-lock.mjs)', () => {
    const { packages } = JSON.parse(readRepositoryText('package-lock.json') ?? '') as { packages: Record<string, LockedPackage> };
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !(`${path}/node_modules/${name}` in packages) && !(`node_modules/${name}` in packages),
      ),
    );
    expect(missing).toEqual([]);
  });
});
