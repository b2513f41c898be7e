import { EVERYTHING, NOTHING, type FilterNode } from './ast.js';

/**
 * What the caller may see. The first argument of every engine call, by type: without one no content can be asked for.
 * A scope that was never given a filter sees nothing, never all.
 */
export class ViewerScope {
  private constructor(
    /** Who asks, for the audit: an account name. */
    readonly viewer: string,
    readonly filter: FilterNode,
  ) {}

  static everything(viewer: string): ViewerScope {
    return new ViewerScope(viewer, EVERYTHING);
  }

  static nothing(viewer: string): ViewerScope {
    return new ViewerScope(viewer, NOTHING);
  }

  static only(viewer: string, filter: FilterNode): ViewerScope {
    return new ViewerScope(viewer, filter);
  }
}
