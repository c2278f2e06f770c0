// A Postgres that is there, and set up in a way of its own: what could go wrong unnoticed is
// refused, what its role sets does not matter, and what it refuses is told.
import { afterEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { openRowStore } from '../../src/read-models/open.js';
import { PostgresDatabase } from '../../src/read-models/postgres.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnPostgres, runSql, sharedPostgres } from './databases.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const newDatabase = sharedPostgres();
const openAt = async (databaseUrl: string) => {
  const rows = await openRowStore({ dataDir: '', databaseUrl });
  cleanup.add(() => rows.close());
  return rows;
};

describeOnPostgres('a Postgres that is set up in another way', () => {
  test.each(['SQL_ASCII', 'LATIN1'])('is refused where it is in %s', async (encoding) => {
    const url = await newDatabase(`ENCODING '${encoding}' LOCALE 'C' TEMPLATE template0`);
    await expect(openAt(url)).rejects.toMatchObject({
      name: 'UnfitDatabaseError',
      message: expect.stringContaining(encoding),
    });
  });

  test('serves whatever its role sets for sessions', async () => {
    const url = await newDatabase();
    const name = new URL(url).pathname.slice(1);
    const settings = [
      "statement_timeout = '150ms'",
      "lock_timeout = '150ms'",
      "idle_in_transaction_session_timeout = '150ms'",
      "default_transaction_isolation = 'serializable'",
      "datestyle = 'German'",
      "timezone = 'Asia/Kolkata'",
      "bytea_output = 'escape'",
      'standard_conforming_strings = off',
    ];
    const changes = settings.map((setting) => `ALTER DATABASE ${name} SET ${setting}`);
    // In one session, which has none of them yet.
    await runSql({ dataDir: '', databaseUrl: url }, changes.join('; '));
    const rows = await openAt(url);
    expect((await rows.holdRole(new AbortController().signal)).aborted).toBe(false);
    const database = PostgresDatabase.open(url, { connections: 1 });
    cleanup.add(() => database.close());
    const sql = 'SHOW transaction_isolation';
    expect(await database.query(sql)).toEqual([{ transaction_isolation: 'read committed' }]);
    await database.query('SELECT pg_sleep(0.3)');
  });

  test.each([
    ['a wrong password', (url: URL) => (url.password = 'wrong'), 'password authentication failed'],
    ['no database of that name', (url: URL) => (url.pathname = '/none'), 'does not exist'],
    ['no TLS', (url: URL) => (url.search = '?sslmode=verify-full'), 'does not support SSL'],
    ['no schema', (url: URL) => (url.search = '?options=-csearch_path%3Dnone'), 'no schema'],
    [
      'reads alone',
      (url: URL) => (url.search = '?options=-cdefault_transaction_read_only%3Don'),
      'read-only',
    ],
  ])('is unavailable, and says why: %s', async (_what, change, why) => {
    const url = new URL(await newDatabase());
    change(url);
    await expect(openAt(url.href)).rejects.toMatchObject({
      name: 'ReadModelsUnavailableError',
      message: expect.stringContaining(why),
    });
  });

  test('a statement that Postgres cancels, or rolls back for another, may be tried again', async () => {
    const url = await newDatabase();
    const database = PostgresDatabase.open(url, { connections: 1 });
    cleanup.add(() => database.close());
    for (const code of ['57014', '40001', '40P01', '55P03', '25006', '28P01', '42501']) {
      const raise = `DO $$ BEGIN RAISE SQLSTATE '${code}'; END $$`;
      const away = { name: 'ReadModelsUnavailableError' };
      await expect(database.execute(raise)).rejects.toMatchObject(away);
    }
    await expect(database.execute('SELECT 1 / 0')).rejects.toBeInstanceOf(pg.DatabaseError);
  });
});
