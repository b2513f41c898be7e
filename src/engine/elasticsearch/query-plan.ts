import type { Query, TextNode } from '../../query/ast.js';
import { compileFilter } from './compile-filter.js';
import { compileText } from './compile-text.js';
import { ALL, every, negation, some, type Condition } from './condition.js';

/** Clauses of one request. What a server takes depends on its memory and its search threads, but is never less than 1,024. */
export const MOST_CLAUSES = 1_000;
/** Bools within bools of one condition; servers take 30, and a step adds a few. */
const DEEPEST = 24;
/** Characters of all texts of one request. */
const MOST_CHARACTERS = 4_000_000;
/** A filter up to this size narrows every step, a larger one only the last. */
const MOST_NARROWING_CLAUSES = 200;
const DEEPEST_NARROWING = 4;
/** Clauses of one group, beside what narrows it. */
const MOST_IN_GROUP = MOST_CLAUSES - MOST_NARROWING_CLAUSES;

/** Finds documents, by their ids, that later steps and the query itself refer to. */
export interface PlanStep {
  /** What meets one of them is found; each fits one request. */
  readonly searches: readonly Condition[];
  /** Of that, only what has a folded text that satisfies this; null: all of it. */
  readonly check: TextNode | null;
}

/** What a condition takes of a request. */
interface Size {
  readonly clauses: number;
  readonly characters: number;
}

/** How a query is answered. Without steps one request is enough; else all of them must see one state of the index. */
export interface QueryPlan extends Size {
  readonly steps: readonly PlanStep[];
  /** The query itself. */
  readonly condition: Condition;
}

/**
 * The plan of a query. Pure. What Elasticsearch cannot decide (how near two texts are), or takes only so much of (clauses,
 * nesting, bytes), becomes steps.
 */
export function planQuery({ filter, text }: Query): QueryPlan {
  const planner = new Planner();
  const narrowing = planner.fit(compileFilter(filter));
  planner.narrowBy(narrowing);
  const { condition, clauses, characters } = text === null ? narrowing : planner.fit(every([narrowing.condition, compileText(text)]));
  return { steps: planner.steps, condition, clauses, characters };
}

/** A condition that fits one request, and what it takes of it. */
interface Fitted extends Size {
  readonly condition: Condition;
  readonly depth: number;
}

type Checked = Extract<Condition, { kind: 'checked' }>;

class Planner {
  readonly steps: PlanStep[] = [];
  private narrowing: Condition = ALL;

  narrowBy({ condition, clauses, depth }: Fitted): void {
    if (clauses <= MOST_NARROWING_CLAUSES && depth <= DEEPEST_NARROWING) this.narrowing = condition;
  }

  fit(condition: Condition): Fitted {
    switch (condition.kind) {
      case 'everything':
      case 'nothing':
      case 'found':
        return leaf(condition, 0);
      case 'terms':
        return leaf(condition, condition.values.reduce((sum, value) => sum + value.length + 3, 0));
      case 'query':
        return { ...leaf(condition, condition.characters), clauses: condition.clauses ?? 1 };
      case 'checked':
        return this.checked(this.fit(condition.candidates), condition.node);
      case 'not': {
        const part = this.shallow(this.fit(condition.part));
        return { ...part, condition: negation(part.condition), depth: part.depth + 1 };
      }
      case 'and':
        return this.conjunction(condition.parts);
      case 'or':
        return this.disjunction(condition.parts);
      default:
        return condition satisfies never;
    }
  }

  /** What is checked is looked for among what meets all the rest. */
  private conjunction(parts: readonly Condition[]): Fitted {
    const checked = parts.filter((part): part is Checked => part.kind === 'checked');
    const candidates = parts.map((part) => (part.kind === 'checked' ? part.candidates : part));
    let group: Fitted[] = [];
    for (const part of candidates) {
      const fitted = this.shallow(this.fit(part));
      if (!fits([...group, fitted])) group = [this.found([conjunctionOf(group)])];
      group.push(fitted);
    }
    const whole = conjunctionOf(group);
    return checked.length === 0 ? whole : this.checked(whole, both(checked.map(({ node }) => node), 'and'));
  }

  private disjunction(parts: readonly Condition[]): Fitted {
    const checked = parts.filter((part): part is Checked => part.kind === 'checked');
    const found = this.checkedGroups(checked);
    const groups = inGroups([...parts.filter(({ kind }) => kind !== 'checked').map((part) => this.shallow(this.fit(part))), ...found]);
    return groups.length === 1 ? disjunctionOf(groups[0]!) : this.found(groups.map(disjunctionOf));
  }

  /** Long lists of texts to be checked are checked group by group, each text only where it may be. */
  private checkedGroups(parts: readonly Checked[]): Fitted[] {
    const fitted = parts.map(({ candidates, node }) => ({ ...this.shallow(this.fit(candidates)), node }));
    return inGroups(fitted).map((group) => this.checked(disjunctionOf(group), both(group.map(({ node }) => node), 'or')));
  }

  private checked({ condition }: Fitted, check: TextNode): Fitted {
    return this.step({ searches: [this.narrowed(condition)], check });
  }

  private found(searches: readonly Fitted[]): Fitted {
    return this.step({ searches: searches.map(({ condition }) => this.narrowed(condition)), check: null });
  }

  /** The same condition, or what it finds, if it is nested as deeply as may be. */
  private shallow(fitted: Fitted): Fitted {
    if (fitted.depth < DEEPEST) return fitted;
    const { condition } = fitted;
    if (condition.kind !== 'not') return this.found([fitted]);
    const positive = this.found([{ ...fitted, condition: condition.part }]);
    return { ...positive, condition: negation(positive.condition), depth: 1 };
  }

  private narrowed(condition: Condition): Condition {
    const has = condition.kind === 'and' ? condition.parts : [condition];
    const wanted = this.narrowing.kind === 'and' ? this.narrowing.parts : [this.narrowing];
    return wanted.every((part) => has.includes(part)) ? condition : every([this.narrowing, condition]);
  }

  private step(step: PlanStep): Fitted {
    return leaf({ kind: 'found', step: this.steps.push(step) - 1 }, 0);
  }
}

function leaf(condition: Condition, characters: number): Fitted {
  return { condition, clauses: 1, depth: 0, characters };
}

function conjunctionOf(parts: readonly Fitted[]): Fitted {
  return joined(parts, every(parts.map(({ condition }) => condition)));
}

function disjunctionOf(parts: readonly Fitted[]): Fitted {
  return joined(parts, some(parts.map(({ condition }) => condition)));
}

function joined(parts: readonly Fitted[], condition: Condition): Fitted {
  if (parts.length === 1) return parts[0]!;
  return {
    condition,
    clauses: parts.reduce((sum, part) => sum + part.clauses, 0),
    depth: Math.max(0, ...parts.map(({ depth }) => depth)) + 1,
    characters: parts.reduce((sum, part) => sum + part.characters, 0),
  };
}

function fits(parts: readonly Fitted[]): boolean {
  const { clauses, characters } = joined(parts, ALL);
  return parts.length < 2 || (clauses <= MOST_IN_GROUP && characters <= MOST_CHARACTERS);
}

/** In order, as many in each group as one request takes. */
export function inGroups<Part extends Size>(parts: readonly Part[], mostClauses = MOST_IN_GROUP): Part[][] {
  const groups: Part[][] = [];
  let clauses = Infinity;
  let characters = 0;
  for (const part of parts) {
    clauses += part.clauses;
    characters += part.characters;
    if (clauses > mostClauses || characters > MOST_CHARACTERS) {
      groups.push([]);
      ({ clauses, characters } = part);
    }
    groups.at(-1)!.push(part);
  }
  return groups;
}

function both(nodes: readonly TextNode[], kind: 'and' | 'or'): TextNode {
  return nodes.length === 1 ? nodes[0]! : { kind, nodes };
}
