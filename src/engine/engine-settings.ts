import { FOLD_VERSION } from '../analysis/fold.js';
import type { Environment } from '../config/env.js';
import type { EngineSettings } from './open-engine.js';

/** What the engines must know of the settings. */
export function engineSettings(environment: Environment): EngineSettings {
  const { HOLDFAST_ENGINE: engine, HOLDFAST_DATA_DIR: dataDir } = environment;
  return engine === 'sqlite'
    ? { engine, dataDir, searchProcesses: environment.HOLDFAST_SEARCH_PROCESSES, foldVersion: FOLD_VERSION }
    : {
        engine,
        dataDir,
        foldVersion: FOLD_VERSION,
        elasticsearch: {
          urls: environment.HOLDFAST_ELASTICSEARCH_URL.split(','),
          prefix: environment.HOLDFAST_ELASTICSEARCH_PREFIX,
          username: environment.HOLDFAST_ELASTICSEARCH_USERNAME,
          password: environment.HOLDFAST_ELASTICSEARCH_PASSWORD,
          apiKey: environment.HOLDFAST_ELASTICSEARCH_API_KEY,
          caFile: environment.HOLDFAST_ELASTICSEARCH_CA_FILE,
          shards: environment.HOLDFAST_ELASTICSEARCH_SHARDS,
          startTimeout: environment.HOLDFAST_ELASTICSEARCH_START_SECONDS * 1_000,
        },
      };
}
