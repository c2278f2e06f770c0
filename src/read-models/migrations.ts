// Numbered steps that create and change the tables, one list for both databases. Stored format:
// change only by adding a step.
import type { Database, Statements } from './database.js';
import { addRowSums } from './row-sums.js';

type Migration = (statements: Statements) => Promise<void>;

/**
 * In order, from 1. Releases before numbering may have done any of the first five, so these check
 * first.
 */
const migrations: readonly Migration[] = [
  firstTables,
  async (statements) => {
    const { types } = statements.dialect;
    const table = 'read_model_generation';
    await addColumn(statements, table, 'is_paused', `${types.boolean} NOT NULL DEFAULT false`);
    await addColumn(statements, table, 'promoted_at', types.integer);
  },
  async (statements) => {
    const definition = "TEXT NOT NULL DEFAULT 'NOT_UNDERSTOOD'";
    await addColumn(statements, 'skipped_event', 'kind', definition);
    await statements.execute(
      'CREATE INDEX IF NOT EXISTS skipped_by_stream ON skipped_event (stream)',
    );
  },
  (statements) => addColumn(statements, 'read_model_generation', 'fold_hash', 'TEXT'),
  (statements) =>
    createTable(statements, 'read_model_place', [
      `id ${statements.dialect.types.integer} PRIMARY KEY CHECK (id = 1)`,
      'position TEXT NOT NULL',
      'event_id TEXT NOT NULL',
    ]),
  // Counts the instances that have projected, to reject a commit of an earlier one.
  (statements) =>
    addColumn(
      statements,
      'read_model_registry',
      'term',
      `${statements.dialect.types.integer} NOT NULL DEFAULT 0`,
    ),
  replayTables,
  // Asks the holder, which may be another instance or a command, to stop.
  (statements) =>
    addColumn(
      statements,
      'replay_holder',
      'stop_asked',
      `${statements.dialect.types.boolean} NOT NULL DEFAULT false`,
    ),
];

async function firstTables(statements: Statements): Promise<void> {
  const { integer } = statements.dialect.types;
  await createTable(statements, 'read_model_generation', [
    'name TEXT NOT NULL',
    `generation ${integer} NOT NULL`,
    `version ${integer} NOT NULL`,
    "status TEXT NOT NULL CHECK (status IN ('BUILDING', 'STANDBY', 'LIVE'))",
    'checkpoint TEXT NOT NULL',
    'PRIMARY KEY (name, generation)',
  ]);
  await statements.execute(
    `CREATE UNIQUE INDEX IF NOT EXISTS one_live_generation
     ON read_model_generation (name) WHERE status = 'LIVE'`,
  );
  const theOne = `id ${integer} PRIMARY KEY CHECK (id = 1)`;
  await createTable(statements, 'read_model_registry', [theOne, `epoch ${integer} NOT NULL`]);
  const [registry] = await statements.query('SELECT id FROM read_model_registry');
  if (registry === undefined) {
    await statements.execute('INSERT INTO read_model_registry (id, epoch) VALUES (1, 0)');
  }
  await createTable(statements, 'replay_holder', [
    theOne,
    `pid ${integer} NOT NULL`,
    'host TEXT NOT NULL',
    `started_at ${integer} NOT NULL`,
    `beat_at ${integer} NOT NULL`,
  ]);
  await createTable(statements, 'skipped_event', [
    'name TEXT NOT NULL',
    'position TEXT NOT NULL',
    'stream TEXT NOT NULL',
    `revision ${integer} NOT NULL`,
    'type TEXT NOT NULL',
    'reason TEXT NOT NULL',
    'PRIMARY KEY (name, position)',
  ]);
}

async function replayTables(statements: Statements): Promise<void> {
  const { integer } = statements.dialect.types;
  await createTable(statements, 'replay_record', [
    'id TEXT PRIMARY KEY',
    'kind TEXT NOT NULL',
    'state TEXT NOT NULL',
    `started_at ${integer} NOT NULL`,
    `ended_at ${integer}`,
    'started_by TEXT NOT NULL',
    'reason TEXT',
    'content TEXT NOT NULL',
    `pid ${integer}`,
    'host TEXT',
    `held_since ${integer}`,
  ]);
  await createTable(statements, 'impact_report', [
    'id TEXT PRIMARY KEY',
    `created_at ${integer} NOT NULL`,
    `carts ${integer} NOT NULL`,
    'head TEXT NOT NULL',
  ]);
  await createTable(statements, 'impact_report_cart', [
    'report_id TEXT NOT NULL',
    `place ${integer} NOT NULL`,
    'content TEXT NOT NULL',
    'PRIMARY KEY (report_id, place)',
  ]);
}

/**
 * Migrates a database of an earlier release to the newest step; a database of a newer release stays
 * unchanged.
 */
export async function migrate(database: Database): Promise<void> {
  await runMigrations(database);
  await addRowSums(database);
}

async function runMigrations(database: Database): Promise<void> {
  if ((await lastMigration(database)) >= migrations.length) return;
  await database.restructure(async (statements) => {
    const { integer } = statements.dialect.types;
    await createTable(statements, 'read_model_migration', [`number ${integer} PRIMARY KEY`]);
    // Another instance may have run them since.
    const done = await lastMigration(statements);
    for (const [index, step] of migrations.entries()) {
      if (index < done) continue;
      await step(statements);
      const insert = 'INSERT INTO read_model_migration (number) VALUES ($1)';
      await statements.execute(insert, [index + 1]);
    }
  });
}

/** 0 for a new database or one of a release before numbering. */
async function lastMigration(statements: Statements): Promise<number> {
  if ((await statements.columnsOf('read_model_migration')).length === 0) return 0;
  const [row] = await statements.query<{ number: number | null }>(
    'SELECT max(number) AS number FROM read_model_migration',
  );
  return row?.number ?? 0;
}

async function createTable(
  statements: Statements,
  table: string,
  lines: readonly string[],
): Promise<void> {
  await statements.execute(
    `CREATE TABLE IF NOT EXISTS ${table} (${lines.join(', ')}) ${statements.dialect.tableOptions}`,
  );
}

/** SQLite has no ADD COLUMN IF NOT EXISTS. */
export async function addColumn(
  statements: Statements,
  table: string,
  name: string,
  definition: string,
): Promise<void> {
  if ((await statements.columnsOf(table)).includes(name)) return;
  await statements.execute(`ALTER TABLE ${table} ADD COLUMN ${name} ${definition}`);
}
