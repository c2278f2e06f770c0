// The holder of the replay lock, as the row of a small table. It rejects writes of a replay that
// was declared dead.
import type { Statements } from './database.js';

/**
 * The running replay, identified by process, host and start time. A replay without recent
 * heartbeats is dead.
 */
export interface ReplayHolder {
  readonly pid: number;
  readonly host: string;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly beatAt: number;
}

/** A holder counts as dead after this time without a heartbeat, also if its process runs on. */
export const SILENT_MS = 10_000;

/**
 * Whether its last heartbeat says nothing of now. One of the future is of a clock that was ahead,
 * and would keep others out until their clocks have caught up.
 */
export const isSilent = (beatAt: number, now: number) => Math.abs(now - beatAt) >= SILENT_MS;

interface StoredHolder {
  readonly pid: number;
  readonly host: string;
  readonly started_at: number;
  readonly beat_at: number;
}

/** Reads the holder and locks the row until the transaction ends. */
export async function lockHolder(statements: Statements): Promise<ReplayHolder | null> {
  const [row] = await statements.query<StoredHolder>(
    `SELECT * FROM replay_holder ${statements.dialect.forUpdate}`,
  );
  if (row === undefined) return null;
  const { pid, host, started_at: startedAt, beat_at: beatAt } = row;
  return { pid, host, startedAt, beatAt };
}

export async function isHeldBy(statements: Statements, holder: ReplayHolder): Promise<boolean> {
  const found = await lockHolder(statements);
  return (
    found !== null &&
    found.pid === holder.pid &&
    found.host === holder.host &&
    found.startedAt === holder.startedAt
  );
}

export async function writeHolder(
  statements: Statements,
  { pid, host, startedAt, beatAt }: ReplayHolder,
): Promise<void> {
  await statements.execute(
    `INSERT INTO replay_holder (id, pid, host, started_at, beat_at) VALUES (1, $1, $2, $3, $4)
     ON CONFLICT (id) DO UPDATE SET pid = $1, host = $2, started_at = $3, beat_at = $4,
       stop_asked = false`,
    [pid, host, startedAt, beatAt],
  );
}

/** Returns whether a caller has asked it to stop. */
export async function beatHolder(
  statements: Statements,
  { pid, host, startedAt }: ReplayHolder,
  at: number,
): Promise<boolean> {
  const holder = 'pid = $1 AND host = $2 AND started_at = $3';
  const ids = [pid, host, startedAt];
  await statements.execute(`UPDATE replay_holder SET beat_at = $4 WHERE ${holder}`, [...ids, at]);
  const asked = await statements.query(
    `SELECT id FROM replay_holder WHERE ${holder} AND stop_asked`,
    ids,
  );
  return asked.length > 0;
}

/** Its next heartbeat tells it. */
export async function askHolderToStop(statements: Statements): Promise<void> {
  await statements.execute('UPDATE replay_holder SET stop_asked = true');
}

export async function removeHolder(
  statements: Statements,
  { pid, host, startedAt }: ReplayHolder,
): Promise<void> {
  await statements.execute(
    'DELETE FROM replay_holder WHERE pid = $1 AND host = $2 AND started_at = $3',
    [pid, host, startedAt],
  );
}
