import { fold } from '../src/analysis/fold.js';
import type { SampledMessage } from './generate.js';
import { Random } from './random.js';

/** The search shapes that are measured. */
export const SHAPES = [
  '1 character',
  '2 characters',
  '4 characters',
  '8 characters',
  'mixed',
  'Latin',
  '2 words AND',
  'custodian + month',
] as const;
export type Shape = (typeof SHAPES)[number];

/** One search as the API takes it. */
export interface BenchSearch {
  readonly text: string;
  readonly filter?: { readonly custodianIds: readonly string[]; readonly sentFrom: string; readonly sentTo: string };
}

const HAN = /\p{Script=Han}/u;
const LATIN = /^[A-Za-z0-9][A-Za-z0-9 .,'@_-]*[A-Za-z0-9]$/;
const LETTERS = /[A-Za-z].*[A-Za-z]/;
const WORD = /^[\p{L}\p{N}]+$/u;
const ATTEMPTS = 2_000_000;

/**
 * `count` different searches of a shape, cut at random positions of random messages. Frequent ones are not dropped; only cuts
 * that fold to nothing or to white space are, and the ones whose characters are not of the shape. Each search comes once,
 * so that no answer can come from a cache.
 */
export function cutSearches(sample: readonly SampledMessage[], shape: Shape, count: number, seed: number): BenchSearch[] {
  const random = new Random(seed, 10 + SHAPES.indexOf(shape));
  const searches = new Map<string, BenchSearch>();
  for (let attempt = 0; searches.size < count && attempt < ATTEMPTS; attempt += 1) {
    const search = cutSearch(random.pick(sample), shape, random);
    if (search !== null) searches.set(fold(JSON.stringify(search)), search);
  }
  if (searches.size < count) throw new Error(`only ${searches.size} searches of the shape ${shape} could be cut`);
  return [...searches.values()];
}

/** The search text for one literal. */
export function quote(literal: string): string {
  return `"${literal.replace(/[\\"]/g, '\\$&')}"`;
}

function cutSearch(message: SampledMessage, shape: Shape, random: Random): BenchSearch | null {
  const points = Array.from(message.text);
  switch (shape) {
    case '1 character':
      return literal(cut(points, 1, random));
    case '2 characters':
      return literal(cut(points, 2, random));
    case '4 characters':
      return literal(cut(points, 4, random));
    case '8 characters':
      return literal(cut(points, 8, random));
    case 'mixed':
      return literal(cut(points, random.between(3, 8), random), (text) => HAN.test(text) && /[A-Za-z0-9]/.test(text));
    case 'Latin':
      return literal(cut(points, random.between(3, 8), random), (text) => LATIN.test(text) && LETTERS.test(text));
    case '2 words AND':
      return twoWords(points, random);
    case 'custodian + month':
      return filtered(message, literal(cut(points, 2, random)));
  }
}

function cut(points: readonly string[], length: number, random: Random): string | null {
  if (points.length < length) return null;
  const start = random.below(points.length - length + 1);
  return points.slice(start, start + length).join('');
}

function literal(text: string | null, isWanted: (text: string) => boolean = () => true): BenchSearch | null {
  if (text === null || fold(text).trim() === '' || !isWanted(text)) return null;
  return { text: quote(text) };
}

/** Two bare words of 2 to 4 characters from one message, the second behind the first. */
function twoWords(points: readonly string[], random: Random): BenchSearch | null {
  const middle = random.between(2, Math.max(2, points.length - 2));
  const first = cut(points.slice(0, middle), random.between(2, 4), random);
  const second = cut(points.slice(middle), random.between(2, 4), random);
  if (first === null || second === null || first === second || !WORD.test(first) || !WORD.test(second)) return null;
  if (first === 'OR' || second === 'OR') return null;
  return { text: `${first} ${second}` };
}

function filtered(message: SampledMessage, search: BenchSearch | null): BenchSearch | null {
  if (search === null) return null;
  const local = new Date(message.sentAt + 8 * 3_600_000);
  const month = (offset: number): string =>
    new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + offset, 1)).toISOString().slice(0, 10);
  return {
    text: search.text,
    filter: { custodianIds: [message.custodianId], sentFrom: `${month(0)}T00:00:00+08:00`, sentTo: `${month(1)}T00:00:00+08:00` },
  };
}
