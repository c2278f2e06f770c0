// A relay in a process of its own that holds the lock of a Postgres and follows a log in memory. It
// prints its states.
//   node --import ./test/support/run-typescript.js test/relay/locked-relay.ts postgres://…
import { defaultLayout } from '../../src/relay/layout.js';
import { openRelayLock } from '../../src/relay/open-lock.js';
import { Relay } from '../../src/relay/relay.js';
import { MemoryLog } from './memory-log.js';
import { MemoryTopics } from './memory-topics.js';

const [databaseUrl] = process.argv.slice(2);
await Relay.run({
  store: new MemoryLog(20),
  topics: new MemoryTopics({ transactions: true }),
  lock: openRelayLock({ dataDir: '/no/such/folder', databaseUrl }),
  layout: defaultLayout,
  transactions: 'auto',
  listener: ({ state }) => console.log(state),
  signal: new AbortController().signal,
});
