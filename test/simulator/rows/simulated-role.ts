// Which of the instances on one database projects, as Postgres decides it: by a lock that its
// connection holds, and a term that fences whoever held it before.
import type { Statements } from '../../../src/read-models/database.js';
import type { ProjectorRole, Told } from '../../../src/read-models/projector-role.js';
import { delay, type Time } from '../../../src/waiting/time.js';
import type { Life, Schedule } from '../schedule.js';
import type { RowPlace } from './row-place.js';
import { NOTIFY, type SimulatedDatabase } from './simulated-database.js';

/** Interval at which waiting instances try the lock. */
const LOOK_MS = 500;

export class SimulatedRole implements ProjectorRole {
  term: number | undefined;
  private held: AbortController | undefined;

  constructor(
    private readonly place: RowPlace,
    private readonly database: SimulatedDatabase,
    private readonly life: Life,
    private readonly schedule: Schedule,
    private readonly time: Time,
  ) {}

  async hold(signal: AbortSignal): Promise<AbortSignal> {
    if (this.held?.signal.aborted === false) return this.held.signal;
    for (;;) {
      signal.throwIfAborted();
      const held = await this.tryToHold().catch(() => undefined);
      if (held !== undefined) return held;
      await delay(this.time, LOOK_MS, signal);
    }
  }

  async tell(statements: Statements, { position, ...told }: Told): Promise<void> {
    const payload = JSON.stringify({ position: String(position), ...told });
    await statements.execute(NOTIFY, [payload]);
  }

  follow(listener: (told: Told) => void): Promise<void> {
    this.place.followers.set(this.life, (payload) => {
      const { position, ...told } = JSON.parse(payload) as Omit<Told, 'position'> & {
        readonly position: string;
      };
      listener({ position: BigInt(position), ...told });
    });
    return Promise.resolve();
  }

  /**
   * The connection that held the lock broke, and the lock went with it: another instance may have it
   * before this one notices.
   */
  lose(unnoticedMs = 0): void {
    if (this.place.projecting === this.life) this.place.projecting = undefined;
    const { held } = this;
    if (unnoticedMs === 0) held?.abort();
    else this.schedule.after(unnoticedMs, this.life, 'role is lost', () => held?.abort());
  }

  close(): Promise<void> {
    this.lose();
    this.place.followers.delete(this.life);
    return Promise.resolve();
  }

  private async tryToHold(): Promise<AbortSignal | undefined> {
    if (this.place.isAway || this.place.projecting !== undefined) return undefined;
    this.place.projecting = this.life;
    const held = new AbortController();
    this.held = held;
    try {
      await this.database.execute('UPDATE read_model_registry SET term = term + 1');
      const [row] = await this.database.query<{ term: number }>(
        'SELECT term FROM read_model_registry',
      );
      this.term = row?.term;
      return held.signal;
    } catch (error) {
      this.lose();
      throw error;
    }
  }
}
