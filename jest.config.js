export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test', '<rootDir>/embedded-node/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['reflect-metadata'],
  setupFilesAfterEnv: ['<rootDir>/test/support/set-up.ts'],
  // Real processes are started and killed in these tests; a loaded two-core machine needs room.
  testTimeout: 60_000,
  randomize: true,
  // Jest runs a suite in a context of its own, where each look at a global is a call. Libraries that
  // are CommonJS get these as parameters instead: no test replaces them.
  sandboxInjectedGlobals: [
    ...['Array', 'BigInt', 'Boolean', 'Buffer', 'Error', 'JSON', 'Map', 'Math', 'Number', 'Object'],
    ...['Promise', 'RegExp', 'Set', 'String', 'Symbol', 'Uint8Array', 'WeakMap'],
  ],
  maxWorkers: 2,
  runner: '<rootDir>/test/support/lanes.js',
  // A suite's modules stay in memory after it: a worker that has grown is replaced.
  workerIdleMemoryLimit: '1GB',
};
