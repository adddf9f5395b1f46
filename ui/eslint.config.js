import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

import svelteConfig from './svelte.config.js';

export default ts.config(
  { ignores: ['dist', 'node_modules', 'src/backend/types.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  prettier,
  ...svelte.configs.prettier,
  {
    languageOptions: { globals: globals.browser },
    rules: {
      // TypeScript checks names better than eslint can.
      'no-undef': 'off',
      // What the engine leaves out is null or undefined; `== null` is both.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      // Links are hash routes of our own router.
      'svelte/no-navigation-without-resolve': 'off',
      // Caches are maps that nothing watches.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    // Only the backends talk to the outside.
    files: ['src/**/*.ts', 'src/**/*.svelte'],
    // The snippets are what others write against the server.
    ignores: ['src/backend/**', 'src/views/playground/snippets/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Only src/backend talks to the engine.' },
      ],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['@tauri-apps/*'], message: 'Only src/backend talks to the window.' },
          ],
        },
      ],
    },
  },
  {
    files: ['scripts/**'],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off' },
  },
);
