/**
 * Who may import whom, as ARCHITECTURE.md draws it. `npm test` runs these rules, and checks that they catch a planted violation.
 * Everyone may import errors/, config/ and domain/ besides what the table names; those three stand below everything.
 * The command line, main.ts and the other files right in src/ may import anything.
 */
const MAY_IMPORT = {
  errors: [],
  config: ['errors', 'domain'],
  domain: [],
  query: [],
  analysis: ['query'],
  // catalog: the abstract store, implemented in engine/<name>/. analysis: the grams of a query.
  engine: ['query', 'analysis', 'catalog'],
  importers: [],
  extractors: [],
  pii: [],
  graphql: ['query', 'access'],
  filter: ['query', 'graphql'],
  access: ['query'],
  catalog: [],
  // holds/settle.ts: a message is touched before a reference that it does not list is taken away.
  blobs: ['catalog', 'engine', 'holds/settle.ts'],
  audit: ['catalog', 'access', 'graphql'],
  matters: ['catalog', 'audit', 'access', 'graphql'],
  ingest: [
    'importers',
    'extractors',
    'pii',
    'analysis',
    'query',
    'engine',
    'blobs',
    'audit',
    'catalog',
    'access',
    'graphql',
    'filter/enums.ts',
    // What was destroyed comes back only under a hold.
    'holds/refuse-destroyed.ts',
    'holds/register-store.ts',
  ],
  // Copies between engines what imports and audit have written.
  migration: ['engine', 'catalog', 'audit', 'holds', 'ingest'],
  // Copies of everything, and what was destroyed since is destroyed again behind them.
  backup: ['query', 'engine', 'catalog', 'audit', 'access', 'holds', 'retention', 'disposition', 'ingest'],
  search: [
    ...['filter', 'analysis', 'query', 'engine', 'audit', 'access', 'graphql', 'pii'],
    // How many records an import rejected is part of every answer.
    ...['ingest/rejected-records.ts', 'ingest/import-runs.module.ts'],
  ],
  conversations: [
    ...['filter', 'analysis', 'query', 'engine', 'audit', 'access', 'graphql', 'pii'],
    // Messages look the same wherever they are read, and a hit tells its place in its conversation.
    ...['search/message.model.ts', 'search/search.model.ts'],
    // Gap marks compare neighbors with what imports have read.
    ...['ingest/captured-sequences.ts', 'ingest/sequence-ranges.ts', 'ingest/import-runs.module.ts'],
  ],
  evidence: [
    ...['filter', 'query', 'engine', 'audit', 'access', 'graphql'],
    // A recall shows the message as a search does, and its sources by their imports; gaps are those between imports.
    ...['search/message.model.ts', 'search/search.model.ts'],
    ...['ingest/import-run.ts', 'ingest/import-run-log.ts', 'ingest/import-runs.module.ts', 'ingest/sequence-ranges.ts'],
  ],
  dashboards: ['filter', 'query', 'engine', 'access', 'graphql'],
  holds: [
    ...['filter', 'query', 'engine', 'matters', 'catalog', 'audit', 'access', 'graphql'],
    // What is settled is analyzed again, as an import does; and the end of a release is a matter of the clock.
    ...['ingest/enrich-pool.ts', 'retention/clock-guard.ts'],
  ],
  retention: [
    ...['holds', 'filter', 'query', 'engine', 'catalog', 'audit', 'access', 'graphql'],
    // A message was captured when its imports began.
    ...['ingest/import-run-log.ts', 'ingest/import-runs.module.ts'],
  ],
  disposition: [
    ...['retention', 'holds', 'filter', 'query', 'engine', 'blobs', 'catalog', 'audit', 'access', 'graphql'],
    // As for holds; and backups may hold what was destroyed.
    ...['ingest/enrich-pool.ts', 'ingest/import-run-log.ts', 'ingest/refuse-moved-archive.ts', 'backup/backup-record.ts'],
  ],
  export: ['search', 'audit', 'access'],
  health: ['query', 'engine', 'catalog', 'access', 'graphql'],
  explorer: [],
  http: [],
};

const FREE_FOR_ALL = ['errors', 'config', 'domain'];
const SPEC = '\\.spec\\.ts$';

/** A folder, or one file. */
const asPattern = (path) => (path.endsWith('.ts') ? `${path.replaceAll('.', '\\.')}$` : `${path}/`);

const folderRules = Object.entries(MAY_IMPORT).map(([folder, others]) => ({
  name: `${folder}-imports`,
  comment: `src/${folder} may import: ${[...others, ...FREE_FOR_ALL].join(', ')}.`,
  severity: 'error',
  // A spec may build whatever it needs to try its subject.
  from: { path: `^src/${folder}/`, pathNot: SPEC },
  to: {
    path: '^src/',
    pathNot: `^src/(${[folder, ...others, ...(FREE_FOR_ALL.includes(folder) ? [] : FREE_FOR_ALL)].map(asPattern).join('|')})`,
  },
}));

const onlyFrom = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^src/', pathNot: `${from}|${SPEC}` },
  to: { path: to },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Two decorated classes that import each other crash on load.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'resolvable', severity: 'error', from: { path: '^(src|test|bench)/' }, to: { couldNotResolve: true } },
    ...folderRules,
    onlyFrom(
      'index-eraser',
      'Only disposition/ can destroy; the engines implement it.',
      '^src/(disposition|engine)/',
      '^src/engine/.*index-eraser\\.ts$',
    ),
    onlyFrom('sqlite-driver', 'Only engine/sqlite/ knows SQLite.', '^src/engine/sqlite/', '(^|/)(@types/)?better-sqlite3(/|$)'),
    onlyFrom(
      'elasticsearch-driver',
      'Only engine/elasticsearch/ knows Elasticsearch.',
      '^src/engine/elasticsearch/',
      '(^|/)@elastic/elasticsearch(/|$)',
    ),
    onlyFrom('segmenter', 'jieba is never on the recall path.', '^src/analysis/jieba-tokenizer\\.ts$', '(^|/)nodejieba(/|$)'),
    {
      name: 'entry-points',
      comment: 'main.ts, app.module.ts and the command line stand above everything: nothing imports them.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `${SPEC}|^src/cli/` },
      to: { path: '^src/([^/]+\\.ts$|cli/)' },
    },
    {
      name: 'no-development-packages',
      comment: 'What runs in production is listed in "dependencies".',
      severity: 'error',
      from: { path: '^src/', pathNot: SPEC },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-tests-in-product',
      severity: 'error',
      from: { path: '^src/', pathNot: SPEC },
      to: { path: '^(test|bench|seed)/|\\.spec\\.ts$' },
    },
    {
      name: 'independent-oracle',
      comment: 'An oracle that shares code with the product shares its errors.',
      severity: 'error',
      from: { path: '^test/.*oracle' },
      to: { path: '^src/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
