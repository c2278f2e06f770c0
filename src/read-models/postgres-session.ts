// Connections to Postgres, each set up in the same way. Timeouts are set by statements: a pooler
// between us and Postgres refuses them among the parameters of a connection.
import pg from 'pg';
import { retrying } from '../waiting/retrying.js';
import { systemTime } from '../waiting/time.js';
import { connectionError, translated, UnfitDatabaseError } from './postgres-errors.js';

/** Slightly more than the server's own limit; a query without an answer by then fails. */
export const ANSWER_MS = 11_000;
/** The service promises to report an unavailable database within 3 s; this is less. */
const CONNECT_MS = 2_000;
/** A moment for what is under way. */
export const CLOSE_MS = 500;
const STATEMENT_MS = 10_000;
const LOCK_MS = 8_000;
const { BOOL, INT8, JSON: JSON_TEXT } = pg.types.builtins;

/**
 * Our transactions expect to see what others have committed meanwhile. A lock and notifications
 * last however long their connection has nothing to say, and a rebuild as long as it takes; not
 * every version of Postgres has those limits. Rows are written as arrays of values and NULL.
 */
const SET_UP = `SET statement_timeout = ${STATEMENT_MS}; SET lock_timeout = ${LOCK_MS};
  SET idle_in_transaction_session_timeout = ${STATEMENT_MS};
  SET default_transaction_isolation = 'read committed'; SET array_nulls = on;
  SELECT set_config(name, '0', false) FROM pg_settings
  WHERE name IN ('idle_session_timeout', 'transaction_timeout')`;

/** Releases the lock of an instance whose machine or network failed within 4 s. */
const KEEP_ALIVE =
  'SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 2';

const SHARED = pooler('gives transactions of one connection to several sessions of Postgres');
const KEPT = pooler('keeps the locks of connections that have ended');
const KEY = 'hashtextextended($1, 0)';
/** Enough that other traffic of the pooler cannot hide what it does. */
const LOOKS = 5;
/** For an answer, and for Postgres to release the lock of a connection that has ended. */
const PROOF_MS = 5_000;
const PROOF_PAUSE_MS = { least: 50, most: 500 };

/** Converts Postgres types to the port's values. */
const parserOf = ((oid, format): unknown => {
  // All our integers are below 2^53: counts, minor units, milliseconds.
  if (oid === INT8) return Number;
  if (oid === BOOL) return (text: string) => (text === 't' ? 1 : 0);
  if (oid === JSON_TEXT) return (text: string) => text;
  return pg.types.getTypeParser(oid, format);
}) as typeof pg.types.getTypeParser;

/** The driver passes null for no error. */
type ConnectCallback = (error: Error | null) => void;

function throwConnectionError(error: Error): never {
  throw connectionError(error);
}

/** Its end breaks the connection when Postgres, which may be frozen or cut off, does not end it. */
class BoundedClient extends pg.Client {
  override connect(): Promise<pg.Client>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<pg.Client> | void {
    if (callback === undefined) return super.connect().catch(throwConnectionError);
    super.connect((error: Error | null) => callback(error && connectionError(error)));
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    const over = systemTime.after(CLOSE_MS, () => this.connection.stream.destroy());
    this.once('end', over);
    if (callback === undefined) return super.end();
    super.end(callback);
  }
}

function settingsOf(connectionString: string): pg.ClientConfig {
  return {
    connectionString,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    application_name: 'cartograph',
    types: { getTypeParser: parserOf },
  };
}

/**
 * A separate connection.
 *
 * @param answerMs timeout of an answer, also of a server that is frozen or cut off; default: none
 */
export async function openClient(connectionString: string, answerMs?: number): Promise<pg.Client> {
  const limit = answerMs !== undefined && { query_timeout: answerMs };
  const client = new BoundedClient({ ...settingsOf(connectionString), ...limit });
  client.on('error', ignored);
  await translated(client.connect());
  return endedUnless(client, setUp(client, CONNECT_MS));
}

export interface PoolLimits {
  readonly connections: number;
  /**
   * Timeout of a statement from the wait for a connection to the answer, in milliseconds. It also
   * covers a frozen server.
   */
  readonly answerMs?: number;
  /**
   * How long statements fail at once after one that got no answer, so that a command with several
   * waits once. Default: 0.
   */
  readonly restMs?: number;
}

/**
 * A checkout waits for a token, a key and prices within a command's 2.8 s, and may then have to
 * decide again: it waits for each of them once.
 */
export const OF_CHECKOUT = { answerMs: 700, restMs: 3_000 } as const;

/** The driver waits for `onConnect`, which its types do not say. */
interface PoolConfig extends Omit<pg.PoolConfig, 'onConnect'> {
  onConnect(client: pg.ClientBase): Promise<void>;
}

export function openPool(connectionString: string, { connections, answerMs }: PoolLimits): pg.Pool {
  const limit = answerMs !== undefined && {
    query_timeout: answerMs,
    connectionTimeoutMillis: Math.min(CONNECT_MS, answerMs),
  };
  const config: PoolConfig = {
    ...{ ...settingsOf(connectionString), ...limit, max: connections, Client: BoundedClient },
    onConnect: (client) => setUp(client, Math.min(CONNECT_MS, answerMs ?? CONNECT_MS)),
  };
  const pool = new pg.Pool(config);
  // An idle connection that breaks is replaced at the next use.
  pool.on('error', ignored);
  return pool;
}

/**
 * A connection for what lasts as long as it does: locks and notifications.
 *
 * @throws UnfitDatabaseError where a pooler gives it no session of its own, or keeps the session
 * when it has ended, and where the database is not in UTF-8; ReadModelsUnavailableError
 */
export async function openSession(connectionString: string, answerMs?: number): Promise<pg.Client> {
  const client = await openClient(connectionString, answerMs);
  const proven = async () => {
    await asked(client, KEEP_ALIVE, PROOF_MS);
    await proveEncoding(client);
    const id = systemTime.newId();
    const other = await openClient(connectionString);
    const held = async () => {
      await proveOwnSessions(client, other);
      await asked(other, `SELECT pg_advisory_lock(${KEY})`, PROOF_MS, [id]);
    };
    await endedUnless(other, held());
    await other.end();
    await proveReleased(client, id);
  };
  return endedUnless(client, proven());
}

/** Others lack characters that shoppers write, or do not know what a letter is. */
async function proveEncoding(client: pg.Client): Promise<void> {
  const sql = "SELECT current_setting('server_encoding') AS encoding";
  const [row] = await asked<{ readonly encoding: string }>(client, sql, PROOF_MS);
  if (row?.encoding === 'UTF8') return;
  throw new UnfitDatabaseError(
    `DATABASE_URL leads to a database in ${row?.encoding}: make one with ENCODING 'UTF8'`,
  );
}

/** @param does what it does that leaves locks with nobody, or for ever */
function pooler(does: string): string {
  return [
    `DATABASE_URL leads to a pooler that ${does}.`,
    'One instance alone projects, mails and delivers by locks that last as long as its connection:',
    'set pool_mode = session and server_reset_query = DISCARD ALL in PgBouncer,',
    'or connect to Postgres itself',
  ].join(' ');
}

/** Each connection keeps its backend of Postgres, and shares it with no other one. */
async function proveOwnSessions(one: pg.Client, other: pg.Client): Promise<void> {
  const first = { one: await backendOf(one), other: await backendOf(other) };
  for (let look = 0; look < LOOKS; look += 1) {
    const isOwn =
      first.one !== first.other &&
      (await backendOf(other)) === first.other &&
      (await backendOf(one)) === first.one;
    if (!isOwn) throw new UnfitDatabaseError(SHARED);
  }
}

async function backendOf(client: pg.Client): Promise<number | undefined> {
  const sql = 'SELECT pg_backend_pid() AS pid';
  const [row] = await asked<{ readonly pid: number }>(client, sql, PROOF_MS);
  return row?.pid;
}

/** The lock of a connection that has ended is free as soon as Postgres has noticed it. */
function proveReleased(client: pg.Client, id: string): Promise<void> {
  const sql = `SELECT pg_try_advisory_xact_lock(${KEY}) AS free`;
  const look = async () => {
    const [row] = await asked<{ readonly free: number }>(client, sql, PROOF_MS, [id]);
    if (row?.free !== 1) throw new UnfitDatabaseError(KEPT);
  };
  const retryIf = (error: unknown) => error instanceof UnfitDatabaseError;
  return retrying(look, { retryIf, pauseMs: PROOF_PAUSE_MS, withinMs: PROOF_MS });
}

async function setUp(client: pg.ClientBase, answerMs: number): Promise<void> {
  // A pooler accepts a connection before it has one to Postgres.
  await asked(client, SET_UP, answerMs);
}

async function asked<Found extends pg.QueryResultRow>(
  client: pg.ClientBase,
  text: string,
  answerMs: number,
  values: string[] = [],
): Promise<readonly Found[]> {
  // The driver's types lack the time that a statement may take.
  const statement: pg.QueryConfig & { readonly query_timeout: number } = {
    ...{ text, query_timeout: answerMs },
    ...(values.length > 0 && { values }),
  };
  return (await translated(client.query<Found>(statement))).rows;
}

/** A connection whose set-up fails is not left open. */
async function endedUnless(client: pg.Client, ready: Promise<void>): Promise<pg.Client> {
  try {
    await ready;
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}

function ignored(): void {}
