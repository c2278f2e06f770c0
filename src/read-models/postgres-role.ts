// Elects the one instance that projects, with a Postgres advisory lock. Postgres releases the lock
// when the holder's connection ends for any reason. After each commit the holder notifies the other
// instances.
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Statements } from './database.js';
import { LOCKS, openClient, translated } from './postgres.js';
import type { ProjectorRole, Told } from './projector-role.js';

/** Interval at which waiting instances try the lock. */
const LOOK_MS = 500;
const CHANNEL = 'cartograph_projected';
/** Releases the lock of an instance whose machine or network failed within 4 s. */
const KEEP_ALIVE =
  'SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 2';

export class PostgresRole implements ProjectorRole {
  term: number | undefined;
  private readonly closing = new AbortController();
  private holding: pg.Client | undefined;
  private held: AbortSignal | undefined;
  private following: pg.Client | undefined;

  constructor(private readonly connectionString: string) {}

  async hold(signal: AbortSignal): Promise<AbortSignal> {
    const ended = AbortSignal.any([signal, this.closing.signal]);
    if (this.held?.aborted === false) return this.held;
    for (;;) {
      ended.throwIfAborted();
      const held = await this.tryToHold().catch(() => undefined);
      if (held !== undefined) return (this.held = held);
      await delay(LOOK_MS, undefined, { signal: ended });
    }
  }

  async tell(statements: Statements, { position, changed }: Told): Promise<void> {
    const payload = JSON.stringify({ position: String(position), changed });
    await statements.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]);
  }

  async follow(listener: (told: Told) => void): Promise<void> {
    const client = await openClient(this.connectionString);
    this.following = client;
    client.on('notification', ({ payload = '{}' }) => {
      const told = JSON.parse(payload) as { position: string; changed: string[] };
      listener({ position: BigInt(told.position), changed: told.changed });
    });
    client.once('end', () => void this.followAgain(listener));
    await translated(client.query(`LISTEN ${CHANNEL}`));
  }

  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all([this.holding?.end(), this.following?.end()]);
  }

  private async followAgain(listener: (told: Told) => void): Promise<void> {
    while (!this.closing.signal.aborted) {
      try {
        await this.follow(listener);
        return;
      } catch {
        // The database is unavailable; the projecting instance and health report it.
        await delay(LOOK_MS);
      }
    }
  }

  private async tryToHold(): Promise<AbortSignal | undefined> {
    const client = this.holding ?? (await openClient(this.connectionString));
    if (client !== this.holding) await translated(client.query(KEEP_ALIVE));
    this.holding = client;
    const lost = new AbortController();
    client.once('end', () => {
      if (this.holding === client) this.holding = undefined;
      lost.abort();
    });
    const { rows } = await client.query<{ held: number }>(
      'SELECT pg_try_advisory_lock($1) AS held',
      [LOCKS.projector],
    );
    if (rows[0]?.held !== 1) return undefined;
    const { rows: terms } = await client.query<{ term: number }>(
      'UPDATE read_model_registry SET term = term + 1 RETURNING term',
    );
    this.term = terms[0]?.term;
    return lost.signal;
  }
}
