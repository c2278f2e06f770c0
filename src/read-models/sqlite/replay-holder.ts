// Who replays, as the one row of a small table: it fences what a replay that was thought dead writes.
import type { DatabaseSync } from 'node:sqlite';
import type { ReplayHolder } from '../row-store.js';

export function readHolder(database: DatabaseSync): ReplayHolder | null {
  const row = database.prepare('SELECT * FROM replay_holder').get();
  if (row === undefined) return null;
  return {
    pid: Number(row['pid']),
    host: String(row['host']),
    startedAt: Number(row['started_at']),
    beatAt: Number(row['beat_at']),
  };
}

export function isHeldBy(database: DatabaseSync, holder: ReplayHolder): boolean {
  const found = readHolder(database);
  return (
    found !== null &&
    found.pid === holder.pid &&
    found.host === holder.host &&
    found.startedAt === holder.startedAt
  );
}

export function writeHolder(
  database: DatabaseSync,
  { pid, host, startedAt, beatAt }: ReplayHolder,
): void {
  database
    .prepare('INSERT OR REPLACE INTO replay_holder VALUES (1, ?, ?, ?, ?)')
    .run(pid, host, startedAt, beatAt);
}

export function beatHolder(
  database: DatabaseSync,
  { pid, host, startedAt }: ReplayHolder,
  at: number,
): void {
  database
    .prepare('UPDATE replay_holder SET beat_at = ? WHERE pid = ? AND host = ? AND started_at = ?')
    .run(at, pid, host, startedAt);
}

export function removeHolder(database: DatabaseSync, { pid, host, startedAt }: ReplayHolder): void {
  database
    .prepare('DELETE FROM replay_holder WHERE pid = ? AND host = ? AND started_at = ?')
    .run(pid, host, startedAt);
}
