// What both adapters promise: the same values, the same errors, and transactions that nothing of
// another caller slips into.
import { afterEach, expect, test } from '@jest/globals';
import type { Database } from '../../src/read-models/database.js';
import { migrate } from '../../src/read-models/migrations.js';
import { PostgresDatabase } from '../../src/read-models/postgres.js';
import { SqliteDatabase } from '../../src/read-models/sqlite.js';
import { MissingColumnError, MissingTableError } from '../../src/read-models/unavailable.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnBoth, newPlaces } from './databases.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

describeOnBoth('a database in %s', newPlaces(cleanup), (newPlace) => {
  let database: Database;
  const opened = async () => {
    const { dataDir, databaseUrl } = await newPlace();
    database =
      databaseUrl === undefined
        ? SqliteDatabase.open(dataDir)
        : PostgresDatabase.open(databaseUrl, { connections: 2 });
    cleanup.add(() => database.close());
    await migrate(database);
    const { types, tableOptions } = database.dialect;
    const columns = `id ${types.text} PRIMARY KEY, n ${types.integer}, yes ${types.boolean}, j ${types.json}`;
    await database.execute(`CREATE TABLE things (${columns}) ${tableOptions}`);
  };
  const put = 'INSERT INTO things (id, n, yes, j) VALUES ($1, $2, $3, $4)';
  const all = () => database.query<{ id: string }>('SELECT id FROM things ORDER BY id');

  test('returns the stored values of every type', async () => {
    await opened();
    const json = '{"b": 1,  "a": [true, null]}';
    expect(await database.execute(put, ['a', 2 ** 53 - 1, 1, json])).toBe(1);
    expect(await database.execute(put, ['b', null, 0, null])).toBe(1);
    expect(await database.query('SELECT * FROM things ORDER BY id')).toMatchObject([
      { id: 'a', n: 2 ** 53 - 1, yes: 1, j: json },
      { id: 'b', n: null, yes: 0, j: null },
    ]);
    expect(await database.execute('UPDATE things SET n = 5')).toBe(2);
    const [counted] = await database.query('SELECT count(*) AS count FROM things');
    expect(counted).toMatchObject({ count: 2 });
    expect(await database.columnsOf('things')).toEqual(['id', 'n', 'yes', 'j']);
    expect(await database.columnsOf('absent')).toEqual([]);
  });

  test('takes parameters by their numbers, in any order and more than once', async () => {
    await opened();
    const sql = 'SELECT CAST($2 AS TEXT) AS b, CAST($1 AS TEXT) AS a, CAST($2 AS TEXT) AS again';
    expect(await database.query(sql, ['one', 'two'])).toMatchObject([
      { a: 'one', b: 'two', again: 'two' },
    ]);
    await expect(database.query(sql, ['one'])).rejects.toThrow();
  });

  test('says in the same terms which table or column is missing', async () => {
    await opened();
    await expect(database.query('SELECT 1 FROM absent')).rejects.toThrow(MissingTableError);
    await expect(database.query('SELECT other FROM things')).rejects.toThrow(MissingColumnError);
  });

  test('commits all of a transaction, or nothing', async () => {
    await opened();
    const failing = database.transaction(async (statements) => {
      await statements.execute(put, ['a', 1, 1, null]);
      throw new RangeError('enough');
    });
    await expect(failing).rejects.toThrow(RangeError);
    expect(await all()).toEqual([]);
  });

  test('keeps statements of other callers out of a transaction that is rolled back', async () => {
    await opened();
    let goOn = () => {};
    const waiting = new Promise<void>((resolve) => (goOn = resolve));
    const failing = database.transaction(async (statements) => {
      await statements.execute(put, ['mine', 1, 1, null]);
      await waiting;
      throw new RangeError('enough');
    });
    const others = [
      database.execute(put, ['other', 2, 0, null]),
      database.transaction((statements) => statements.execute(put, ['third', 3, 0, null])),
    ];
    goOn();
    await expect(failing).rejects.toThrow(RangeError);
    expect(await Promise.all(others)).toEqual([1, 1]);
    expect((await all()).map(({ id }) => id)).toEqual(['other', 'third']);
  });
});
