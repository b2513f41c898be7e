import type { DayCounts } from '../query/aggregation.js';

/** How many messages all senders together sent from one day to another. */
export class DayTotals {
  private readonly days: Int32Array;
  /** Messages up to and including the day at the same position. */
  private readonly sums: Float64Array;

  constructor(senders: readonly DayCounts[]) {
    const totals = new Map<number, number>();
    for (const { days, counts } of senders) {
      for (let index = 0; index < days.length; index++) totals.set(days[index]!, (totals.get(days[index]!) ?? 0) + counts[index]!);
    }
    this.days = Int32Array.from(totals.keys()).sort();
    let sum = 0;
    this.sums = Float64Array.from(this.days, (day) => (sum += totals.get(day)!));
  }

  /** Both days included. */
  between(first: number, last: number): number {
    return this.upTo(last) - this.upTo(first - 1);
  }

  private upTo(day: number): number {
    let low = 0;
    let high = this.days.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.days[middle]! <= day) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : this.sums[low - 1]!;
  }
}
