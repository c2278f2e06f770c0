// Postgres behind a pooler. Locks and notifications need a session that is the instance's own for
// as long as its connection; where there is none, it refuses to start, and says what to set.
import { afterEach, expect, test } from '@jest/globals';
import { openRowStore } from '../../src/read-models/open.js';
import { PostgresDatabase } from '../../src/read-models/postgres.js';
import { PostgresLock } from '../../src/read-models/postgres-lock.js';
import { postgresClaimLocks } from '../../src/read-models/postgres-claim-locks.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnPostgres, sharedPostgres } from './databases.js';
import { type Lending, PostgresPooler } from './postgres-pooler.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const newDatabase = sharedPostgres();
const never = new AbortController().signal;
const REFUSED = { name: 'UnfitDatabaseError', message: expect.stringContaining('pool_mode') };
const SHARED = ['transaction', 'transaction, in turns'] as const;

describeOnPostgres('a pooler between the instances and Postgres', () => {
  async function behind(lending: Lending) {
    const direct = await newDatabase();
    const pooler = await PostgresPooler.start(direct, lending);
    cleanup.add(() => pooler.close());
    return { direct, pooled: pooler.url };
  }

  async function tablesOf(url: string): Promise<readonly unknown[]> {
    const database = PostgresDatabase.open(url, { connections: 1 });
    cleanup.add(() => database.close());
    return database.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  }

  test('that lends a connection for each session is as good as Postgres itself', async () => {
    const { pooled } = await behind('session');
    const rows = await openRowStore({ dataDir: '', databaseUrl: pooled });
    cleanup.add(() => rows.close());
    let hear: (told: unknown) => void = () => undefined;
    const heard = new Promise((resolve) => (hear = resolve));
    await rows.follow((told) => hear(told));
    await rows.holdRole(never);
    await rows.tell({ position: 7n, changed: ['cart'] });
    expect(await heard).toEqual({ position: 7n, changed: ['cart'] });
  });

  test.each([...SHARED, 'session, unreset'] as const)(
    'that lends one by another rule is refused: %s',
    async (lending) => {
      const { direct, pooled } = await behind(lending);
      await expect(openRowStore({ dataDir: '', databaseUrl: pooled })).rejects.toMatchObject(
        REFUSED,
      );
      expect(await tablesOf(direct)).toEqual([]);
    },
  );

  test.each(SHARED)('gives no lock where it lends by another rule: %s', async (lending) => {
    const { pooled } = await behind(lending);
    const lock = new PostgresLock({ connectionString: pooled, key: 1 });
    cleanup.add(() => lock.close());
    await expect(lock.hold(never)).rejects.toMatchObject(REFUSED);
    await expect(postgresClaimLocks(pooled).hold('a name')).rejects.toMatchObject(REFUSED);
  });
});
