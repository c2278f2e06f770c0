// Elects the one instance that projects: it has a lock of Postgres, and a number that is one higher
// than that of the holder before it. After each commit the holder notifies the other instances.
import type pg from 'pg';
import type { Statements } from './database.js';
import { LOCKS } from './postgres.js';
import { translated } from './postgres-errors.js';
import { PostgresLock } from './postgres-lock.js';
import { openSession } from './postgres-session.js';
import type { ProjectorRole, Told } from './projector-role.js';
import { retryingUntilAborted } from '../waiting/retrying.js';
import { systemTime, type Time } from '../waiting/time.js';

/** Interval at which an instance that lost its connection tries to follow again. */
const FOLLOW_MS = { least: 500, most: 500 };
const CHANNEL = 'cartograph_projected';

export class PostgresRole implements ProjectorRole {
  term: number | undefined;
  private readonly closing = new AbortController();
  private readonly followers = new Set<pg.Client>();
  private readonly lock: PostgresLock;

  constructor(
    private readonly connectionString: string,
    private readonly time: Time = systemTime,
  ) {
    const onTaken = (client: pg.Client) => this.takeTerm(client);
    this.lock = new PostgresLock({ connectionString, key: LOCKS.projector, onTaken, time });
  }

  hold(signal: AbortSignal): Promise<AbortSignal> {
    return this.lock.hold(signal);
  }

  async tell(statements: Statements, { position, ...told }: Told): Promise<void> {
    const payload = JSON.stringify({ position: String(position), ...told });
    await statements.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]);
  }

  async follow(listener: (told: Told) => void): Promise<void> {
    const client = await this.openFollower();
    client.on('notification', ({ payload = '{}' }) => {
      const { position, ...told } = JSON.parse(payload) as Omit<Told, 'position'> & {
        readonly position: string;
      };
      listener({ position: BigInt(position), ...told });
    });
    try {
      await translated(client.query(`LISTEN ${CHANNEL}`));
    } catch (error) {
      // A connection whose set-up fails is not left open.
      await client.end();
      throw error;
    }
    // Only a connection that listened is replaced here: one that never did is its opener's concern.
    client.once('end', () => void this.followAgain(listener));
  }

  async close(): Promise<void> {
    this.closing.abort();
    const followers = [...this.followers].map((client) => client.end());
    await Promise.all([this.lock.close(), ...followers]);
  }

  private async takeTerm(client: pg.Client): Promise<void> {
    const { rows } = await translated(
      client.query<{ term: number }>(
        'UPDATE read_model_registry SET term = term + 1 RETURNING term',
      ),
    );
    this.term = rows[0]?.term;
  }

  private async followAgain(listener: (told: Told) => void): Promise<void> {
    await retryingUntilAborted(() => this.follow(listener), {
      // The database is unavailable; the projecting instance and health report it.
      retryIf: () => true,
      pauseMs: FOLLOW_MS,
      signal: this.closing.signal,
      time: this.time,
    });
  }

  /** @throws the reason of the close, where it came while the connection was opened */
  private async openFollower(): Promise<pg.Client> {
    const client = await openSession(this.connectionString);
    this.followers.add(client);
    client.once('end', () => this.followers.delete(client));
    if (this.closing.signal.aborted) await client.end();
    this.closing.signal.throwIfAborted();
    return client;
  }
}
