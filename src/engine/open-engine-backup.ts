import { ElasticsearchBackup } from './elasticsearch/elasticsearch-backup.js';
import type { EngineBackup } from './engine-backup.js';
import type { EngineSettings } from './open-engine.js';
import { SqliteBackup } from './sqlite/sqlite-backup.js';

/** Opens what copies the stores of an engine. `repository`: where a cluster keeps its snapshots; empty: nowhere. Makes no archive. */
export async function openEngineBackup(settings: EngineSettings, repository: string): Promise<EngineBackup> {
  return settings.engine === 'elasticsearch' ? ElasticsearchBackup.open(settings.elasticsearch, repository) : new SqliteBackup(settings.dataDir);
}
