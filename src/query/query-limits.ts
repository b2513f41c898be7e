/** How large a query may be. The engines and the evaluator are built and tested for queries within these. */
export const QUERY_LIMITS = {
  /** Nodes on the longest way from the root to a leaf; also brackets within brackets in a search text. */
  depth: 64,
  /** Literals, words, pairs and numbers of one query. */
  textLeaves: 10_000,
  /** Nodes of one filter. */
  filterNodes: 10_000,
  /** Values of one `terms` condition. */
  termValues: 10_000,
  /** Code points of one folded literal. */
  literalCodePoints: 10_000,
  /** Code points between the two literals of a pair. */
  nearDistance: 1_000,
  /** UTF-16 units of a search text. */
  searchText: 100_000,
} as const;
