// The events that projections skipped, stored for operators.
import type { Statements } from './database.js';

/**
 * UNKNOWN_TYPE: this build does not know the type. NOT_UNDERSTOOD: the type is known, but the event
 * is malformed or from newer code. NOT_APPLIED: a projection threw an error. TRUNCATED, DELETED:
 * the store removes events of the stream.
 */
export type SkipKind = 'UNKNOWN_TYPE' | 'NOT_UNDERSTOOD' | 'NOT_APPLIED' | 'TRUNCATED' | 'DELETED';

export interface SkippedEvent {
  /** Name of the read model; `*` for an event that none of them could read. */
  readonly name: string;
  readonly kind: SkipKind;
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly reason: string;
}

/** In the order of positions, which are stored as text. */
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

/** Whether the stream has a skipped event that this build should have folded. */
export async function isDoubtful(statements: Statements, stream: string): Promise<boolean> {
  const noted = "SELECT 1 FROM skipped_event WHERE stream = $1 AND kind <> 'UNKNOWN_TYPE' LIMIT 1";
  return (await statements.query(noted, [stream])).length > 0;
}

/** Whether `isDoubtful` is true for any stream. */
export async function hasDoubtful(statements: Statements): Promise<boolean> {
  const noted = "SELECT 1 FROM skipped_event WHERE kind <> 'UNKNOWN_TYPE' LIMIT 1";
  return (await statements.query(noted)).length > 0;
}

/** The streams of a category that `isDoubtful` is true for. */
export async function doubtfulStreams(
  statements: Statements,
  category: string,
): Promise<ReadonlySet<string>> {
  const found = await statements.query<{ stream: string }>(
    "SELECT stream FROM skipped_event WHERE kind <> 'UNKNOWN_TYPE' AND stream LIKE $1",
    [`${category}-%`],
  );
  return new Set(found.map(({ stream }) => stream));
}
