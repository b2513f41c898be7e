import { describe, expect, it } from '@jest/globals';
import { EVERYTHING, type FilterNode, type TextNode } from '../../query/ast.js';
import { QUERY_LIMITS } from '../../query/query-limits.js';
import type { QueryBody } from './cluster.js';
import { toBody, type Condition } from './condition.js';
import { planQuery, type QueryPlan } from './query-plan.js';

const LI: FilterNode = { kind: 'terms', field: 'custodianId', values: ['li'] };
const LI_BODY = { term: { custodianId: 'li' } };

function literal(key: string): TextNode {
  return { kind: 'literal', key, source: key, fields: ['name'] };
}

function near(left: string, right: string): TextNode {
  return { kind: 'near', left, right, source: '', distance: 1, ordered: true, fields: ['name'] };
}

function name(value: string): QueryBody {
  return { term: { names: value } };
}

function planOf(text: TextNode | null, filter: FilterNode = EVERYTHING): QueryPlan {
  return planQuery({ text, filter });
}

/** Ids that stand for what each step found. */
function bodiesOf({ steps, condition }: QueryPlan): { steps: QueryBody[][]; body: QueryBody } {
  const found = steps.map((_, index) => [`step ${index}`]);
  return { steps: steps.map(({ searches }) => searches.map((search) => toBody(search, found))), body: toBody(condition, found) };
}

function clausesOf(condition: Condition): number {
  if (condition.kind === 'and' || condition.kind === 'or') return condition.parts.reduce((sum, part) => sum + clausesOf(part), 0);
  if (condition.kind === 'query') return condition.clauses ?? 1;
  return condition.kind === 'not' ? clausesOf(condition.part) : 1;
}

/** Bools within bools of a body. */
function depthOf(body: unknown): number {
  if (typeof body !== 'object' || body === null) return 0;
  const deepest = Math.max(0, ...Object.values(body).map(depthOf));
  return 'bool' in body ? deepest + 1 : deepest;
}

function expectToFit(plan: QueryPlan): void {
  const conditions = [plan.condition, ...plan.steps.flatMap(({ searches }) => searches)];
  for (const condition of conditions) {
    expect(clausesOf(condition)).toBeLessThanOrEqual(1_000);
    expect(depthOf(toBody(condition, plan.steps.map(() => ['x'])))).toBeLessThanOrEqual(26);
  }
}

describe(planQuery.name, () => {
  it('needs no step for what one request can say', () => {
    const plan = planOf({ kind: 'and', nodes: [literal('甲'), { kind: 'not', node: literal('乙') }] }, LI);
    expect(plan.steps).toEqual([]);
    expect(bodiesOf(plan).body).toEqual({ bool: { filter: [LI_BODY, name('甲')], must_not: [name('乙')] } });
    expect(bodiesOf(planOf(null, LI)).body).toEqual(LI_BODY);
  });

  it('checks a pair among what meets everything else', () => {
    const pair = near('甲', '乙');
    const plan = planOf({ kind: 'and', nodes: [literal('丙'), pair, near('丁', '戊')] }, LI);
    expect(bodiesOf(plan)).toEqual({
      steps: [[{ bool: { filter: [LI_BODY, name('丙'), name('甲'), name('乙'), name('丁'), name('戊')] } }]],
      body: { term: { id: 'step 0' } },
    });
    expect(plan.steps[0]!.check).toEqual({ kind: 'and', nodes: [pair, near('丁', '戊')] });
  });

  it('checks pairs of which one is enough together, and takes off what a denied pair finds', () => {
    const both = [near('甲', '乙'), near('丙', '丁')];
    const candidates = both.map((_, index) => ({ bool: { filter: index === 0 ? [name('甲'), name('乙')] : [name('丙'), name('丁')] } }));
    const plan = planOf({ kind: 'or', nodes: [literal('戊'), ...both] });
    expect(plan.steps.map(({ check }) => check)).toEqual([{ kind: 'or', nodes: both }]);
    expect(bodiesOf(plan)).toEqual({
      steps: [[{ bool: { should: candidates, minimum_should_match: 1 } }]],
      body: { bool: { should: [name('戊'), { term: { id: 'step 0' } }], minimum_should_match: 1 } },
    });
    const denied = planOf({ kind: 'and', nodes: [literal('戊'), { kind: 'not', node: both[0]! }] }, LI);
    expect(bodiesOf(denied)).toEqual({
      steps: [[{ bool: { filter: [LI_BODY, name('甲'), name('乙')] } }]],
      body: { bool: { filter: [LI_BODY, name('戊')], must_not: [{ term: { id: 'step 0' } }] } },
    });
  });

  it.each(['or', 'and'] as const)('splits a long list: %s', (kind) => {
    const nodes = Array.from({ length: QUERY_LIMITS.textLeaves }, (_, index) => literal(`${String.fromCodePoint(0x4e00 + index)}付款`));
    const plan = planOf({ kind, nodes }, LI);
    expectToFit(plan);
    const searches = plan.steps.flatMap((step) => step.searches);
    expect(searches.length).toBeGreaterThanOrEqual(9);
    expect(searches.every((search) => JSON.stringify(toBody(search, plan.steps.map(() => []))).includes('"custodianId":"li"'))).toBe(true);
  });

  it('keeps a long list of denied texts together, as what it denies', () => {
    const nodes = Array.from({ length: 3_000 }, (_, index): TextNode => ({ kind: 'not', node: literal(`${String.fromCodePoint(0x4e00 + index)}付款`) }));
    const plan = planOf({ kind: 'and', nodes });
    expectToFit(plan);
    expect(plan.steps.map(({ searches }) => searches.length)).toEqual([4]);
    expect(plan.condition).toEqual({ kind: 'not', part: { kind: 'found', step: 0 } });
  });

  it('nests as deeply as queries may', () => {
    let text: TextNode = literal('甲');
    for (let depth = 1; depth < QUERY_LIMITS.depth; depth++) {
      text = depth % 3 === 0 ? { kind: 'not', node: text } : { kind: depth % 3 === 1 ? 'and' : 'or', nodes: [text, literal(`乙${depth}`)] };
    }
    const plan = planOf(text, LI);
    expectToFit(plan);
    expect(plan.steps.length).toBeGreaterThan(0);
  });

  it('splits by length of the texts, too', () => {
    const nodes = Array.from({ length: 300 }, (_, index) => literal(String.fromCodePoint(0x4e00 + index).repeat(10_000)));
    const plan = planOf({ kind: 'or', nodes });
    expect(plan.steps[0]!.searches.length).toBeGreaterThan(2);
  });

  it('splits a filter of many conditions', () => {
    const nodes = Array.from({ length: 9_000 }, (_, index): FilterNode => ({ kind: 'range', field: 'sentAt', from: index * 2, to: index * 2 + 1 }));
    expectToFit(planOf(literal('甲'), { kind: 'or', nodes }));
  });
});
