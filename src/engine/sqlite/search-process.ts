import { serveCalls } from './process-pool.js';
import { SqliteSearcher } from './sqlite-searcher.js';

/** What a search process is told when it starts. */
export interface SearchProcessSettings {
  readonly dataDir: string;
  readonly foldVersion: string;
}

const searcher = new SqliteSearcher(JSON.parse(process.argv[2]!) as SearchProcessSettings);
serveCalls({
  search: searcher.search.bind(searcher),
  get: searcher.get.bind(searcher),
  countTerms: searcher.countTerms.bind(searcher),
  literalStatistics: searcher.literalStatistics.bind(searcher),
  labels: searcher.labels.bind(searcher),
  health: searcher.health.bind(searcher),
  beginScan: searcher.beginScan.bind(searcher),
  continueScan: searcher.continueScan.bind(searcher),
});
searcher.warmUp();
