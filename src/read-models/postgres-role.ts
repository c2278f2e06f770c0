// Elects the one instance that projects, with a Postgres advisory lock. Postgres releases the lock
// when the holder's connection ends for any reason. After each commit the holder notifies the other
// instances.
import type pg from 'pg';
import type { Statements } from './database.js';
import { KEEP_ALIVE, LOCKS, openClient, translated } from './postgres.js';
import type { ProjectorRole, Told } from './projector-role.js';
import { retrying, retryingUntilAborted } from '../waiting/retrying.js';
import { systemTime, type Time } from '../waiting/time.js';

/** Interval at which waiting instances try the lock. */
const LOOK_MS = { least: 500, most: 500 };
const CHANNEL = 'cartograph_projected';
export class PostgresRole implements ProjectorRole {
  term: number | undefined;
  private readonly closing = new AbortController();
  private readonly clients = new Set<pg.Client>();
  private holding: RoleConnection | undefined;
  private held: AbortSignal | undefined;

  constructor(
    private readonly connectionString: string,
    private readonly time: Time = systemTime,
  ) {}

  async hold(signal: AbortSignal): Promise<AbortSignal> {
    if (this.held?.aborted === false) return this.held;
    this.held = await retrying(() => this.tryToHold(), {
      // A database that is away is waited for like a role that another instance has.
      retryIf: () => true,
      pauseMs: LOOK_MS,
      signal: AbortSignal.any([signal, this.closing.signal]),
      time: this.time,
    });
    return this.held;
  }

  async tell(statements: Statements, { position, ...told }: Told): Promise<void> {
    const payload = JSON.stringify({ position: String(position), ...told });
    await statements.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]);
  }

  async follow(listener: (told: Told) => void): Promise<void> {
    const client = await this.open();
    client.on('notification', ({ payload = '{}' }) => {
      const { position, ...told } = JSON.parse(payload) as Omit<Told, 'position'> & {
        readonly position: string;
      };
      listener({ position: BigInt(position), ...told });
    });
    await orEnd(client, client.query(`LISTEN ${CHANNEL}`));
    // Only a connection that listened is replaced here: one that never did is its opener's concern.
    client.once('end', () => void this.followAgain(listener));
  }

  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all([...this.clients].map((client) => client.end()));
  }

  private async followAgain(listener: (told: Told) => void): Promise<void> {
    await retryingUntilAborted(() => this.follow(listener), {
      // The database is unavailable; the projecting instance and health report it.
      retryIf: () => true,
      pauseMs: LOOK_MS,
      signal: this.closing.signal,
      time: this.time,
    });
  }

  /** @throws RoleHeldError while another instance projects */
  private async tryToHold(): Promise<AbortSignal> {
    this.holding ??= await this.openToHold();
    const { client, lost } = this.holding;
    const { rows } = await client.query<{ held: number }>(
      'SELECT pg_try_advisory_lock($1) AS held',
      [LOCKS.projector],
    );
    if (rows[0]?.held !== 1) throw new RoleHeldError();
    const { rows: terms } = await client.query<{ term: number }>(
      'UPDATE read_model_registry SET term = term + 1 RETURNING term',
    );
    this.term = terms[0]?.term;
    return lost;
  }

  private async openToHold(): Promise<RoleConnection> {
    const client = await this.open();
    await orEnd(client, client.query(KEEP_ALIVE));
    const lost = new AbortController();
    client.once('end', () => {
      if (this.holding?.client === client) this.holding = undefined;
      lost.abort();
    });
    return { client, lost: lost.signal };
  }

  /** @throws the reason of the close, where it came while the connection was opened */
  private async open(): Promise<pg.Client> {
    const client = await openClient(this.connectionString);
    this.clients.add(client);
    client.once('end', () => this.clients.delete(client));
    if (this.closing.signal.aborted) await client.end();
    this.closing.signal.throwIfAborted();
    return client;
  }
}

interface RoleConnection {
  readonly client: pg.Client;
  /** Aborts when the connection ends, and the lock with it. */
  readonly lost: AbortSignal;
}

class RoleHeldError extends Error {
  override readonly name = 'RoleHeldError';
  constructor() {
    super('Another instance projects');
  }
}

/** A connection whose set-up fails is not left open. */
async function orEnd(client: pg.Client, settingUp: Promise<unknown>): Promise<void> {
  try {
    await translated(settingUp);
  } catch (error) {
    await client.end();
    throw error;
  }
}
