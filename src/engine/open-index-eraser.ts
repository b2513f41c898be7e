import { ElasticsearchIndexEraser } from './elasticsearch/elasticsearch-index-eraser.js';
import type { IndexEraser } from './index-eraser.js';
import type { EngineSettings } from './open-engine.js';
import { SqliteIndexEraser } from './sqlite/sqlite-index-eraser.js';

/** Opens the archive for destroying; makes an empty one if there is none. Only `disposition/` does. */
export async function openIndexEraser(settings: EngineSettings): Promise<IndexEraser> {
  return settings.engine === 'elasticsearch'
    ? ElasticsearchIndexEraser.open(settings.elasticsearch, settings.foldVersion)
    : SqliteIndexEraser.open(settings.dataDir, settings.foldVersion);
}
