import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const NODE_GLOBALS = Object.fromEntries(
  [
    'process',
    'console',
    'Buffer',
    'URL',
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'setImmediate',
    'fetch',
    'performance',
    'AbortController',
    'AbortSignal',
    'TextDecoder',
    'TextEncoder',
    'structuredClone',
    'globalThis',
  ].map((name) => [name, 'readonly']),
);

/** Only config/ reads the environment: everything else gets its settings handed over, so a test can set them. */
const NO_ENVIRONMENT = {
  'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Only src/config/ reads process.env.' }],
  'no-restricted-imports': [
    'error',
    {
      paths: ['node:process', 'process'].map((name) => ({
        name,
        importNames: ['env', 'default'],
        message: 'Only src/config/ reads process.env.',
      })),
    },
  ],
};

export default defineConfig([
  globalIgnores(['dist/', 'coverage/', '.cache/', 'node_modules/', 'data/', 'src/analysis/fold-table.ts']),
  eslint.configs.recommended,
  { languageOptions: { ecmaVersion: 2024, sourceType: 'module' } },
  { files: ['**/*.mjs', '**/*.js'], languageOptions: { globals: NODE_GLOBALS } },
  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { ...NODE_GLOBALS, module: 'writable', require: 'readonly', __dirname: 'readonly' },
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      // An implementation of an abstract async method may have nothing to await.
      '@typescript-eslint/require-await': 'off',
      // Nest modules are classes that carry only a decorator.
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', name: ['describe', 'it', 'test'], package: '@jest/globals' }] },
      ],
      // Index keys and oracles compare code points: control characters in patterns are meant.
      'no-control-regex': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', 60],
      complexity: ['error', 20],
    },
  },
  // GraphQL and validation classes are shapes made for a decorator: `import type` of them would lose the run-time type.
  {
    files: ['src/**/*.{input,model,resolver,controller,service,module,guard}.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  { files: ['src/**/*.ts'], ignores: ['src/config/**', 'src/**/*.spec.ts'], rules: NO_ENVIRONMENT },
  { files: ['src/cli*.ts', 'src/cli/**/*.ts', 'bench/**/*.ts', 'test/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['**/*.spec.ts'], rules: { 'max-lines-per-function': 'off' } },
  {
    files: ['**/*.{mjs,js,cjs}'],
    rules: { 'max-lines': ['error', 400], 'max-lines-per-function': ['error', 60], 'no-control-regex': 'off' },
  },
]);
