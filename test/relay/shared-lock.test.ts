// Relays of several instances on one Postgres: one relays, the others wait for its lock.
import { afterEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { defaultLayout } from '../../src/relay/layout.js';
import { openRelayLock } from '../../src/relay/open-lock.js';
import { Relay, type RelayStatus } from '../../src/relay/relay.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnPostgres, newPlaces } from '../read-models/databases.js';
import { passingTime } from '../support/passing-time.js';
import { endWithFile } from '../support/unfinished.js';
import { MemoryLog } from './memory-log.js';
import { MemoryTopics } from './memory-topics.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** In a process of its own. Resolves when it has relayed everything. */
async function startElsewhere(databaseUrl: string) {
  const script = ['--import', './test/support/run-typescript.js', 'test/relay/locked-relay.ts'];
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const options = { cwd: root, stdio: [...stdio] };
  const child = spawn(process.execPath, [...script, databaseUrl], options);
  endWithFile(() => Promise.resolve(child.kill('SIGKILL')));
  const exit = once(child, 'exit');
  for await (const state of createInterface({ input: child.stdout! })) {
    if (state === 'LIVE') return { kill: () => child.kill('SIGKILL'), exit };
  }
  throw new Error('The relay ended without having relayed');
}

/** In this process. */
function startHere(databaseUrl: string) {
  const topics = new MemoryTopics({ transactions: true });
  const waited = passingTime();
  const lock = openRelayLock({ dataDir: '/no/such/folder', databaseUrl }, waited.time);
  const stopping = new AbortController();
  let tell: () => void = () => undefined;
  let status: RelayStatus | undefined;
  const ended = Relay.run({
    ...{ store: new MemoryLog(20), topics, lock, layout: defaultLayout, transactions: 'auto' },
    signal: stopping.signal,
    listener: (now) => {
      status = now;
      tell();
    },
  });
  cleanup.add(async () => {
    stopping.abort();
    await ended;
    await lock.close();
  });
  /** Resolves when as many relays as this have relayed everything. */
  const live = async (epoch: number) => {
    const isThere = () => status?.state === 'LIVE' && status.epoch === epoch;
    while (!isThere()) await new Promise<void>((resolve) => (tell = resolve));
  };
  return { topics, live, pauses: waited.pauses, status: () => status };
}

async function untilPaused(pauses: readonly number[], count: number): Promise<void> {
  while (pauses.length < count) await new Promise((resolve) => setImmediate(resolve));
}

describeOnPostgres('the lock of the relay', () => {
  const { Postgres: newPlace } = newPlaces(cleanup);

  test('one relay waits, and goes on when the process of the other one is killed', async () => {
    const { databaseUrl = '' } = await newPlace();
    const first = await startElsewhere(databaseUrl);
    const second = startHere(databaseUrl);
    await untilPaused(second.pauses, 5);
    expect(second.status()).toBeUndefined();
    expect(second.topics.writes).toBe(0);
    first.kill();
    await first.exit;
    await second.live(1);
    expect(second.topics.all().flat().length).toBe(20);
  });

  test('a relay whose connection is cut stops, and takes the lock again', async () => {
    const { databaseUrl = '' } = await newPlace();
    const relay = startHere(databaseUrl);
    await relay.live(1);
    const client = new pg.Client(databaseUrl);
    await client.connect();
    cleanup.add(() => client.end());
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted`,
    );
    await relay.live(2);
    expect(relay.topics.all().flat().length).toBe(20);
  });
});
