import { describe, expect, it } from '@jest/globals';
import { requireSupportedVersions } from './server-version.js';

describe('server version', () => {
  it.each(['8.15.0', '8.19.21', '9.0.0', '9.4.1-SNAPSHOT'])('%s is accepted', (version) => {
    expect(() => requireSupportedVersions([version, '8.19.2'])).not.toThrow();
  });

  it.each(['7.17.0', '8.14.3', '8.2.0', '10.0.0', ''])('%j is refused, wherever in the cluster it is', (version) => {
    expect(() => requireSupportedVersions(['8.19.2', version])).toThrow(expect.objectContaining({ code: 'ENGINE_UNSUPPORTED' }));
  });

  it('a cluster that tells none is refused', () => {
    expect(() => requireSupportedVersions([])).toThrow(/8\.15/);
  });
});
