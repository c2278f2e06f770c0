// The read models' Postgres database: a pool with limits on how long anything may take, and the
// tables that every version of this program needs.
import pg from 'pg';
import { ReadModelsFullError, ReadModelsUnavailableError } from '../unavailable.js';

/** A little more than the server itself allows: what takes longer is not answered at all. */
export const ANSWER_MS = 11_000;
/** Under the service's promise of 3 s to say that something is away. */
const CONNECT_MS = 2_000;
const STATEMENT_MS = 10_000;
const LOCK_MS = 8_000;
const { INT8 } = pg.types.builtins;

/** Keys of advisory locks: whoever changes the structure, and whoever projects. */
export const LOCKS = { structure: 0x43_47_01, projector: 0x43_47_02 } as const;

type TypeParsers = typeof pg.types.getTypeParser;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS read_model_generation (
    name TEXT NOT NULL,
    generation BIGINT NOT NULL,
    version BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('BUILDING', 'STANDBY', 'LIVE')),
    checkpoint TEXT NOT NULL,
    is_paused BOOLEAN NOT NULL DEFAULT false,
    promoted_at BIGINT,
    fold_hash TEXT,
    PRIMARY KEY (name, generation)
  );
  ALTER TABLE read_model_generation ADD COLUMN IF NOT EXISTS fold_hash TEXT;
  CREATE UNIQUE INDEX IF NOT EXISTS one_live_generation
    ON read_model_generation (name) WHERE status = 'LIVE';
  CREATE TABLE IF NOT EXISTS read_model_registry (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    epoch BIGINT NOT NULL,
    -- Counts who has projected: what an earlier one still writes is refused by it.
    term BIGINT NOT NULL
  );
  INSERT INTO read_model_registry (id, epoch, term) VALUES (1, 0, 0) ON CONFLICT DO NOTHING;
  CREATE TABLE IF NOT EXISTS replay_holder (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    pid BIGINT NOT NULL,
    host TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    beat_at BIGINT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS skipped_event (
    name TEXT NOT NULL,
    position TEXT NOT NULL,
    stream TEXT NOT NULL,
    revision BIGINT NOT NULL,
    type TEXT NOT NULL,
    reason TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'NOT_UNDERSTOOD',
    PRIMARY KEY (name, position)
  );
  ALTER TABLE skipped_event ADD COLUMN IF NOT EXISTS kind TEXT NOT NULL DEFAULT 'NOT_UNDERSTOOD';
  CREATE INDEX IF NOT EXISTS skipped_by_stream ON skipped_event (stream);
  CREATE TABLE IF NOT EXISTS read_model_place (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    position TEXT NOT NULL,
    event_id TEXT NOT NULL
  );
`;

export type Connection = pg.Pool | pg.PoolClient | pg.Client;

function settingsOf(connectionString: string): pg.ClientConfig {
  return {
    connectionString,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    keepAlive: true,
    application_name: 'cartograph',
    types: {
      // All of ours are below 2^53: counts, minor units, milliseconds.
      getTypeParser: ((oid, format): unknown =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as TypeParsers,
    },
  };
}

/** @param queryMs how long an answer is waited for, also from a server that is frozen */
export function openPool(connectionString: string, size: number, queryMs?: number): pg.Pool {
  const limit = queryMs !== undefined && { query_timeout: queryMs };
  const pool = new pg.Pool({ ...settingsOf(connectionString), ...limit, max: size });
  // A connection that breaks while nobody uses it is replaced when it is needed next.
  pool.on('error', () => undefined);
  return pool;
}

/** A connection of its own, for what lives as long as a session: locks and notifications. */
export async function openClient(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client(settingsOf(connectionString));
  client.on('error', () => undefined);
  await available(client.connect());
  return client;
}

/** Makes what is not there yet; of several instances that start at once, one after the other. */
export async function prepare(pool: pg.Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCKS.structure]);
    await client.query(SCHEMA);
  });
}

/**
 * @throws ReadModelsUnavailableError, ReadModelsFullError, and whatever `work` throws; nothing is
 * written then, unless the connection broke while it was told to commit
 */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
  begin = 'BEGIN',
): Promise<Result> {
  const client = await available(pool.connect());
  // A broken connection tells its client as well as its query.
  const ignore = () => undefined;
  client.on('error', ignore);
  let failure: unknown;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    failure = error;
    await client.query('ROLLBACK').catch(ignore);
    throw asUnavailable(error);
  } finally {
    client.off('error', ignore);
    client.release(isAway(failure));
  }
}

/** @throws ReadModelsUnavailableError where the database is away; else what the promise does */
export async function available<Result>(promise: Promise<Result>): Promise<Result> {
  try {
    return await promise;
  } catch (error) {
    throw asUnavailable(error);
  }
}

const DISK_FULL = '53100';

function asUnavailable(error: unknown): unknown {
  if (error instanceof pg.DatabaseError && error.code === DISK_FULL) {
    return new ReadModelsFullError(error);
  }
  return isAway(error) ? new ReadModelsUnavailableError(error) : error;
}

/** Classes 08 (connection), 57P (shut down), 53 (no resources), and what the socket itself says. */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^(08|53|57P)/.test(code) || code === '25P03') return true;
  if (/^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENOENT)/.test(code)) return true;
  return /terminated|read timeout|timeout expired|timeout exceeded|Connection ended|not queryable/i.test(
    error.message,
  );
}

/** The table was dropped since its name was looked up. */
export function isMissingTable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P01';
}

export function isMissingColumn(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42703';
}
