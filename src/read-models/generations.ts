// The registry of generations: the rows of one small table, and their changes. Every function that
// writes must run inside a transaction.
import type { Statements } from './database.js';
import type { Generation, GenerationStatus, Registry } from './table.js';

/** The generation to make live. */
export type Promotion = Pick<Generation, 'name' | 'generation'>;

interface StoredGeneration {
  readonly name: string;
  readonly generation: number;
  readonly version: number;
  readonly status: GenerationStatus;
  readonly checkpoint: string;
  readonly is_paused: number;
  readonly promoted_at: number | null;
  /** Undefined in a file of an earlier release that is open for reading only. */
  readonly fold_hash: string | null | undefined;
}

/** In the order of name and number. */
export async function readGenerations(statements: Statements): Promise<Generation[]> {
  const rows = await statements.query<StoredGeneration>(
    'SELECT * FROM read_model_generation ORDER BY generation',
  );
  return rows
    .map((row) => ({
      name: row.name,
      generation: row.generation,
      version: row.version,
      foldHash: row.fold_hash ?? null,
      status: row.status,
      checkpoint: BigInt(row.checkpoint),
      isPaused: row.is_paused === 1,
      promotedAt: row.promoted_at,
    }))
    .sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
}

export async function readRegistry(statements: Statements): Promise<Registry> {
  const [row] = await statements.query<{ epoch: number }>('SELECT epoch FROM read_model_registry');
  // The epoch is read first, so that a change between the two reads shows in a later comparison.
  return { epoch: row?.epoch ?? 0, generations: await readGenerations(statements) };
}

/** Locks the registry: commits, joining replays and promotions exclude each other. */
export async function lockRegistry(
  statements: Statements,
): Promise<{ readonly epoch: number; readonly term: number }> {
  const [row] = await statements.query<{ epoch: number; term: number }>(
    `SELECT epoch, term FROM read_model_registry ${statements.dialect.forUpdate}`,
  );
  return row ?? { epoch: 0, term: 0 };
}

export async function moveEpoch(statements: Statements): Promise<void> {
  await statements.execute('UPDATE read_model_registry SET epoch = epoch + 1');
}

export async function insertGeneration(
  statements: Statements,
  { name, generation, version, foldHash, status, checkpoint, isPaused, promotedAt }: Generation,
): Promise<void> {
  await statements.execute(
    `INSERT INTO read_model_generation
     (name, generation, version, status, checkpoint, is_paused, promoted_at, fold_hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [name, generation, version, status, String(checkpoint), isPaused ? 1 : 0, promotedAt, foldHash],
  );
}

export async function recordFold(
  statements: Statements,
  { name, generation }: Promotion,
  foldHash: string,
): Promise<void> {
  await statements.execute(
    `UPDATE read_model_generation SET fold_hash = $3
     WHERE name = $1 AND generation = $2 AND fold_hash IS NULL`,
    [name, generation, foldHash],
  );
}

export async function setCheckpoint(
  statements: Statements,
  { name, generation }: Promotion,
  checkpoint: bigint,
): Promise<void> {
  await statements.execute(
    'UPDATE read_model_generation SET checkpoint = $3 WHERE name = $1 AND generation = $2',
    [name, generation, String(checkpoint)],
  );
}

export async function setPaused(
  statements: Statements,
  name: string,
  isPaused: boolean,
): Promise<void> {
  await statements.execute('UPDATE read_model_generation SET is_paused = $2 WHERE name = $1', [
    name,
    isPaused ? 1 : 0,
  ]);
}

export async function makeStandby(
  statements: Statements,
  { name, generation }: Promotion,
): Promise<void> {
  await statements.execute(
    `UPDATE read_model_generation SET status = 'STANDBY'
     WHERE name = $1 AND generation = $2 AND status = 'BUILDING'`,
    [name, generation],
  );
}

/** @throws RangeError for a generation that is not STANDBY; the caller must roll back */
export async function promoteGeneration(
  statements: Statements,
  { name, generation }: Promotion,
  at: number,
): Promise<void> {
  await statements.execute(
    "UPDATE read_model_generation SET status = 'STANDBY' WHERE name = $1 AND status = 'LIVE'",
    [name],
  );
  const changed = await statements.execute(
    `UPDATE read_model_generation SET status = 'LIVE', promoted_at = $3
     WHERE name = $1 AND generation = $2 AND status = 'STANDBY'`,
    [name, generation, at],
  );
  if (changed !== 1) throw new RangeError(`${name}: generation ${generation} is not STANDBY`);
}

/** The projector's position: the largest checkpoint of the generations that it keeps up to date. */
export function projectedTo(generations: readonly Generation[]): bigint {
  return generations
    .filter(({ status }) => status !== 'BUILDING')
    .reduce((furthest, { checkpoint }) => (checkpoint > furthest ? checkpoint : furthest), -1n);
}
