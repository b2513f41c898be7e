import { ViewerScope } from '../query/viewer-scope.js';

/** The authenticated caller. */
export interface Viewer {
  /** Account name, for the audit. */
  readonly name: string;
  /** What the caller may see. */
  readonly scope: ViewerScope;
}

/** Whoever reaches the loopback interface of this machine: the only caller until accounts exist. */
export const LOCAL_INVESTIGATOR: Viewer = {
  name: 'local investigator',
  scope: ViewerScope.everything('local investigator'),
};
