// The read models' SQLite file. Unlike the log it may lose its newest commits with the power: rows
// and checkpoint are lost together and are projected again, so it need not wait for the disk.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ReadModelsFullError } from '../unavailable.js';

export const FILE_NAME = 'read-models.sqlite';
const BUSY_MS = 5_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS read_model_generation (
    name TEXT NOT NULL,
    generation INTEGER NOT NULL,
    version INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('BUILDING', 'STANDBY', 'LIVE')),
    checkpoint TEXT NOT NULL,
    is_paused INTEGER NOT NULL DEFAULT 0,
    promoted_at INTEGER,
    fold_hash TEXT,
    PRIMARY KEY (name, generation)
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS one_live_generation
    ON read_model_generation (name) WHERE status = 'LIVE';
  CREATE TABLE IF NOT EXISTS read_model_registry (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL
  ) STRICT;
  INSERT OR IGNORE INTO read_model_registry (id, epoch) VALUES (1, 0);
  CREATE TABLE IF NOT EXISTS replay_holder (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    pid INTEGER NOT NULL,
    host TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    beat_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS skipped_event (
    name TEXT NOT NULL,
    position TEXT NOT NULL,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    type TEXT NOT NULL,
    reason TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'NOT_UNDERSTOOD',
    PRIMARY KEY (name, position)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS skipped_by_stream ON skipped_event (stream);
  CREATE TABLE IF NOT EXISTS read_model_place (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    position TEXT NOT NULL,
    event_id TEXT NOT NULL
  ) STRICT;
`;

/** Opens the file for its one writer, and makes it if it is not there. */
export function openForWriting(dataDir: string): DatabaseSync {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(dataDir, FILE_NAME));
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = WAL`);
  // Rows that many batches change are moved out of the WAL once for all of them: 16 MiB of it.
  database.exec(`PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4096; ${SCHEMA}`);
  addMissingColumns(database);
  return database;
}

/** Files that were made before these columns were. */
function addMissingColumns(database: DatabaseSync): void {
  addMissing(database, 'read_model_generation', {
    is_paused: 'INTEGER NOT NULL DEFAULT 0',
    promoted_at: 'INTEGER',
    fold_hash: 'TEXT',
  });
  addMissing(database, 'skipped_event', { kind: "TEXT NOT NULL DEFAULT 'NOT_UNDERSTOOD'" });
}

function addMissing(
  database: DatabaseSync,
  table: string,
  columns: Readonly<Record<string, string>>,
): void {
  const found = database.prepare(`PRAGMA table_info(${table})`).all();
  const known = new Set(found.map(({ name }) => name));
  for (const [name, definition] of Object.entries(columns)) {
    if (!known.has(name)) database.exec(`ALTER TABLE ${table} ADD COLUMN ${name} ${definition}`);
  }
}

/** Opens the file, which a writer has made, for reading beside that writer. */
export function openForReading(dataDir: string): DatabaseSync {
  const database = new DatabaseSync(join(dataDir, FILE_NAME), { readOnly: true });
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA cache_size = -32768`);
  return database;
}

/** Full; a write that a quota or a limit refused; no room for the index of the WAL. */
const NO_ROOM = [13, 778, 4874] as readonly unknown[];

/** What SQLite throws, or what it means where whoever writes can do something about it. */
export function meant(error: unknown): unknown {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return error;
  return NO_ROOM.includes(error.errcode) ? new ReadModelsFullError(error) : error;
}

/** Done before this returns, as SQLite does all of its work; what it throws rejects. */
export function promised<Result>(work: () => Result): Promise<Result> {
  return new Promise((resolve) => resolve(work()));
}
