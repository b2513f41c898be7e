import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { Readable } from 'node:stream';
import { parseSearchText } from '../src/analysis/parse-search-text.js';
import { describeEnvironment } from '../src/config/env.js';
import type { MappedEntry } from '../src/domain/archive-record.js';
import * as values from '../src/domain/values.js';
import { holdfastJsonlImporter } from '../src/importers/holdfast-jsonl.importer.js';
import { QUERY_LIMITS } from '../src/query/query-limits.js';
import { readRepositoryText, repositoryFiles } from './support/repository-files.js';
import { REPOSITORY } from './support/run-tool.js';

const lists = Object.entries(values).filter(([name]) => name === name.toUpperCase());

function textOf(path: string): string {
  const text = readRepositoryText(path);
  if (text === null) throw new Error(`${path} is not text`);
  return text;
}

/** The values of each table of a page, by the heading above it. */
function tablesOf(page: string): Record<string, string[]> {
  const sections = page.split(/^## /m).slice(1);
  return Object.fromEntries(
    sections.map((section) => [
      section.slice(0, section.indexOf('\n')),
      [...section.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]!),
    ]),
  );
}

describe('docs/values.md', () => {
  it('has every list of src/domain/values.ts, in its order, and no other', () => {
    expect(lists.length).toBeGreaterThan(5);
    expect(tablesOf(textOf('docs/values.md'))).toEqual(Object.fromEntries(lists));
  });
});

describe('README.md', () => {
  it('lists the settings of src/config/env.ts', () => {
    const rows = describeEnvironment().map(({ name, default: value, description }) => `| \`${name}\` | \`${value}\` | ${description} |`);
    const block = /<!-- settings -->\n([^]*?)<!-- \/settings -->/.exec(textOf('README.md'))?.[1];
    expect(block?.trim().split('\n').slice(2)).toEqual(rows);
  });

  it('lists the commands of src/cli', () => {
    const commands = repositoryFiles().flatMap((path) => /^src\/cli\/([a-z-]+)\.command\.ts$/.exec(path)?.[1] ?? []);
    const [, section = ''] = /\n## Command line\n([^]*?)\n## /.exec(textOf('README.md')) ?? [];
    const listed = [...section.matchAll(/^\| `([a-z-]+)/gm)].map((match) => match[1]);
    expect(listed.sort()).toEqual(commands.sort());
  });
});

describe('ARCHITECTURE.md', () => {
  it('has a heading for every folder of src', () => {
    const folders = new Set(repositoryFiles().flatMap((path) => /^src\/([a-z-]+)\//.exec(path)?.[1] ?? []));
    const headings = [...textOf('ARCHITECTURE.md').matchAll(/^### \[src\/([a-z-]+)\/\]/gm)].map((match) => match[1]);
    expect(headings.sort()).toEqual([...folders].sort());
  });
});

describe('docs/holdfast-jsonl.md', () => {
  it('shows records that are imported without a warning', async () => {
    const [, example = ''] = /```json\n([^]*?)```/.exec(textOf('docs/holdfast-jsonl.md')) ?? [];
    const chunks = Readable.from([Buffer.from(example)]);
    const mapped: MappedEntry[] = [];
    for await (const entries of holdfastJsonlImporter.entries(chunks, { offset: 0, line: 0 })) {
      mapped.push(...entries.map((entry) => holdfastJsonlImporter.map(entry, { now: Date.UTC(2026, 5, 1), identitySpace: 'docs' })));
    }
    expect(mapped.map((entry) => (entry.kind === 'message' ? entry.draft.warnings : entry.reason))).toEqual([[], []]);
  });
});

describe('docs/search-language.md', () => {
  it('shows searches that are read, or refused, as it says', () => {
    const rows = [...textOf('docs/search-language.md').matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)];
    expect(rows.length).toBeGreaterThan(10);
    for (const [, example = '', meaning = ''] of rows) {
      if (meaning.startsWith('an error')) expect(() => parseSearchText(example)).toThrow();
      else expect(parseSearchText(example)).not.toBeNull();
    }
  });

  it('names the limits', () => {
    const page = textOf('docs/search-language.md');
    const { searchText, textLeaves, literalCodePoints, depth, nearDistance } = QUERY_LIMITS;
    for (const limit of [searchText, textLeaves, literalCodePoints, depth, nearDistance])
      expect(page).toContain(limit.toLocaleString('en-US'));
  });
});

describe('documentation', () => {
  it('links only to files that exist', () => {
    const pages = repositoryFiles().filter((path) => path.endsWith('.md'));
    const links = pages.flatMap((page) =>
      [...textOf(page).matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map((match) => ({
        page,
        target: normalize(join(dirname(page), match[1]!)),
      })),
    );
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter(({ target }) => !existsSync(join(REPOSITORY, target)))).toEqual([]);
  });

  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const pages = ['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md'].map(textOf).join('\n');
    const named = [...pages.matchAll(/npm (?:run )?([a-z:-]+)/g)]
      .map((match) => match[1]!)
      .filter((name) => !['ci', 'install', 'rebuild'].includes(name));
    expect(named).toEqual(expect.arrayContaining(['demo', 'test']));
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
