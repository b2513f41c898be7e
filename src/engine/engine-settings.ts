import { FOLD_VERSION } from '../analysis/fold.js';
import type { Environment } from '../config/env.js';
import type { EngineSettings } from './open-engine.js';

/** What the engines must know of the settings. */
export function engineSettings(environment: Environment): EngineSettings {
  return {
    engine: environment.HOLDFAST_ENGINE,
    dataDir: environment.HOLDFAST_DATA_DIR,
    searchProcesses: environment.HOLDFAST_SEARCH_PROCESSES,
    foldVersion: FOLD_VERSION,
  };
}
