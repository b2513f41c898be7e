import { serveCalls } from './process-pool.js';
import { SqliteCatalog } from './sqlite-catalog.js';

const catalog = SqliteCatalog.open(process.argv[2]!);
serveCalls({
  create: catalog.create.bind(catalog),
  get: catalog.get.bind(catalog),
  list: catalog.list.bind(catalog),
  replace: catalog.replace.bind(catalog),
});
