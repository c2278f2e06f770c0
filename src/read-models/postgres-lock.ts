// A lock in the database of the read models, which all instances share. Postgres releases it when
// the holder's connection ends for any reason.
import type pg from 'pg';
import { retrying } from '../waiting/retrying.js';
import { systemTime, type Time } from '../waiting/time.js';
import { UnfitDatabaseError, translated } from './postgres-errors.js';
import { openSession } from './postgres-session.js';

/** Interval at which waiting instances try the lock. */
const LOOK_MS = { least: 500, most: 500 };

export interface PostgresLockOptions {
  readonly connectionString: string;
  /** One of LOCKS. */
  readonly key: number;
  /**
   * What a new holder does first, on the lock's connection. When it fails, the lock counts as not
   * held yet.
   */
  readonly onTaken?: (client: pg.Client) => Promise<void>;
  readonly time?: Time;
}

export class PostgresLock {
  private readonly closing = new AbortController();
  /** One for all looks. */
  private connection: LockConnection | undefined;
  private held: AbortSignal | undefined;

  constructor(private readonly options: PostgresLockOptions) {}

  /**
   * Resolves when this instance holds the lock, with a signal that aborts when it loses it.
   *
   * @throws the signal's reason when it is aborted first, or that of the close; UnfitDatabaseError
   */
  async hold(signal: AbortSignal): Promise<AbortSignal> {
    if (this.held?.aborted === false) return this.held;
    this.held = await retrying(() => this.tryToHold(), {
      // A database that is away is waited for like a lock that another instance has.
      retryIf: (error) => !(error instanceof UnfitDatabaseError),
      pauseMs: LOOK_MS,
      signal: AbortSignal.any([signal, this.closing.signal]),
      time: this.options.time ?? systemTime,
    });
    return this.held;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.connection?.client.end();
  }

  /** @throws LockHeldError while another instance has it */
  private async tryToHold(): Promise<AbortSignal> {
    const { key, onTaken } = this.options;
    const { client, lost } = this.connection ?? (await this.open());
    const answer = client.query<{ held: number }>('SELECT pg_try_advisory_lock($1) AS held', [key]);
    const { rows } = await translated(answer);
    if (rows[0]?.held !== 1) throw new LockHeldError();
    await onTaken?.(client);
    return lost;
  }

  /** @throws the reason of the close, where it came while the connection was opened */
  private async open(): Promise<LockConnection> {
    const client = await openSession(this.options.connectionString);
    const lost = new AbortController();
    const connection = { client, lost: lost.signal };
    client.once('end', () => {
      if (this.connection === connection) this.connection = undefined;
      lost.abort();
    });
    if (this.closing.signal.aborted) await client.end();
    this.closing.signal.throwIfAborted();
    // From here on a close ends it too.
    this.connection = connection;
    return connection;
  }
}

interface LockConnection {
  readonly client: pg.Client;
  /** Aborts when the connection ends, and the lock with it. */
  readonly lost: AbortSignal;
}

class LockHeldError extends Error {
  override readonly name = 'LockHeldError';
  constructor() {
    super('Another instance has the lock');
  }
}
