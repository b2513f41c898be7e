/** The names of everything that an archive keeps in a cluster; all begin with the prefix. */
export class IndexNames {
  constructor(private readonly prefix: string) {}

  /** What searches read: an alias of one physical index. */
  get messages(): string {
    return `${this.prefix}-messages`;
  }

  get catalog(): string {
    return `${this.prefix}-catalog`;
  }

  get rejected(): string {
    return `${this.prefix}-rejected`;
  }

  /** A physical index of messages; `number` is 1 for the first, one more after each reindexing. */
  physical(number: number): string {
    return `${this.messages}-${String(number).padStart(6, '0')}`;
  }

  /** The number of a physical index; null for other names. */
  numberOf(physical: string): number | null {
    const [, number] = /-(\d{6,})$/.exec(physical) ?? [];
    return number !== undefined && physical === this.physical(Number(number)) ? Number(number) : null;
  }
}

/** The alias that a physical index is written through: it exists only as long as the index does, so a late write cannot make a new one. */
export function writeAliasOf(physical: string): string {
  return `${physical}-writes`;
}
