import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Random } from '../../../test/support/random.js';
import { makeMessage } from '../../../test/support/make-message.js';
import { prepare } from '../../../test/support/prepare.js';
import { scaled } from '../../../test/support/scale.js';
import { FOLD_VERSION, fold } from '../../analysis/fold.js';
import { TEXT_FIELDS, type LiteralNode } from '../../query/ast.js';
import { compileText } from './compile-text.js';
import { evaluateText, type TextContext } from './evaluate-text.js';
import { compileFilter } from './compile-filter.js';
import { Columns } from './columns.js';
import { IndexReader } from './index-reader.js';
import { openArchiveForReading, type Connection } from './open-database.js';
import { quickerMatch } from './quicker-match.js';
import { SqliteIndexWriter } from './sqlite-index-writer.js';
import { TextSample } from './text-sample.js';

/** So many that a phrase of everyday pairs costs more than looking at a few candidates. */
const MESSAGES = 6_000;
const BATCH = 1_000;
/** Everyday words, in any order: pairs stand in many messages, long stretches in few. */
const WORDS = ['这家', '酒店', '的', '周边', '有', '什么', '景点', 'the ', 'price ', 'of ', '2024', '-', '。', '好', 'ok', '7', '合同', '款'];

let directory: string;
let connection: Connection;
let context: TextContext;
let texts: readonly string[];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-quicker-'));
  const random = new Random(7);
  texts = Array.from({ length: MESSAGES }, () => Array.from({ length: random.between(4, 24) }, () => random.pick(WORDS)).join(''));
  const writer = SqliteIndexWriter.open(directory, FOLD_VERSION);
  for (let start = 0; start < MESSAGES; start += BATCH) {
    const batch = texts.slice(start, start + BATCH).map((text, index) => makeMessage(`m${start + index}`, { text }));
    await writer.put(batch.map((message) => ({ prepared: prepare(message), expected: null })));
  }
  await writer.close();
  connection = openArchiveForReading(directory)!;
  const columns = new Columns();
  columns.refresh(connection);
  const reader = new IndexReader(connection);
  const sample = new TextSample();
  sample.refresh(reader, columns.lastRow);
  context = { reader, columns, sample, filter: compileFilter({ kind: 'all' }, columns) };
});

afterAll(() => {
  connection.close();
  rmSync(directory, { recursive: true, force: true });
});

describe(quickerMatch.name, () => {
  it('finds exactly the rows that the text itself names, for one literal and for two', () => {
    const random = new Random(11);
    let used = 0;
    const checks = scaled(4_000);
    for (let check = 0; check < checks; check += 1) {
      const text = random.pick(texts);
      const cut = (): LiteralNode => {
        const start = random.between(0, text.length - 2);
        return literal(text.slice(start, start + random.between(2, 14)));
      };
      const literals = check % 3 === 0 ? [cut(), cut()] : [cut()];
      const plan = compileText(literals.length === 1 ? literals[0]! : { kind: 'and', nodes: literals });
      if (quickerMatch(literals, context.sample) !== null) used += 1;
      const expected = rowsWith(literals.map(({ key }) => key));
      expect({ literals, rows: [...evaluateText(plan, context)] }).toEqual({ literals, rows: expected });
    }
    expect(used).toBeGreaterThan(checks / 10);
  });

  it('leaves to the index what is one look-up there', () => {
    expect(quickerMatch([literal('酒店')], context.sample)).toBeNull();
    expect(quickerMatch([literal('酒店的')], context.sample)).toBeNull();
  });
});

function literal(source: string): LiteralNode {
  return { kind: 'literal', key: fold(source), source, fields: TEXT_FIELDS };
}

function rowsWith(keys: readonly string[]): number[] {
  return texts.flatMap((text, index) => (keys.every((key) => fold(text).includes(key)) ? [index + 1] : []));
}
