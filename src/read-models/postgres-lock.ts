// A lock in the database of the read models, which all instances share. Postgres releases it when
// the holder's connection ends for any reason.
import type pg from 'pg';
import { retrying } from '../waiting/retrying.js';
import { systemTime, type Time } from '../waiting/time.js';
import { KEEP_ALIVE, openClient, translated } from './postgres.js';

/** Interval at which waiting instances try the lock. */
const LOOK_MS = { least: 500, most: 500 };

export class PostgresLock {
  private readonly closing = new AbortController();
  private client: pg.Client | undefined;
  private held: AbortSignal | undefined;

  constructor(
    private readonly connectionString: string,
    /** One of LOCKS. */
    private readonly key: number,
    private readonly time: Time = systemTime,
  ) {}

  /**
   * Resolves when this instance holds the lock, with a signal that aborts when it loses it.
   *
   * @throws the signal's reason when it is aborted first
   */
  async hold(signal: AbortSignal): Promise<AbortSignal> {
    if (this.held?.aborted === false) return this.held;
    this.held = await retrying(() => this.tryToHold(), {
      // A database that is away is waited for like a lock that another instance has.
      retryIf: () => true,
      pauseMs: LOOK_MS,
      signal: AbortSignal.any([signal, this.closing.signal]),
      time: this.time,
    });
    return this.held;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.client?.end();
  }

  private async tryToHold(): Promise<AbortSignal> {
    const client = await openClient(this.connectionString);
    const lost = new AbortController();
    client.once('end', () => lost.abort());
    try {
      await translated(client.query(KEEP_ALIVE));
      const answer = client.query<{ held: number }>('SELECT pg_try_advisory_lock($1) AS held', [
        this.key,
      ]);
      const { rows } = await translated(answer);
      if (rows[0]?.held !== 1) throw new Error('another instance has the lock');
      this.closing.signal.throwIfAborted();
    } catch (error) {
      await client.end();
      throw error;
    }
    this.client = client;
    return lost.signal;
  }
}
