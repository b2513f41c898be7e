import type { Statement } from 'better-sqlite3';
import type { Connection } from './open-database.js';

export const STRING = 0;
export const SET = 1;
/** Stands for "no value" wherever a dictionary number is expected. */
export const NO_VALUE = 0;

/** Entries of each kind kept in memory by a writer; beyond it the oldest are dropped and looked up again when needed. */
const CACHED = { strings: 100_000, sets: 20_000 };

/** Gives strings and sets their numbers while writing. Use inside the writer's transaction only. */
export class DictionaryWriter {
  private readonly strings = new Map<string, number>();
  private readonly sets = new Map<string, number>();
  private readonly find: Statement<[number, string], number>;
  private readonly insert: Statement<[number, string]>;

  constructor(connection: Connection) {
    this.find = connection.prepare<[number, string], number>('SELECT id FROM dictionary WHERE kind = ? AND value = ?').pluck();
    this.insert = connection.prepare('INSERT INTO dictionary (kind, value) VALUES (?, ?)');
  }

  /** The number of a string; `NO_VALUE` for null. */
  ofString(value: string | null): number {
    if (value === null) return NO_VALUE;
    return this.strings.get(value) ?? this.learn(this.strings, CACHED.strings, value, STRING, value);
  }

  /** The number of a set, given sorted and without repeats; `NO_VALUE` for the empty set. */
  ofSet(values: readonly string[]): number {
    if (values.length === 0) return NO_VALUE;
    const key = JSON.stringify(values);
    return this.sets.get(key) ?? this.learn(this.sets, CACHED.sets, key, SET, key);
  }

  /** Forgets what a transaction that was rolled back had added, or what was cleared since. */
  forget(): void {
    this.strings.clear();
    this.sets.clear();
  }

  private learn(known: Map<string, number>, most: number, key: string, kind: number, value: string): number {
    const number = this.find.get(kind, value) ?? Number(this.insert.run(kind, value).lastInsertRowid);
    if (known.size >= most) known.delete(known.keys().next().value!);
    known.set(key, number);
    return number;
  }
}

/** Every string and set by number, kept up to date while searching. */
export class DictionaryReader {
  /** By number: the string, or null where the number is a set. */
  private readonly strings: (string | null)[] = [null];
  /** By number: the members' numbers, or null where the number is a string. */
  private readonly sets: (readonly string[] | null)[] = [null];
  private readonly numbers = new Map<string, number>();
  private readonly setsContaining = new Map<string, number[]>();

  /** One more than the highest number in use. */
  get size(): number {
    return this.strings.length;
  }

  /** Reads what was added since the last call. */
  refresh(connection: Connection): void {
    const rows = connection
      .prepare<[number], [number, number, string]>('SELECT id, kind, value FROM dictionary WHERE id >= ? ORDER BY id')
      .raw()
      .iterate(this.size);
    for (const [id, kind, value] of rows) {
      while (this.strings.length < id) this.addNothing();
      if (kind === STRING) this.addString(value);
      else this.addSet(JSON.parse(value) as string[]);
    }
  }

  /** The number of a string, or null when no message has it. */
  numberOf(value: string): number | null {
    return this.numbers.get(value) ?? null;
  }

  stringAt(number: number): string | null {
    return this.strings[number] ?? null;
  }

  /** The members of a set; of `NO_VALUE` none. */
  setAt(number: number): readonly string[] {
    return this.sets[number] ?? [];
  }

  /** The numbers of all sets that have `value` as a member. */
  setsWith(value: string): readonly number[] {
    return this.setsContaining.get(value) ?? [];
  }

  private addNothing(): void {
    this.strings.push(null);
    this.sets.push(null);
  }

  private addString(value: string): void {
    this.numbers.set(value, this.strings.length);
    this.strings.push(value);
    this.sets.push(null);
  }

  private addSet(members: readonly string[]): void {
    for (const member of members) {
      const sets = this.setsContaining.get(member);
      if (sets === undefined) this.setsContaining.set(member, [this.strings.length]);
      else sets.push(this.strings.length);
    }
    this.strings.push(null);
    this.sets.push(members);
  }
}
