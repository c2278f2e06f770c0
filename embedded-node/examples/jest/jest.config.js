// One EventStoreDB node for the whole test run, in memory. No container, no download.
module.exports = {
  globalSetup: 'embedded-eventstoredb/jest/global-setup',
  globalTeardown: 'embedded-eventstoredb/jest/global-teardown',
};
