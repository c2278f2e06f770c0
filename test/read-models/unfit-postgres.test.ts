// A Postgres that is there, and set up in a way of its own: what could go wrong unnoticed is
// refused, what its role sets does not matter, and what it refuses is told.
import { afterEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { openRowStore } from '../../src/read-models/open.js';
import { PostgresDatabase } from '../../src/read-models/postgres.js';
import { openClient } from '../../src/read-models/postgres-session.js';
import { ReadModels } from '../../src/read-models/read-models.js';
import { retryWhileUnavailable } from '../../src/service/retry-while-unavailable.js';
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

/** Those that only some versions have. */
async function timeoutsOf(databaseUrl: string): Promise<string[]> {
  const client = await openClient(databaseUrl);
  try {
    const sql =
      "SELECT name FROM pg_settings WHERE name IN ('idle_session_timeout', 'transaction_timeout')";
    const { rows } = await client.query<{ name: string }>(sql);
    return rows.map(({ name }) => `${name} = '150ms'`);
  } finally {
    await client.end();
  }
}

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
      'array_nulls = off',
      ...(await timeoutsOf(url)),
    ];
    const changes = settings.map((setting) => `ALTER DATABASE ${name} SET ${setting}`);
    // In one session, which has none of them yet.
    await runSql({ dataDir: '', databaseUrl: url }, changes.join('; '));
    const rows = await openAt(url);
    const held = await rows.holdRole(new AbortController().signal);
    const database = PostgresDatabase.open(url, { connections: 1 });
    cleanup.add(() => database.close());
    const sql = 'SHOW transaction_isolation';
    expect(await database.query(sql)).toEqual([{ transaction_isolation: 'read committed' }]);
    const numbers = { key: 'id', columns: { id: 'text', n: 'integer' } } as const;
    await database.execute('CREATE TABLE numbers (id TEXT PRIMARY KEY, n BIGINT)');
    await database.putRows('numbers', numbers, [{ id: 'none', n: null }]);
    expect(await database.query('SELECT n FROM numbers')).toEqual([{ n: null }]);
    await database.query('SELECT pg_sleep(0.3)');
    await database.transaction(async (statements) => {
      await statements.query('SELECT pg_sleep(0.3)');
    });
    expect(held.aborted).toBe(false);
  });

  test.each([
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

  test.each([
    ['a wrong password', (url: URL) => (url.password = 'wrong'), 'password authentication failed'],
    ['a user that is not there', (url: URL) => (url.username = 'none'), 'failed for user "none"'],
    ['no database of that name', (url: URL) => (url.pathname = '/none'), 'does not exist'],
  ])('does not sign in, so that it is no use to wait: %s', async (_what, change, why) => {
    const url = new URL(await newDatabase());
    change(url);
    const refused = { name: 'DatabaseAccessError', message: expect.stringContaining(why) };
    let attempts = 0;
    const ask = () => {
      attempts += 1;
      return openAt(url.href);
    };
    const log = { warn: () => undefined };
    await expect(retryWhileUnavailable('', log, ask)).rejects.toMatchObject(refused);
    expect(attempts).toBe(1);
    const database = PostgresDatabase.open(url.href, { connections: 1 });
    cleanup.add(() => database.close());
    await expect(database.query('SELECT 1')).rejects.toMatchObject(refused);
  });

  test('a right to connect that is taken away is told, and wanted again when it is back', async () => {
    const url = new URL(await newDatabase());
    const name = url.pathname.slice(1);
    const place = { dataDir: '', databaseUrl: url.href };
    await runSql(place, `CREATE ROLE guest_${name} LOGIN PASSWORD 'guest'`);
    await runSql(place, `REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`);
    const guest = Object.assign(new URL(url), { username: `guest_${name}`, password: 'guest' });
    const database = PostgresDatabase.open(guest.href, { connections: 1 });
    cleanup.add(() => database.close());
    await expect(database.query('SELECT 1')).rejects.toMatchObject({ name: 'DatabaseAccessError' });
    await runSql(place, `GRANT CONNECT ON DATABASE ${name} TO PUBLIC`);
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('makes an instance with nothing to do unready where it only reads', async () => {
    const url = await newDatabase();
    await (await openRowStore({ dataDir: '', databaseUrl: url })).close();
    const reads = new ReadModels(PostgresDatabase.open(url, { connections: 1 }));
    cleanup.add(() => reads.close());
    await reads.proveUsable();
    const readsAlone = `${url}?options=-cdefault_transaction_read_only%3Don`;
    const unready = new ReadModels(PostgresDatabase.open(readsAlone, { connections: 1 }));
    cleanup.add(() => unready.close());
    await expect(unready.proveUsable()).rejects.toMatchObject({
      name: 'ReadModelsUnavailableError',
      message: expect.stringContaining('read-only'),
    });
  });

  test('without TLS, it is no use to wait for it', async () => {
    const url = `${await newDatabase()}?sslmode=verify-full`;
    await expect(openAt(url)).rejects.toMatchObject({
      name: 'DatabaseTlsError',
      message: expect.stringContaining('does not support SSL'),
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
