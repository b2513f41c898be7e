import { serveCalls } from './process-pool.js';
import { SqliteRejectedRecords } from './sqlite-rejected-records.js';

const records = SqliteRejectedRecords.open(process.argv[2]!);
serveCalls({
  add: records.add.bind(records),
  discardBehind: records.discardBehind.bind(records),
  list: records.list.bind(records),
  count: records.count.bind(records),
});
