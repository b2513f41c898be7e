import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from './random.js';

/** Messages of the first file, and changes of the second, which adds to each of them. */
export const COUNT = 10_000;
/** Where an import of the two files is, by what it has committed: the messages first, then a change of each. */
export const PHASES = ['before the first commit', 'between commits', 'during a merge', 'after the last commit'] as const;
export type Phase = (typeof PHASES)[number];

/** Writes the two files into a directory; returns their paths. */
export function writeFilesToInterrupt(directory: string): readonly string[] {
  const line = (id: number, more: object): string =>
    `${JSON.stringify({ id: `m${id}`, conversationId: 'c', senderId: 'li', sentAt: 1_772_413_200_000 + id, text: `付款 ${id}`, ...more })}\n`;
  const files = [
    { name: 'a.jsonl', more: {} },
    { name: 'b.jsonl', more: { recalledAt: '2026-03-03T09:00:00+08:00' } },
  ];
  return files.map(({ name, more }) => {
    const file = join(directory, name);
    writeFileSync(file, Array.from({ length: COUNT }, (_, id) => line(id, more)).join(''));
    return file;
  });
}

/** The phase of an import that has committed so many changes. */
export function phaseAt(changes: number): Phase {
  return PHASES[changes === 0 ? 0 : changes < COUNT ? 1 : changes < 2 * COUNT ? 2 : 3];
}

/** Committed changes at which a kill probably hits the phase. */
export function aimAt(phase: Phase, random: Random): number {
  switch (phase) {
    case 'before the first commit':
      return 0;
    case 'between commits':
      return random.between(1, COUNT / 2);
    case 'during a merge':
      return random.between(COUNT + 1, 1.5 * COUNT);
    case 'after the last commit':
      return 2 * COUNT;
  }
}
