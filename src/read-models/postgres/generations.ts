// The generations on record, as the rows of one small table, and the changes to it. Every function
// that writes expects to be called inside a transaction.
import type { Promotion } from '../row-store.js';
import type { Generation, GenerationStatus, Registry } from '../table.js';
import type { Connection } from './database.js';

interface StoredGeneration {
  readonly name: string;
  readonly generation: number;
  readonly version: number;
  readonly status: GenerationStatus;
  readonly checkpoint: string;
  readonly is_paused: boolean;
  readonly promoted_at: number | null;
  readonly fold_hash: string | null;
}

export async function readGenerations(connection: Connection): Promise<Generation[]> {
  const { rows } = await connection.query<StoredGeneration>(
    'SELECT * FROM read_model_generation ORDER BY name COLLATE "C", generation',
  );
  return rows.map(({ is_paused, promoted_at, fold_hash, checkpoint, ...one }) => ({
    ...one,
    foldHash: fold_hash,
    checkpoint: BigInt(checkpoint),
    isPaused: is_paused,
    promotedAt: promoted_at,
  }));
}

export async function readRegistry(connection: Connection): Promise<Registry> {
  const { rows } = await connection.query<{ epoch: number }>(
    'SELECT epoch FROM read_model_registry',
  );
  // The epoch first: what changes between the two is noticed when it is compared.
  return { epoch: rows[0]?.epoch ?? 0, generations: await readGenerations(connection) };
}

/** Whoever has it locked writes alone: the projector, a replay that joins, a promotion. */
export async function lockRegistry(
  connection: Connection,
): Promise<{ readonly epoch: number; readonly term: number }> {
  const { rows } = await connection.query<{ epoch: number; term: number }>(
    'SELECT epoch, term FROM read_model_registry FOR UPDATE',
  );
  return rows[0] ?? { epoch: 0, term: 0 };
}

export async function moveEpoch(connection: Connection): Promise<void> {
  await connection.query('UPDATE read_model_registry SET epoch = epoch + 1');
}

export async function insertGeneration(
  connection: Connection,
  { name, generation, version, foldHash, status, checkpoint, isPaused, promotedAt }: Generation,
): Promise<void> {
  await connection.query(
    `INSERT INTO read_model_generation
     (name, generation, version, status, checkpoint, is_paused, promoted_at, fold_hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [name, generation, version, status, String(checkpoint), isPaused, promotedAt, foldHash],
  );
}

export async function recordFold(
  connection: Connection,
  { name, generation }: Promotion,
  foldHash: string,
): Promise<void> {
  await connection.query(
    `UPDATE read_model_generation SET fold_hash = $3
     WHERE name = $1 AND generation = $2 AND fold_hash IS NULL`,
    [name, generation, foldHash],
  );
}

export async function setCheckpoint(
  connection: Connection,
  { name, generation }: Promotion,
  checkpoint: bigint,
): Promise<void> {
  await connection.query(
    'UPDATE read_model_generation SET checkpoint = $3 WHERE name = $1 AND generation = $2',
    [name, generation, String(checkpoint)],
  );
}

export async function makeStandby(
  connection: Connection,
  { name, generation }: Promotion,
): Promise<void> {
  await connection.query(
    `UPDATE read_model_generation SET status = 'STANDBY'
     WHERE name = $1 AND generation = $2 AND status = 'BUILDING'`,
    [name, generation],
  );
}

/** @throws RangeError for one that does not stand by; the transaction is then to be rolled back */
export async function promoteGeneration(
  connection: Connection,
  { name, generation }: Promotion,
  at: number,
): Promise<void> {
  await connection.query(
    "UPDATE read_model_generation SET status = 'STANDBY' WHERE name = $1 AND status = 'LIVE'",
    [name],
  );
  const { rowCount } = await connection.query(
    `UPDATE read_model_generation SET status = 'LIVE', promoted_at = $3
     WHERE name = $1 AND generation = $2 AND status = 'STANDBY'`,
    [name, generation, at],
  );
  if (rowCount !== 1) throw new RangeError(`${name}: generation ${generation} does not stand by`);
}
