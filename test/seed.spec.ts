import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import { SAMPLE_QUERIES } from '../src/explorer/sample-queries.js';
import { onEveryEngine } from './contract/engines.js';
import { readRepositoryText } from './support/repository-files.js';
import { HoldfastCommand } from './support/holdfast-command.js';
import { REPOSITORY } from './support/run-tool.js';
import { RunningApp } from './support/start-app.js';

/** What the tests look at of a WeCom record. */
interface WecomRecord {
  readonly seq: number;
  readonly msgid: string;
  readonly action: string;
  readonly from?: string;
  readonly msgtime?: number;
  readonly msgtype?: string;
  readonly text?: { readonly content: string };
  readonly revoke?: { readonly pre_msgid: string };
}

interface PhoneRecord {
  readonly id: string;
  readonly text: string;
}

const SEED = join(REPOSITORY, 'seed');
const MADE = ['wecom', 'phone-of-gao-feng', 'mail-of-compliance.jsonl'];
const made = mkdtempSync(join(tmpdir(), 'holdfast-seed-'));
afterAll(() => rmSync(made, { recursive: true, force: true }));

function filesBelow(folder: string, path: string): string[] {
  if (!statSync(join(folder, path)).isDirectory()) return [path];
  return readdirSync(join(folder, path)).flatMap((name) => filesBelow(folder, join(path, name)));
}

/** Unpacked: other versions of zlib pack the same text into other bytes. */
function bytesOf(folder: string, path: string): Buffer {
  const bytes = readFileSync(join(folder, path));
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

function recordsOf<T>(path: string): T[] {
  const lines = bytesOf(SEED, path).toString('utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as T);
}

const ours = recordsOf<WecomRecord>('wecom/chatdata-it.jsonl.gz');
const vendor = recordsOf<WecomRecord>('wecom/chatdata-vendor.jsonl.gz');
const idsOf = (records: readonly WecomRecord[]): Set<string> => new Set(records.map(({ msgid }) => msgid));
const targetsOf = (records: readonly WecomRecord[]): string[] => records.flatMap(({ revoke }) => revoke?.pre_msgid ?? []);

describe('the seed', () => {
  it('is what its script makes, byte for byte', () => {
    execFileSync(process.execPath, [join(REPOSITORY, 'scripts/build-seed.mjs'), made]);
    const files = MADE.flatMap((path) => filesBelow(SEED, path)).sort();
    expect(MADE.flatMap((path) => filesBelow(made, path)).sort()).toEqual(files);
    expect(files.filter((path) => !bytesOf(made, path).equals(bytesOf(SEED, path)))).toEqual([]);
  });

  it('is small, and its media files are named by their MD5', () => {
    const sizes = filesBelow(SEED, '').map((path) => statSync(join(SEED, path)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2_000_000);
    const media = filesBelow(SEED, 'wecom/media');
    expect(media.length).toBeGreaterThanOrEqual(8);
    expect(media).toEqual(
      media.map((path) => `wecom/media/${createHash('md5').update(bytesOf(SEED, path)).digest('hex')}${extname(path)}`),
    );
  });

  it('holds three months of twenty employees, from two captures that overlap and each lack something', () => {
    const all = new Map([...ours, ...vendor].map((record) => [record.msgid, record]));
    expect(all.size).toBeGreaterThanOrEqual(6000);
    const times = [...all.values()].flatMap(({ msgtime }) => msgtime ?? []);
    expect(new Date(Math.min(...times)).toISOString()).toMatch(/^2026-06-01/);
    expect(new Date(Math.max(...times)).toISOString()).toMatch(/^2026-08-31/);
    const staff = new Set([...all.values()].flatMap(({ from }) => (from !== undefined && !/^w[mob]/.test(from) ? [from] : [])));
    expect(staff.size).toBe(20);
    const [left, right] = [idsOf(ours), idsOf(vendor)];
    expect([...right].filter((id) => left.has(id)).length).toBeGreaterThan(3000);
    expect([...right].some((id) => !left.has(id)) && [...left].some((id) => !right.has(id))).toBe(true);
    const sequences = ours.map(({ seq }) => seq);
    expect(sequences.filter((seq, index) => index > 0 && seq !== sequences[index - 1]! + 1)).toHaveLength(1);
    const silent = ours.filter(({ from, msgtime }) => from === 'GaoFeng' && isDayBetween(msgtime, '2026-07-25', '2026-08-02'));
    expect(silent).toEqual([]);
  });

  it('holds recalls, one of them answered by the other capture alone, and messages edited between two backups', () => {
    expect(targetsOf(ours).length).toBeGreaterThan(20);
    const known = idsOf(ours);
    const orphans = [...new Set(targetsOf(ours))].filter((id) => !known.has(id));
    const answers = vendor.filter(({ msgid }) => orphans.includes(msgid)).map(({ text }) => text?.content);
    expect([orphans.length, answers]).toEqual([1, [expect.stringContaining('望屿信息')]]);
    expect(targetsOf(vendor)).not.toContain(orphans[0]);
    const backups = ['2026-07-31', '2026-08-22'].map((day) => recordsOf<PhoneRecord>(`phone-of-gao-feng/backup-${day}.jsonl`));
    const later = new Map(backups[1]!.map(({ id, text }) => [id, text]));
    expect(backups[0]!.filter(({ id }) => !later.has(id))).toEqual([]);
    expect(backups[0]!.filter(({ id, text }) => later.get(id) !== text)).toHaveLength(2);
  });

  it('holds personal data of every kind, whose check digits are right', () => {
    const text = [...ours, ...vendor].map((record) => record.text?.content ?? '').join('\n');
    const found = Object.fromEntries(Object.entries(KINDS).map(([kind, pattern]) => [kind, [...new Set(text.match(pattern) ?? [])]]));
    expect(Object.keys(found).filter((kind) => found[kind]!.length < 5)).toEqual([]);
    expect(
      found['residentId']!.filter((id) => weigh(id, RESIDENT_WEIGHTS, (digit) => (digit === 'X' ? 10 : Number(digit))) % 11 !== 1),
    ).toEqual([]);
    expect(
      found['hongKongId']!.filter((id) => weigh(` ${id.replace(/[()]/g, '')}`, [9, 8, 7, 6, 5, 4, 3, 2, 1], letterValue) % 11 !== 0),
    ).toEqual([]);
    expect(found['bankCard']!.filter((card) => !isLuhn(card))).toEqual([]);
    expect(found['companyCode']!.filter((code) => weigh(code, COMPANY_WEIGHTS, (sign) => COMPANY_SIGNS.indexOf(sign)) % 31 !== 0)).toEqual(
      [],
    );
  });
});

const COMPANY_SIGNS = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const COMPANY_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1];
const RESIDENT_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1];
const KINDS: Readonly<Record<string, RegExp>> = {
  residentId: /(?<!\w)440399\d{11}[\dX]/g,
  hongKongId: /Q\d{6}\([\dA]\)/g,
  macauId: /(?<!\d)5\d{6}\(\d\)/g,
  passport: /E\d{8}(?!\d)/g,
  hongKongPassport: /K\d{8}(?!\d)/g,
  macauPassport: /MA\d{7}(?!\d)/g,
  homeReturnPermit: /(?<!T?E)M\d{8}(?!\d)/g,
  bankCard: /(?<=卡号|^)(?:\d{16}|\d{19})(?!\d)/gm,
  companyCode: /91440399MA\w{8}/g,
  mobile: /(?<!\d)154\d{8}(?!\d)/g,
  macauMobile: /\+853 \d{4} \d{4}/g,
  hongKongMobile: /\+852 \d{4} \d{4}/g,
  mail: /[a-z\d]+@[a-z]+\.example/g,
  internetAddress: /(?<!\d)\d{2,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/g,
  plate: /粤Z\d{4}[港澳]/g,
  address: /深圳市南山区[^，。\n]+室/g,
  macauAddress: /澳門(?:海晴|望濤|蓮峰)[^,。\n]+座/g,
  hongKongAddress: /Flat [A-C], \d+\/F/g,
};

const letterValue = (sign: string): number => (sign === ' ' ? 36 : parseInt(sign, 36));

function weigh(text: string, weights: readonly number[], valueOf: (sign: string) => number): number {
  return weights.reduce((sum, weight, index) => sum + weight * valueOf(text[index]!), 0);
}

function isLuhn(card: string): boolean {
  const digits = [...card].reverse().map(Number);
  const doubled = digits.map((digit, index) => (index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2));
  return doubled.reduce((sum, digit) => sum + digit, 0) % 10 === 0;
}

function isDayBetween(at: number | undefined, first: string, last: string): boolean {
  return at !== undefined && at >= Date.parse(`${first}T00:00:00+08:00`) && at < Date.parse(`${last}T00:00:00+08:00`) + 86_400_000;
}

/** The commands that README.md shows for the seed, as their words. */
function readmeSearches(): string[][] {
  const [, block = ''] = /```\n(holdfast import seed\/[^]*?)```/.exec(readRepositoryText('README.md') ?? '') ?? [];
  const lines = block.split('\n').flatMap((line) => /^holdfast (search .*)$/.exec(line.replace(/ +#.*$/, ''))?.[1] ?? []);
  return lines.map((line) => [...line.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2]!));
}

onEveryEngine('the story on $name', (kind) => {
  const command = new HoldfastCommand(kind);
  afterAll(() => command.remove());

  it('is found by the searches of README.md and of the explorer', async () => {
    const capture = (name: string): string[] => [
      'import',
      `seed/wecom/chatdata-${name}.jsonl.gz`,
      '--identity-space',
      'henglan',
      '--source',
      name,
    ];
    const imports = [capture('it'), capture('vendor'), ['import', 'seed/phone-of-gao-feng', '--source', 'phone']];
    for (const words of imports) {
      const { code, err } = await command.run(words);
      expect([words, code, code === 2 ? err : '']).toEqual([words, expect.any(Number), '']);
    }
    const searches = readmeSearches();
    expect(searches.length).toBeGreaterThanOrEqual(3);
    for (const words of searches)
      expect([words, (await command.run(words)).out]).toEqual([words, expect.stringMatching(/^[1-9]\d* hits?\n[^]*\[/)]);
    const app = await RunningApp.start({ kind, dataDir: command.dataDir });
    try {
      for (const query of SAMPLE_QUERIES) {
        const { search } = await app.data<{ search: { totalCount: number } }>(query);
        expect([query, search.totalCount > 0]).toEqual([query, true]);
      }
    } finally {
      await app.stop();
    }
  }, 120_000);
});
