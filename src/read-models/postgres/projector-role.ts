// Of several instances one projects: whoever holds an advisory lock, which Postgres takes back when
// that one's connection ends, however it ends. The others are told after each commit how far it is.
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Told } from '../row-store.js';
import { available, type Connection, LOCKS, openClient } from './database.js';

/** Another instance projects by now; nothing of this commit was written. */
export class RoleLostError extends Error {
  override readonly name = 'RoleLostError';
  constructor() {
    super('Another instance projects by now');
  }
}

/** How often those that wait look whether the one that projects is gone. */
const LOOK_MS = 500;
const CHANNEL = 'cartograph_projected';
/** So that the lock of an instance whose machine or network is gone is free within 4 s as well. */
const KEEP_ALIVE =
  'SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 2';

export class ProjectorRole {
  /** Which holder this one is, counted over all; undefined while it has never been one. */
  term: number | undefined;
  private readonly closing = new AbortController();
  private holding: pg.Client | undefined;
  private held: AbortSignal | undefined;
  private following: pg.Client | undefined;

  constructor(private readonly connectionString: string) {}

  /** Resolves when this instance projects, with a signal that says when it does no more. */
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

  /** In the transaction whose commit it speaks of, so that nobody hears of it before. */
  async tell(client: Connection, { position, changed }: Told): Promise<void> {
    const payload = JSON.stringify({ position: String(position), changed });
    await client.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]);
  }

  /** Calls back after each commit of whoever projects, for as long as this is open. */
  async follow(listener: (told: Told) => void): Promise<void> {
    const client = await openClient(this.connectionString);
    this.following = client;
    client.on('notification', ({ payload = '{}' }) => {
      const told = JSON.parse(payload) as { position: string; changed: string[] };
      listener({ position: BigInt(told.position), changed: told.changed });
    });
    client.once('end', () => void this.followAgain(listener));
    await available(client.query(`LISTEN ${CHANNEL}`));
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
        // The database is away; whoever projects says so, and so does health.
        await delay(LOOK_MS);
      }
    }
  }

  private async tryToHold(): Promise<AbortSignal | undefined> {
    const client = this.holding ?? (await openClient(this.connectionString));
    if (client !== this.holding) await available(client.query(KEEP_ALIVE));
    this.holding = client;
    const lost = new AbortController();
    client.once('end', () => {
      if (this.holding === client) this.holding = undefined;
      lost.abort();
    });
    const { rows } = await client.query<{ held: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS held',
      [LOCKS.projector],
    );
    if (rows[0]?.held !== true) return undefined;
    const { rows: terms } = await client.query<{ term: number }>(
      'UPDATE read_model_registry SET term = term + 1 RETURNING term',
    );
    this.term = terms[0]?.term;
    return lost.signal;
  }
}
