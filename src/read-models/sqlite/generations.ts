// The generations on record, as the rows of one small table, and the changes to it. Every function
// that writes expects to be called inside a transaction.
import type { DatabaseSync } from 'node:sqlite';
import type { Promotion } from '../row-store.js';
import type { Generation, GenerationStatus, Registry } from '../table.js';

export function readGenerations(database: DatabaseSync): Generation[] {
  return database
    .prepare('SELECT * FROM read_model_generation ORDER BY name, generation')
    .all()
    .map((row) => ({
      name: String(row['name']),
      generation: Number(row['generation']),
      version: Number(row['version']),
      // A file that was only opened for reading may not have that column yet.
      foldHash: typeof row['fold_hash'] === 'string' ? row['fold_hash'] : null,
      status: row['status'] as GenerationStatus,
      checkpoint: BigInt(String(row['checkpoint'])),
      isPaused: row['is_paused'] === 1,
      promotedAt: row['promoted_at'] === null ? null : Number(row['promoted_at']),
    }));
}

export function readEpoch(database: DatabaseSync): number {
  return Number(database.prepare('SELECT epoch FROM read_model_registry').get()?.['epoch']);
}

export function readRegistry(database: DatabaseSync): Registry {
  // The epoch first: what changes between the two is noticed when it is compared.
  const epoch = readEpoch(database);
  return { epoch, generations: readGenerations(database) };
}

export function moveEpoch(database: DatabaseSync): void {
  database.exec('UPDATE read_model_registry SET epoch = epoch + 1');
}

export function insertGeneration(database: DatabaseSync, generation: Generation): void {
  const { name, version, foldHash, status, checkpoint, isPaused, promotedAt } = generation;
  database
    .prepare(
      `INSERT INTO read_model_generation
       (name, generation, version, status, checkpoint, is_paused, promoted_at, fold_hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      name,
      generation.generation,
      version,
      status,
      String(checkpoint),
      isPaused ? 1 : 0,
      promotedAt,
      foldHash,
    );
}

export function recordFold(
  database: DatabaseSync,
  { name, generation }: Pick<Generation, 'name' | 'generation'>,
  foldHash: string,
): void {
  database
    .prepare(
      `UPDATE read_model_generation SET fold_hash = ?
       WHERE name = ? AND generation = ? AND fold_hash IS NULL`,
    )
    .run(foldHash, name, generation);
}

export function makeStandby(
  database: DatabaseSync,
  { name, generation }: Pick<Generation, 'name' | 'generation'>,
): void {
  database
    .prepare(
      `UPDATE read_model_generation SET status = 'STANDBY'
       WHERE name = ? AND generation = ? AND status = 'BUILDING'`,
    )
    .run(name, generation);
}

/** @throws RangeError for one that does not stand by; the transaction is then to be rolled back */
export function promoteGeneration(
  database: DatabaseSync,
  { name, generation }: Promotion,
  at: number,
): void {
  database
    .prepare(
      "UPDATE read_model_generation SET status = 'STANDBY' WHERE name = ? AND status = 'LIVE'",
    )
    .run(name);
  const { changes } = database
    .prepare(
      `UPDATE read_model_generation SET status = 'LIVE', promoted_at = ?
       WHERE name = ? AND generation = ? AND status = 'STANDBY'`,
    )
    .run(at, name, generation);
  if (changes !== 1) throw new RangeError(`${name}: generation ${generation} does not stand by`);
}
