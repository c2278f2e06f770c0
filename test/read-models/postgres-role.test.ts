// Which instance projects, on a Postgres that several of them share.
import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import pg from 'pg';
import { openRowStore } from '../../src/read-models/open.js';
import { PostgresRole } from '../../src/read-models/postgres-role.js';
import { Cleanup } from '../event-store/nodes.js';
import { passingTime } from '../support/passing-time.js';
import { describeOnPostgres, newPlaces } from './databases.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const never = new AbortController().signal;

describeOnPostgres('the role of the projector', () => {
  const { Postgres: newPlace } = newPlaces(cleanup);

  async function newRoles(count: number) {
    const { dataDir, databaseUrl = '' } = await newPlace();
    // Migrates the database.
    await (await openRowStore({ dataDir, databaseUrl })).close();
    const roles = Array.from({ length: count }, () => {
      const waited = passingTime();
      const role = new PostgresRole(databaseUrl, waited.time);
      cleanup.add(() => role.close());
      return { role, pauses: waited.pauses };
    });
    return { roles, databaseUrl };
  }

  /** Resolves when so many pauses have begun. */
  async function untilPaused(pauses: readonly number[], count: number): Promise<void> {
    while (pauses.length < count) await new Promise((resolve) => setImmediate(resolve));
  }

  test('has one holder; another instance takes it over when that one is gone', async () => {
    const { roles } = await newRoles(2);
    const [first, second] = roles;
    const held = await first!.role.hold(never);
    const taking = second!.role.hold(never);
    await untilPaused(second!.pauses, 3);
    expect(held.aborted).toBe(false);
    await first!.role.close();
    expect((await taking).aborted).toBe(false);
    expect(second!.role.term).toBe((first!.role.term ?? 0) + 1);
  });

  test('is waited for as long as it takes, without a listener more at each look', async () => {
    const { roles } = await newRoles(2);
    const [first, second] = roles;
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on('warning', warned);
    cleanup.add(() => Promise.resolve(process.off('warning', warned)));
    await first!.role.hold(never);
    const stopping = new AbortController();
    const waiting = second!.role.hold(stopping.signal);
    await untilPaused(second!.pauses, 30);
    stopping.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    expect(warnings).toEqual([]);
  });

  test('ends with its connection, and so does the wait for it when it is closed', async () => {
    const { roles, databaseUrl } = await newRoles(2);
    const [first, second] = roles;
    const held = await first!.role.hold(never);
    const waiting = second!.role.hold(never);
    await untilPaused(second!.pauses, 1);
    await second!.role.close();
    await expect(waiting).rejects.toThrow();
    const lost = once(held, 'abort');
    const client = new pg.Client(databaseUrl);
    await client.connect();
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted`,
    );
    await client.end();
    await lost;
    expect(held.aborted).toBe(true);
  });

  test('tells each follower once, also after its connection was lost', async () => {
    const { roles, databaseUrl } = await newRoles(1);
    const { role } = roles[0]!;
    const told: bigint[] = [];
    let hear: () => void = () => undefined;
    await role.follow(({ position }) => {
      told.push(position);
      hear();
    });
    const client = new pg.Client(databaseUrl);
    await client.connect();
    cleanup.add(() => client.end());
    const listeners = `SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN %'`;
    const pidsOf = async () =>
      (await client.query<{ pid: number }>(listeners)).rows.map(({ pid }) => pid);
    const [lost] = await pidsOf();
    await client.query('SELECT pg_terminate_backend($1)', [lost]);
    // The follower is back once another connection listens.
    for (;;) {
      const pids = await pidsOf();
      if (pids.length > 0 && !pids.includes(lost!)) break;
    }
    const heard = new Promise<void>((resolve) => (hear = resolve));
    const payload = JSON.stringify({ position: '7', changed: [] });
    await client.query('SELECT pg_notify($1, $2)', ['cartograph_projected', payload]);
    await heard;
    expect(told).toEqual([7n]);
  });
});
