const shared = {
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' } }],
  },
  testEnvironment: 'node',
};

/**
 * Three kinds: `*.test.ts` needs nothing but Node, `*.lab.test.ts` runs against the real parts of the lab,
 * `*.alone.test.ts` needs the machine for itself.
 */
export default {
  projects: [
    {
      ...shared,
      displayName: 'pure',
      testMatch: ['**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.(lab|alone)\\.test\\.ts$'],
    },
    {
      ...shared,
      displayName: 'lab',
      testMatch: ['**/*.lab.test.ts'],
    },
    {
      ...shared,
      displayName: 'alone',
      testMatch: ['**/*.alone.test.ts'],
    },
  ],
};
