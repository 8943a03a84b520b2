// The lint rules of CONTRIBUTING.md: type-aware, small functions, one owner for time, settings and randomness.
// A suppression names its rule and its reason; an unused one is an error.
import comments from '@eslint-community/eslint-plugin-eslint-comments/configs';
import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { paramsPlugin } from './scripts/lint-max-params.mjs';

const typescript = ['**/*.ts'];
const specs = ['src/**/*.spec.ts', 'test/**/*.ts', 'bench/**/*.ts', 'tour/**/*.ts', 'lab/**/*.ts'];
const configFiles = ['*.config.ts', '*.config.mjs', '.dependency-cruiser.cjs'];

const noEnum = {
  selector: 'TSEnumDeclaration',
  message: 'No TypeScript enum: use `as const` and a type of its values.',
};
const noDefaultExport = {
  selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
  message: 'No default exports: a name is the same everywhere.',
};
const noDate = {
  selector: [
    'NewExpression[callee.name="Date"]',
    'CallExpression[callee.name="Date"]',
    'MemberExpression[object.name="Date"]',
    'MemberExpression[object.name="globalThis"][property.name="Date"]',
  ].join(', '),
  message: 'Time comes from platform/clock (R-12).',
};
const noSql = {
  selector: [
    'TemplateElement[value.raw=/\\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\\s/]',
    'Literal[value=/\\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\\s/]',
    'MemberExpression[property.name="prisma"]',
    'MemberExpression[object.name="transaction"]',
  ].join(', '),
  message: 'SQL and Prisma stand in *.repository.ts and *.statement.ts only.',
};
const noEventSql = {
  selector: ['TemplateElement[value.raw=/INSERT INTO audit_events/]', 'Literal[value=/INSERT INTO audit_events/]'].join(
    ', ',
  ),
  message: 'audit/audit-event.statement.ts builds the INSERT of events.',
};
const noRandom = { object: 'Math', property: 'random', message: 'Randomness comes from platform/crypto.' };
const noEnv = { object: 'process', property: 'env', message: 'Settings come from platform/config.' };

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', '**/generated/', '.countersign/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  comments.recommended,
  {
    rules: {
      '@eslint-community/eslint-comments/require-description': ['error', { ignore: ['eslint-enable'] }],
      '@eslint-community/eslint-comments/no-unlimited-disable': 'error',
      'no-restricted-properties': ['error', noRandom],
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: { globals: globals.node },
  },
  {
    files: ['src/**/*.js'],
    languageOptions: { globals: globals.browser, sourceType: 'module' },
  },
  {
    files: typescript,
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { local: paramsPlugin },
    languageOptions: {
      parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Nest's option types are classes that nobody constructs.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'local/max-params': ['error', { functions: 3, constructors: 6 }],
      'max-lines': ['error', 250],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 8],
      'no-restricted-syntax': ['error', noEnum, noDefaultExport],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: specs,
    rules: {
      'no-console': 'error',
      'no-restricted-globals': ['error', { name: 'crypto', message: 'Cryptography comes from platform/crypto.' }],
      'no-restricted-imports': [
        'error',
        { name: 'node:process', message: 'Use the global; settings come from platform/config.' },
        { name: 'process', message: 'Use the global; settings come from platform/config.' },
      ],
      'no-restricted-properties': ['error', noRandom, noEnv],
      'no-restricted-syntax': ['error', noEnum, noDefaultExport, noDate, noSql],
    },
  },
  {
    // The owners of tables, and the pieces of their statements.
    files: ['src/**/*.repository.ts', 'src/**/*.{statement,statements}.ts'],
    ignores: ['src/audit/audit-event.statement.ts'],
    rules: { 'no-restricted-syntax': ['error', noEnum, noDefaultExport, noDate, noEventSql] },
  },
  {
    // The database layer; and AuditLog, which writes events in the transactions of others.
    files: [
      'src/platform/{database,keys,rollback}/**/*.ts',
      'src/audit/audit-log.ts',
      'src/audit/audit-event.statement.ts',
    ],
    ignores: specs,
    rules: { 'no-restricted-syntax': ['error', noEnum, noDefaultExport, noDate] },
  },
  {
    files: ['src/platform/clock/**/*.ts'],
    ignores: specs,
    rules: { 'no-restricted-syntax': ['error', noEnum, noDefaultExport] },
  },
  {
    files: ['src/platform/config/**/*.ts'],
    ignores: specs,
    rules: { 'no-restricted-properties': ['error', noRandom] },
  },
  {
    // A handler names each part of a request: the call, one or two path parameters, a body or a query.
    files: ['src/**/*.controller.ts'],
    rules: { 'local/max-params': ['error', { functions: 4, constructors: 6 }] },
  },
  { files: ['src/main.ts', 'src/admin.ts'], rules: { 'no-console': 'off' } },
  {
    files: specs,
    rules: {
      '@typescript-eslint/unbound-method': 'off',
      'local/max-params': ['error', { functions: 5, constructors: 6 }],
      // Answers of the service are read as what they are expected to be; a wrong expectation fails the spec.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      // A `describe` holds a whole file; the file's own limit of 250 lines still stands.
      'max-lines-per-function': 'off',
    },
  },
  { files: configFiles, rules: { 'no-restricted-syntax': ['error', noEnum] } },
);
