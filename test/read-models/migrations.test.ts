// Databases of earlier releases are taken up: their rows are served and filled on.
import { afterEach, expect, test } from '@jest/globals';
import { openReadModels, openRowStore, type ReadModelPlace } from '../../src/read-models/open.js';
import type { TableDefinition } from '../../src/read-models/table.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnBoth, newPlaces, runSql } from './databases.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** As the last release before the steps were numbered made it. */
const lastUnnumbered = {
  SQLite: `
    CREATE TABLE read_model_generation (
      name TEXT NOT NULL, generation INTEGER NOT NULL, version INTEGER NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('BUILDING', 'STANDBY', 'LIVE')),
      checkpoint TEXT NOT NULL, is_paused INTEGER NOT NULL DEFAULT 0, promoted_at INTEGER,
      fold_hash TEXT, PRIMARY KEY (name, generation)) STRICT;
    CREATE UNIQUE INDEX one_live_generation ON read_model_generation (name) WHERE status = 'LIVE';
    CREATE TABLE read_model_registry (
      id INTEGER PRIMARY KEY CHECK (id = 1), epoch INTEGER NOT NULL) STRICT;
    INSERT INTO read_model_registry (id, epoch) VALUES (1, 4);
    CREATE TABLE replay_holder (
      id INTEGER PRIMARY KEY CHECK (id = 1), pid INTEGER NOT NULL, host TEXT NOT NULL,
      started_at INTEGER NOT NULL, beat_at INTEGER NOT NULL) STRICT;
    CREATE TABLE skipped_event (
      name TEXT NOT NULL, position TEXT NOT NULL, stream TEXT NOT NULL, revision INTEGER NOT NULL,
      type TEXT NOT NULL, reason TEXT NOT NULL, kind TEXT NOT NULL DEFAULT 'NOT_UNDERSTOOD',
      PRIMARY KEY (name, position)) STRICT;
    CREATE INDEX skipped_by_stream ON skipped_event (stream);
    CREATE TABLE read_model_place (
      id INTEGER PRIMARY KEY CHECK (id = 1), position TEXT NOT NULL, event_id TEXT NOT NULL) STRICT;
    CREATE TABLE coupons_g1 (
      code TEXT PRIMARY KEY, available INTEGER, state TEXT) STRICT;`,
  Postgres: `
    CREATE TABLE read_model_generation (
      name TEXT NOT NULL, generation BIGINT NOT NULL, version BIGINT NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('BUILDING', 'STANDBY', 'LIVE')),
      checkpoint TEXT NOT NULL, is_paused BOOLEAN NOT NULL DEFAULT false, promoted_at BIGINT,
      fold_hash TEXT, PRIMARY KEY (name, generation));
    CREATE UNIQUE INDEX one_live_generation ON read_model_generation (name) WHERE status = 'LIVE';
    CREATE TABLE read_model_registry (
      id BIGINT PRIMARY KEY CHECK (id = 1), epoch BIGINT NOT NULL, term BIGINT NOT NULL);
    INSERT INTO read_model_registry (id, epoch, term) VALUES (1, 4, 7);
    CREATE TABLE replay_holder (
      id BIGINT PRIMARY KEY CHECK (id = 1), pid BIGINT NOT NULL, host TEXT NOT NULL,
      started_at BIGINT NOT NULL, beat_at BIGINT NOT NULL);
    CREATE TABLE skipped_event (
      name TEXT NOT NULL, position TEXT NOT NULL, stream TEXT NOT NULL, revision BIGINT NOT NULL,
      type TEXT NOT NULL, reason TEXT NOT NULL, kind TEXT NOT NULL DEFAULT 'NOT_UNDERSTOOD',
      PRIMARY KEY (name, position));
    CREATE INDEX skipped_by_stream ON skipped_event (stream);
    CREATE TABLE read_model_place (
      id BIGINT PRIMARY KEY CHECK (id = 1), position TEXT NOT NULL, event_id TEXT NOT NULL);
    CREATE TABLE coupons_g1 (
      code TEXT COLLATE "C" PRIMARY KEY, available BIGINT, state JSON);`,
} as const;

/** What every earlier release could have written; 2^53 and more for positions. */
const rows = `
  INSERT INTO read_model_generation (name, generation, version, status, checkpoint)
    VALUES ('coupons', 1, 3, 'LIVE', '9007199254740993'), ('coupons', 2, 3, 'BUILDING', '-1');
  INSERT INTO skipped_event (name, position, stream, revision, type, reason)
    VALUES ('*', '12', 'cart-1', 0, 'ItemAdded', 'new'), ('*', '9', 'cart-2', 1, 'ItemAdded', 'old');
  INSERT INTO coupons_g1 (code, available, state) VALUES ('TEN', 1, '{"percent": 10}');`;

const coupons: TableDefinition = {
  key: 'code',
  columns: { code: 'text', available: 'integer', state: 'json' },
};

async function takenUp(place: ReadModelPlace) {
  const store = await openRowStore(place);
  cleanup.add(() => store.close());
  return store;
}

describeOnBoth('an earlier release’s database in %s', newPlaces(cleanup), (newPlace, name) => {
  test('is served and filled on', async () => {
    const place = await newPlace();
    await runSql(place, lastUnnumbered[name] + rows);
    await runSql(place, "UPDATE read_model_generation SET fold_hash = 'known', promoted_at = 5");
    const store = await takenUp(place);
    const registry = await store.registry();
    expect(registry).toMatchObject({ epoch: 4 });
    const own = { name: 'coupons', version: 3, foldHash: 'known', isPaused: false, promotedAt: 5 };
    expect(registry.generations).toEqual([
      { ...own, generation: 1, status: 'LIVE', checkpoint: 9_007_199_254_740_993n },
      { ...own, generation: 2, status: 'BUILDING', checkpoint: -1n },
    ]);
    expect((await store.skipped()).map(({ position, kind }) => [position, kind])).toEqual([
      [9n, 'NOT_UNDERSTOOD'],
      [12n, 'NOT_UNDERSTOOD'],
    ]);
    const reads = await openReadModels(place);
    cleanup.add(() => reads.close());
    expect(await reads.coupon('TEN')).toEqual({ percent: 10 });

    const [live] = registry.generations;
    const next = new Map([['TWO', { code: 'TWO', available: 0, state: { percent: 2 } }]]);
    const change = { generation: live!, table: coupons, rows: next };
    const standsOn = { position: 9_007_199_254_740_995n, eventId: 'e' };
    expect(await store.commit([change], standsOn.position, [], 4, standsOn)).toBe(true);
    expect(await reads.coupon('TWO')).toEqual({ percent: 2 });
    expect(await store.standsOn()).toEqual(standsOn);
  });

  test('of the first release gets the columns and tables that came since', async () => {
    const place = await newPlace();
    await runSql(place, lastUnnumbered[name] + rows);
    await runSql(
      place,
      `
      ALTER TABLE read_model_generation DROP COLUMN is_paused;
      ALTER TABLE read_model_generation DROP COLUMN promoted_at;
      ALTER TABLE read_model_generation DROP COLUMN fold_hash;
      ALTER TABLE skipped_event DROP COLUMN kind;
      DROP INDEX skipped_by_stream;
      DROP TABLE read_model_place`,
    );
    const store = await takenUp(place);
    const [live] = await store.generations();
    expect(live).toMatchObject({ isPaused: false, promotedAt: null, foldHash: null });
    expect((await store.skipped()).map(({ kind }) => kind)).toEqual([
      'NOT_UNDERSTOOD',
      'NOT_UNDERSTOOD',
    ]);
    await store.recordFold(live!, 'now');
    await store.setPaused('coupons', true);
    expect((await store.generations())[0]).toMatchObject({ isPaused: true, foldHash: 'now' });
    expect(await store.standsOn()).toBeNull();
  });

  test('is taken up once, and stays as it is when it is opened again', async () => {
    const place = await newPlace();
    await runSql(place, lastUnnumbered[name] + rows);
    // Instances that share a Postgres start at once; a file has one writer.
    if (name === 'Postgres') await Promise.all([takenUp(place), takenUp(place)]);
    else await takenUp(place);
    // A newer release's step is not undone, and none is repeated.
    await runSql(place, 'INSERT INTO read_model_migration (number) VALUES (1000)');
    await runSql(place, 'ALTER TABLE skipped_event DROP COLUMN kind');
    expect(await (await takenUp(place)).generations()).toHaveLength(2);
    await expect((await takenUp(place)).skipped()).rejects.toThrow(/kind/);
  });
});
