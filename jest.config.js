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
  maxWorkers: 2,
  runner: '<rootDir>/test/support/lanes.js',
  // A suite's modules stay in memory after it: a worker that has grown is replaced.
  workerIdleMemoryLimit: '1GB',
};
