import { evaluateText, narrowed, allRows, type TextContext } from './evaluate-text.js';
import type { TextPlan } from './compile-text.js';

/** Two grams behind each other. */
const PHRASE = /"[^"]* /;

/**
 * What one query finds in one snapshot, worked out only as far as it is asked for: a count costs less than the list of
 * rows, and a page of a long list can do without either.
 */
export class FoundRows {
  private listed: Uint32Array | null = null;
  private counted: number | null = null;

  constructor(
    private readonly plan: TextPlan | null,
    private readonly context: TextContext,
    /** Totals of this snapshot by expression, shared by its searches. */
    private readonly knownTotals: Map<string, number>,
  ) {
    if (context.filter.isEmpty) this.listed = new Uint32Array(0);
  }

  /** The expression that alone decides, or null where the rows must be looked at. */
  get expression(): string | null {
    if (this.plan?.kind !== 'match' || !this.context.filter.isDecidedByTokens || this.context.filter.isEmpty) return null;
    return narrowed(this.plan.expression, this.context.filter);
  }

  /** True: the rows are known already, so nothing is gained by counting or paging without them. */
  get isListed(): boolean {
    return this.listed !== null;
  }

  /** Exact. */
  count(): number {
    this.counted ??= this.listed?.length ?? this.countByIndex();
    return this.counted;
  }

  /** All of them, upwards. */
  rows(): Uint32Array {
    this.listed ??= this.plan === null ? allRows(this.context) : evaluateText(this.plan, this.context);
    return this.listed;
  }

  private countByIndex(): number {
    const { plan, expression, context } = this;
    if (plan === null && context.filter.test === null) return context.columns.liveCount;
    if (expression === null) return this.rows().length;
    const known = this.knownTotals.get(expression);
    if (known !== undefined) return known;
    // following a phrase costs far more than listing its hits: not twice
    const total = PHRASE.test(expression) ? this.rows().length : context.reader.count(expression);
    this.knownTotals.set(expression, total);
    return total;
  }
}
