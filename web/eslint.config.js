import js from '@eslint/js';
import query from '@tanstack/eslint-plugin-query';
import checkFile from 'eslint-plugin-check-file';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const features = ['delivery', 'deployments', 'platform', 'session'];

/** Rooms reach each other by `@/` only, so a list of names is a list of walls. */
function zone(room, forbidden, message) {
  return {
    files: [`src/${room}/**/*.{ts,tsx}`],
    ignores: ['**/*.test.{ts,tsx}'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: forbidden.map((name) => `@/${name}/**`), message },
            { group: ['../../*'], message: 'Say @/… for another room.' },
            { group: ['@/testing/**'], message: 'Only tests use the test support.' },
          ],
        },
      ],
    },
  };
}

// Arrows point one way: app → features → components → state, api → strings, config.
const downwards = 'Arrows point downwards: app, features, components, state and api, strings.';
const zones = [
  zone('app', ['main'], downwards),
  ...features.map((feature) =>
    zone(
      `features/${feature}`,
      ['app', ...features.filter((other) => other !== feature).map((other) => `features/${other}`)],
      'A feature does not import another feature; the route composes them.',
    ),
  ),
  zone('components', ['app', 'features'], downwards),
  zone('state', ['app', 'features', 'components'], downwards),
  zone('api', ['app', 'features', 'components'], downwards),
  zone('strings', ['app', 'features', 'components', 'state'], downwards),
  zone('config', ['app', 'features', 'components', 'state'], downwards),
];

export default tseslint.config(
  { ignores: ['dist', 'node_modules'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  reactHooks.configs.flat.recommended,
  ...query.configs['flat/recommended'],
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { 'check-file': checkFile },
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'check-file/filename-naming-convention': [
        'error',
        { '**/*.{ts,tsx}': 'KEBAB_CASE' },
        { ignoreMiddleExtensions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['**/*.test.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  ...zones,
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked },
);
