const DAY = 24 * 60 * 60_000;
/** Offsets that change within less than this and change back are not looked for. */
const QUARTER = 15 * 60_000;
const SECOND = 1_000;
/** Zones whose offsets are kept. */
const KEPT_ZONES = 16;

/** A stretch of time in which a zone's clocks keep their offset. UTC milliseconds; `to` is not part of it. */
export interface OffsetSpan {
  readonly from: number;
  readonly to: number;
  /** Local time minus UTC, milliseconds. */
  readonly offset: number;
}

/** From when on a day has an offset. */
type Change = readonly [from: number, offset: number];

/** The offsets of one time zone, from the tables of the runtime, which are asked once a day of the data. */
export class ZoneOffsets {
  private readonly format: Intl.DateTimeFormat;
  /** By day after 1970-01-01 in UTC. */
  private readonly atStarts = new Map<number, number>();
  private readonly changes = new Map<number, number | readonly Change[]>();

  private constructor(timeZone: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone, hourCycle: 'h23', era: 'short',
      year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
  }

  private static readonly known = new Map<string, ZoneOffsets>();

  /** `timeZone`: IANA name. Throws RangeError for other names. */
  static of(timeZone: string): ZoneOffsets {
    const { known } = ZoneOffsets;
    const kept = known.get(timeZone);
    if (kept !== undefined) return kept;
    const made = new ZoneOffsets(timeZone);
    if (known.size >= KEPT_ZONES) known.delete(known.keys().next().value!);
    known.set(timeZone, made);
    return made;
  }

  /** Local time minus UTC in milliseconds. */
  at(instant: number): number {
    const ofDay = this.ofDay(Math.floor(instant / DAY));
    if (typeof ofDay === 'number') return ofDay;
    return ofDay.findLast(([from]) => from <= instant)![1];
  }

  /** The stretches between two instants, both inclusive, without a gap, in order. */
  spans(from: number, to: number): readonly OffsetSpan[] {
    const spans: { from: number; to: number; offset: number }[] = [];
    for (let day = Math.floor(from / DAY); day <= Math.floor(to / DAY); day++) {
      const ofDay = this.ofDay(day);
      for (const [start, offset] of typeof ofDay === 'number' ? [[day * DAY, ofDay] as const] : ofDay) {
        const last = spans.at(-1);
        if (last !== undefined) last.to = start;
        if (last?.offset !== offset) spans.push({ from: start, to: start, offset });
      }
      spans.at(-1)!.to = (day + 1) * DAY;
    }
    return spans;
  }

  /** The day's one offset, or from when on it has which. */
  private ofDay(day: number): number | readonly Change[] {
    const known = this.changes.get(day);
    if (known !== undefined) return known;
    const first = this.atStart(day);
    const found = first === this.atStart(day + 1) ? first : this.search(day * DAY, first);
    this.changes.set(day, found);
    return found;
  }

  private search(start: number, first: number): readonly Change[] {
    const changes: Change[] = [[start, first]];
    for (let from = start; from < start + DAY; from += QUARTER) {
      const before = changes.at(-1)![1];
      const after = this.lookUp(from + QUARTER);
      if (after === before) continue;
      let [steady, changed] = [from, from + QUARTER];
      while (changed - steady > SECOND) {
        const middle = steady + Math.floor((changed - steady) / 2 / SECOND) * SECOND;
        if (this.lookUp(middle) === before) steady = middle;
        else changed = middle;
      }
      if (changed < start + DAY) changes.push([changed, after]);
    }
    return changes;
  }

  private atStart(day: number): number {
    const known = this.atStarts.get(day) ?? this.lookUp(day * DAY);
    this.atStarts.set(day, known);
    return known;
  }

  private lookUp(instant: number): number {
    const parts = Object.fromEntries(this.format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const year = parts['era'] === 'BC' ? 1 - Number(parts['year']) : Number(parts['year']);
    const local = Date.UTC(
      year, Number(parts['month']) - 1, Number(parts['day']), Number(parts['hour']), Number(parts['minute']), Number(parts['second']),
    );
    return local - Math.floor(instant / SECOND) * SECOND;
  }
}
