import { readFileSync } from 'node:fs';

const LINE = /^(?:#(\S+) )?(?:\+(\d+)([smh]) )?([A-Za-z]\w*): (.*)$/;
const SECONDS = { s: 1, m: 60, h: 3600 };

/**
 * The scenes of a text file in texts/. A scene begins with `@ ` and a heading whose words the caller understands; each further line is
 * `#label +90s Account: text`, of which label and pause may be absent. `\n` is a line break, `!word a | b` a message of another kind.
 * Lines that begin with `//` are remarks.
 */
export function readScenes(name) {
  const scenes = [];
  const lines = readFileSync(new URL(`texts/${name}.txt`, import.meta.url), 'utf8').split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('//')) continue;
    if (line.startsWith('@ ')) {
      scenes.push({ name: `${name}:${index + 1}`, heading: line.slice(2), lines: [] });
      continue;
    }
    const match = LINE.exec(line);
    if (match === null || scenes.length === 0) throw new Error(`texts/${name}.txt, line ${index + 1} cannot be read.`);
    const [, label, pause, unit, from, text] = match;
    const seconds = pause === undefined ? null : Number(pause) * SECONDS[unit];
    scenes.at(-1).lines.push({ label: label ?? null, seconds, from, ...bodyOf(text.replaceAll('\\n', '\n')) });
  }
  return scenes;
}

function bodyOf(text) {
  const command = /^!([a-z_]+) ?([^]*)$/.exec(text);
  return command === null
    ? { command: 'text', words: [text] }
    : { command: command[1], words: command[2].split('|').map((word) => word.trim()) };
}
