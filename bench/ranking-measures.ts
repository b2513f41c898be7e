/** Document id -> grade; what is not there is not relevant. */
export type Grades = ReadonlyMap<string, number>;

/** Normalized discounted cumulative gain of the first `depth` documents, with the grades as gains; 0 without a relevant one. */
export function ndcg(ranking: readonly string[], grades: Grades, depth: number): number {
  const gain = (values: readonly number[]): number =>
    values.slice(0, depth).reduce((sum, grade, index) => sum + grade / Math.log2(index + 2), 0);
  const ideal = gain([...grades.values()].sort((left, right) => right - left));
  return ideal === 0 ? 0 : gain(ranking.map((id) => grades.get(id) ?? 0)) / ideal;
}

/** One divided by the place of the first relevant document among the first `depth`; 0 if there is none. */
export function reciprocalRank(ranking: readonly string[], grades: Grades, depth: number): number {
  const place = ranking.slice(0, depth).findIndex((id) => (grades.get(id) ?? 0) > 0);
  return place < 0 ? 0 : 1 / (place + 1);
}
