/** Jest over native ES modules; swc strips the types. Run through `npm test`, which sets NODE_OPTIONS. */
export default {
  rootDir: '.',
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/bench'],
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts', '<rootDir>/bench/**/*.spec.ts'],
  testEnvironment: 'node',
  // .js first: our own sources have no .js beside the .ts, and packages keep resolving as they do in Node.
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'json', 'node'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  // Sources import './x.js' as Node demands; on disk it is x.ts.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['reflect-metadata'],
  globalSetup: '<rootDir>/test/support/elasticsearch/jest-setup.mjs',
  globalTeardown: '<rootDir>/test/support/elasticsearch/jest-teardown.mjs',
  testTimeout: 30_000,
  maxWorkers: 2,
};
