import type { Statement } from 'better-sqlite3';
import type { Connection } from './open-database.js';

/** One row of the table `stub`. */
export interface StubRow {
  readonly id: Buffer;
  readonly change: number;
  /** A JSON list. */
  readonly disposals: string;
}

const NO_DISPOSALS = '[]';
const NO_MESSAGE = 'NOT EXISTS (SELECT 1 FROM message WHERE message.id = stub.id)';

/** The stubs of one connection. Use the writing ones inside a transaction that has taken the change number. */
export class StubRows {
  private readonly findStatement: Statement<[Buffer], StubRow>;
  private readonly anyStatement: Statement<[], number>;
  private readonly hasStatement: Statement<[Buffer], number>;
  private readonly nextStatement: Statement<[Buffer, number], StubRow>;
  private readonly createStatement: Statement<[Buffer, number, string, Buffer]>;
  private readonly touchStatement: Statement<[number, Buffer, number]>;
  private readonly removeStatement: Statement<[Buffer, number]>;
  private readonly standsStatement: Statement<[Buffer, number], number>;
  private readonly disposalsStatement: Statement<[Buffer], string>;
  private readonly addStatement: Statement<[Buffer, number, string]>;

  constructor(connection: Connection) {
    this.findStatement = connection.prepare(`SELECT id, change, disposals FROM stub WHERE id = ? AND ${NO_MESSAGE}`);
    this.anyStatement = connection.prepare<[], number>('SELECT 1 FROM stub LIMIT 1').pluck();
    this.hasStatement = connection.prepare<[Buffer], number>('SELECT 1 FROM stub WHERE id = ?').pluck();
    this.nextStatement = connection.prepare(`SELECT id, change, disposals FROM stub WHERE id > ? AND ${NO_MESSAGE} ORDER BY id LIMIT ?`);
    this.createStatement = connection.prepare(
      'INSERT INTO stub (id, change, disposals) SELECT ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM message WHERE id = ?) ON CONFLICT (id) DO NOTHING',
    );
    this.touchStatement = connection.prepare(`UPDATE stub SET change = ? WHERE id = ? AND change = ? AND ${NO_MESSAGE}`);
    this.removeStatement = connection.prepare(`DELETE FROM stub WHERE id = ? AND change = ? AND disposals = '${NO_DISPOSALS}' AND ${NO_MESSAGE}`);
    this.standsStatement = connection.prepare<[Buffer, number], number>(`SELECT 1 FROM stub WHERE id = ? AND change = ? AND ${NO_MESSAGE}`).pluck();
    this.disposalsStatement = connection.prepare<[Buffer], string>('SELECT disposals FROM stub WHERE id = ?').pluck();
    this.addStatement = connection.prepare(
      `INSERT INTO stub (id, change, disposals) VALUES (?, ?, json_array(?))
       ON CONFLICT (id) DO UPDATE SET change = excluded.change, disposals = json_insert(stub.disposals, '$[#]', excluded.disposals ->> 0)`,
    );
  }

  find(id: Buffer): StubRow | null {
    return this.findStatement.get(id) ?? null;
  }

  /** Whether the archive has any. */
  areThere(): boolean {
    return this.anyStatement.get() !== undefined;
  }

  /** Whether a message was ever destroyed under this id, or a placeholder stands there. */
  has(id: Buffer): boolean {
    return this.hasStatement.get(id) !== undefined;
  }

  /** Up to `count` stubs behind an id, upwards. */
  next(after: Buffer, count: number): readonly StubRow[] {
    return this.nextStatement.all(after, count);
  }

  /** False when something stands under the id. */
  create(id: Buffer, change: number, disposals: readonly string[]): boolean {
    return this.createStatement.run(id, change, JSON.stringify(disposals), id).changes === 1;
  }

  /** Gives the stub another version. False when it no longer stands at the expected one. */
  touch(id: Buffer, change: number, expected: number): boolean {
    return this.touchStatement.run(change, id, expected).changes === 1;
  }

  /** Makes way for a message: a placeholder goes, disposals stay beneath it. False when no stub stands at the expected version. */
  yield(id: Buffer, expected: number): boolean {
    return this.removeStatement.run(id, expected).changes === 1 || this.standsStatement.get(id, expected) !== undefined;
  }

  /** The batches that destroyed what stood under the id before, whatever stands there now. */
  disposalsOf(id: Buffer): readonly string[] {
    return JSON.parse(this.disposalsStatement.get(id) ?? NO_DISPOSALS) as string[];
  }

  /** Puts a stub in the place of a message that was just deleted; earlier disposals stay. */
  add(id: Buffer, change: number, batchId: string): void {
    this.addStatement.run(id, change, batchId);
  }
}
