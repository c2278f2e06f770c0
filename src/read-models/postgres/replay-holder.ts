// Who replays, as the one row of a small table: it fences what a replay that was thought dead writes.
import type { ReplayHolder } from '../row-store.js';
import type { Connection } from './database.js';

interface StoredHolder {
  readonly pid: number;
  readonly host: string;
  readonly started_at: number;
  readonly beat_at: number;
}

export async function readHolder(connection: Connection): Promise<ReplayHolder | null> {
  const { rows } = await connection.query<StoredHolder>('SELECT * FROM replay_holder FOR UPDATE');
  const [row] = rows;
  if (row === undefined) return null;
  const { pid, host, started_at: startedAt, beat_at: beatAt } = row;
  return { pid, host, startedAt, beatAt };
}

export async function isHeldBy(connection: Connection, holder: ReplayHolder): Promise<boolean> {
  const found = await readHolder(connection);
  return (
    found !== null &&
    found.pid === holder.pid &&
    found.host === holder.host &&
    found.startedAt === holder.startedAt
  );
}

export async function writeHolder(
  connection: Connection,
  { pid, host, startedAt, beatAt }: ReplayHolder,
): Promise<void> {
  await connection.query(
    `INSERT INTO replay_holder VALUES (1, $1, $2, $3, $4)
     ON CONFLICT (id) DO UPDATE SET pid = $1, host = $2, started_at = $3, beat_at = $4`,
    [pid, host, startedAt, beatAt],
  );
}

export async function beatHolder(
  connection: Connection,
  { pid, host, startedAt }: ReplayHolder,
  at: number,
): Promise<void> {
  await connection.query(
    'UPDATE replay_holder SET beat_at = $4 WHERE pid = $1 AND host = $2 AND started_at = $3',
    [pid, host, startedAt, at],
  );
}

export async function removeHolder(
  connection: Connection,
  { pid, host, startedAt }: ReplayHolder,
): Promise<void> {
  await connection.query(
    'DELETE FROM replay_holder WHERE pid = $1 AND host = $2 AND started_at = $3',
    [pid, host, startedAt],
  );
}
