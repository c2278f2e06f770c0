// The events that projections passed over, on record so that somebody can look into them.
import type { Statements } from './database.js';

/**
 * UNKNOWN_TYPE: nothing that this build folds. NOT_UNDERSTOOD: of a known type, but of newer code
 * or malformed. NOT_APPLIED: a projection threw at it. TRUNCATED, DELETED: the store takes events
 * of the stream away.
 */
export type SkipKind = 'UNKNOWN_TYPE' | 'NOT_UNDERSTOOD' | 'NOT_APPLIED' | 'TRUNCATED' | 'DELETED';

export interface SkippedEvent {
  /** Of the read model; `*` for an event that none of them could read. */
  readonly name: string;
  readonly kind: SkipKind;
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly reason: string;
}

/** In the order of their positions, which are stored as text. */
export async function readSkipped(statements: Statements): Promise<readonly SkippedEvent[]> {
  const rows = await statements.query<Omit<SkippedEvent, 'position'> & { position: string }>(
    `SELECT name, kind, position, stream, revision, type, reason FROM skipped_event
     ORDER BY CAST(position AS NUMERIC)`,
  );
  return rows.map((row) => ({ ...row, position: BigInt(row.position) }));
}

export async function recordSkipped(
  statements: Statements,
  { name, position, stream, revision, type, reason, kind }: SkippedEvent,
): Promise<void> {
  await statements.execute(
    `INSERT INTO skipped_event (name, position, stream, revision, type, reason, kind)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    [name, String(position), stream, revision, type, reason, kind],
  );
}

/** Whether an event of the stream was passed over that this build should have folded. */
export async function isDoubtful(statements: Statements, stream: string): Promise<boolean> {
  const noted = "SELECT 1 FROM skipped_event WHERE stream = $1 AND kind <> 'UNKNOWN_TYPE' LIMIT 1";
  return (await statements.query(noted, [stream])).length > 0;
}
