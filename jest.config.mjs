// Two projects: `unit` (specs beside the code) and `system` (specs under test/, which drive built server processes).
// Everything, dependencies included, is turned into CommonJS: Jest on Node 20 cannot `require()` ES modules (ADR 0002).

/** @param {'typescript' | 'ecmascript'} syntax */
const swc = (syntax) => [
  '@swc/jest',
  {
    jsc: {
      parser: syntax === 'typescript' ? { syntax, decorators: true } : { syntax },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      target: 'es2022',
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
    swcrc: false,
  },
];

const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  // `js` before `ts`: our own folders hold no .js beside a .ts, some dependencies hold both.
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'json', 'node'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // It offers itself to `import` only.
    '^canonicalize$': '<rootDir>/node_modules/canonicalize/lib/canonicalize.js',
  },
  transform: { '\\.ts$': swc('typescript'), '\\.[cm]?js$': swc('ecmascript') },
  // The compiler is CommonJS already, and large.
  transformIgnorePatterns: ['/node_modules/typescript/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

export default {
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/support/slowest-first.mjs',
  // A system spec may start several server processes, on two cores that other work may share. Jest reads this at the top level only.
  testTimeout: 240_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      roots: ['<rootDir>/src', '<rootDir>/lab'],
      testMatch: ['<rootDir>/{src,lab}/**/*.spec.ts'],
      globalSetup: '<rootDir>/test/support/jest-build.mjs',
    },
    {
      ...shared,
      displayName: 'system',
      roots: ['<rootDir>/test'],
      testMatch: ['<rootDir>/test/**/*.spec.ts'],
      globalSetup: '<rootDir>/test/support/jest-database.mjs',
      globalTeardown: '<rootDir>/test/support/jest-database-stop.mjs',
    },
  ],
};
