// A claimant among several. It holds a lock that is made of its name for as long as it runs, and
// writes its claims over the connection that holds the lock. The lock ends with the process or the
// connection, so other instances see that its claims are over.
import { orAborted, untilAborted } from '../waiting/or-aborted.js';
import { retrying } from '../waiting/retrying.js';
import { startRounds, type Rounds } from '../waiting/rounds.js';
import type { Time } from '../waiting/time.js';
import type { ClaimLocks, HeldClaimLock } from './claim-locks.js';
import type { Claimant, ClaimedTable, Claiming } from './claimant.js';
import { ReadModelsUnavailableError } from './unavailable.js';

export interface LockedClaimantOptions {
  readonly locks: ClaimLocks;
  readonly time: Time;
  /** Called with faults from which it recovers. */
  readonly onFault: (fault: unknown) => void;
}

/** Interval at which it looks for claims of claimants that have ended. */
const LOOK_MS = 1_000;
const HOLD_PAUSE_MS = { least: 100, most: 500 };
/**
 * How long a claimant may be without its lock. After a restart of the database all are, until they
 * have connected again.
 */
const GRACE_MS = 3_000;
/** Claims of earlier releases, which have no lock, end by time alone. */
const PREFIX = 'locked-';

export class LockedClaimant implements Claimant {
  readonly isAlone = false;
  private readonly closing = new AbortController();
  private readonly tables: ClaimedTable[] = [];
  private readonly keeping: Promise<void>;
  private readonly rounds: Rounds;
  private lock: HeldClaimLock | undefined;
  private current: Claiming | undefined;
  private cause: unknown = new Error('it has no lock yet');
  /** By name: since when its lock is seen free, on the monotonic clock. */
  private freeSince = new Map<string, number>();

  /** Holds its lock as soon as the database lets it, until it is closed. */
  constructor(private readonly options: LockedClaimantOptions) {
    const { time, onFault } = options;
    this.keeping = this.keepLock();
    this.rounds = startRounds({
      ...{ round: () => this.look(), pauseMs: () => LOOK_MS, time, onFault },
    });
  }

  claiming(): Claiming {
    if (this.current === undefined) throw new ReadModelsUnavailableError(this.cause);
    return this.current;
  }

  attend(table: ClaimedTable): void {
    this.tables.push(table);
  }

  async close(): Promise<void> {
    this.closing.abort();
    // First, because a round waits for answers of this connection.
    await this.lock?.end();
    await this.rounds.stop();
    await this.keeping;
  }

  /** Looks once for claims of claimants that have ended. */
  async look(): Promise<void> {
    const { lock, current, freeSince } = this;
    if (lock === undefined || current === undefined) return;
    // Names that have no claim any more are forgotten.
    this.freeSince = new Map();
    try {
      for (const table of this.tables) {
        const names = await table.claimants(lock.statements, this.options.time.now());
        const others = names.filter((name) => name !== current.name && name.startsWith(PREFIX));
        for (const name of others) await this.lookAt(name, table, lock, freeSince);
      }
    } catch (error) {
      if (this.closing.signal.aborted) return;
      // A connection that does not answer may have lost its lock without telling.
      if (error instanceof ReadModelsUnavailableError) await lock.end();
      throw error;
    }
  }

  private async lookAt(
    name: string,
    table: ClaimedTable,
    lock: HeldClaimLock,
    seen: ReadonlyMap<string, number>,
  ): Promise<void> {
    if (!(await lock.isFree(name))) return;
    const { time } = this.options;
    const since = seen.get(name) ?? time.monotonicMs();
    this.freeSince.set(name, since);
    if (time.monotonicMs() - since >= GRACE_MS) {
      await table.release(lock.statements, name, time.now());
    }
  }

  private async keepLock(): Promise<void> {
    const { signal } = this.closing;
    const isOver = () => signal.aborted;
    while (!isOver()) {
      const lock = await orAborted(this.holdAnew(), signal).catch(() => undefined);
      if (lock === undefined) continue;
      await untilAborted(lock.lost);
      this.current = undefined;
      this.cause = new Error('the connection with its lock broke');
      this.freeSince.clear();
    }
  }

  /** @throws the signal's reason when it is closed */
  private holdAnew(): Promise<HeldClaimLock> {
    const { time, onFault } = this.options;
    return retrying(() => this.tryToHold(), {
      // A database that is away is waited for.
      retryIf: () => true,
      ...{ pauseMs: HOLD_PAUSE_MS, signal: this.closing.signal, time },
      onFailure: (fault, failures) => {
        this.cause = fault;
        if (failures === 1) onFault(fault);
      },
    });
  }

  /** A new name each time: claims under the one before may be another instance's by now. */
  private async tryToHold(): Promise<HeldClaimLock> {
    const { locks, time } = this.options;
    const name = `${PREFIX}${time.newId()}`;
    const lock = await locks.hold(name);
    try {
      const claiming = { name, statements: lock.statements };
      for (const table of this.tables) await table.rename(claiming, time.now());
      this.closing.signal.throwIfAborted();
      lock.lost.throwIfAborted();
      this.lock = lock;
      this.current = claiming;
      return lock;
    } catch (error) {
      await lock.end();
      throw error;
    }
  }
}
