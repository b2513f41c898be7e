import { LOCAL_INVESTIGATOR, type Viewer } from './viewer.js';

/** What every resolver of one request can ask for by `@Context(...)`. */
export interface RequestContext {
  readonly viewer: Viewer;
}

/** Made once a request. */
export async function requestContext(): Promise<RequestContext> {
  return { viewer: LOCAL_INVESTIGATOR };
}
