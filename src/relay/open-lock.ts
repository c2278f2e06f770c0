// The relay's lock: in Postgres, which the instances share, else a file of the data folder.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lockFile, SQLITE_BUSY } from '../files/file-lock.js';
import { sqliteCodeOf } from '../files/sqlite-code.js';
import { LOCKS } from '../read-models/postgres.js';
import { PostgresLock } from '../read-models/postgres-lock.js';
import { retrying } from '../waiting/retrying.js';
import { systemTime, type Time } from '../waiting/time.js';
import type { RelayLock } from './lock.js';

export interface LockPlace {
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
}

export function openRelayLock(
  { dataDir, databaseUrl }: LockPlace,
  time: Time = systemTime,
): RelayLock {
  if (databaseUrl !== undefined) {
    return new PostgresLock({ connectionString: databaseUrl, key: LOCKS.relay, time });
  }
  return new RelayLockFile(join(dataDir, 'relay.lock'), time);
}

const LOOK_MS = { least: 500, most: 500 };

/** The operating system releases it with the process. */
class RelayLockFile implements RelayLock {
  private unlock: (() => void) | undefined;

  constructor(
    private readonly path: string,
    private readonly time: Time,
  ) {}

  async hold(signal: AbortSignal): Promise<AbortSignal> {
    // A command may be the first that uses the folder.
    mkdirSync(dirname(this.path), { recursive: true });
    this.unlock ??= await retrying(() => Promise.resolve().then(() => lockFile(this.path)), {
      retryIf: (error) => sqliteCodeOf(error) === SQLITE_BUSY,
      ...{ pauseMs: LOOK_MS, signal, time: this.time },
    });
    return new AbortController().signal;
  }

  close(): Promise<void> {
    this.unlock?.();
    this.unlock = undefined;
    return Promise.resolve();
  }
}
