// The replays that operators asked for, with their progress and outcome. Every instance and the
// command line write and read them, so a replay is seen wherever it runs.
import type { Database, ReadOnlyDatabase, Statements } from './database.js';
import { ImpactReportReader, ImpactReports } from './impact-reports.js';
import { isSilent, type ReplayHolder } from './replay-holder.js';

export type ReplayKind = 'REBUILD' | 'PROMOTION' | 'ROLLBACK';

/** REFUSED: rows differ for no known reason, or are behind. STOPPED: on request. */
export type EndedReplay = 'DONE' | 'REFUSED' | 'FAILED' | 'STOPPED';

export interface ReplayRecord {
  readonly id: string;
  readonly kind: ReplayKind;
  readonly state: 'RUNNING' | EndedReplay;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly startedBy: string;
  readonly reason: string | null;
  /** JSON: what was asked for, the progress and the outcome. */
  readonly content: string;
}

/** INTERRUPTED: its process ended, or another replay took over. */
export interface ShownReplay extends Omit<ReplayRecord, 'state'> {
  readonly state: ReplayRecord['state'] | 'INTERRUPTED';
}

/** The oldest records beyond this number are dropped. */
const MOST_RECORDS = 200;

interface StoredReplay {
  readonly id: string;
  readonly kind: ReplayKind;
  readonly state: ShownReplay['state'];
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly started_by: string;
  readonly reason: string | null;
  readonly content: string;
  /** Of its holder; null when it holds the replay no more. */
  readonly beat_at: number | null;
}

const columns = `record.id, record.kind, record.state, record.started_at, record.ended_at,
  record.started_by, record.reason, record.content, holder.beat_at`;
const withHolder = `FROM replay_record record LEFT JOIN replay_holder holder
  ON holder.pid = record.pid AND holder.host = record.host
  AND holder.started_at = record.held_since`;

/** Reads on a connection that its owner closes. */
export class ReplayRecordReader {
  readonly reports: ImpactReportReader;

  constructor(private readonly source: Pick<ReadOnlyDatabase, 'query'>) {
    this.reports = new ImpactReportReader(source);
  }

  /** The newest first. @param now in milliseconds since 1970 */
  async list(first: number, now: number): Promise<readonly ShownReplay[]> {
    const rows = await this.source.query<StoredReplay>(
      `SELECT ${columns} ${withHolder} ORDER BY record.started_at DESC, record.id LIMIT $1`,
      [first],
    );
    return rows.map((row) => shown(row, now));
  }

  async get(id: string, now: number): Promise<ShownReplay | null> {
    const [row] = await this.source.query<StoredReplay>(
      `SELECT ${columns} ${withHolder} WHERE record.id = $1`,
      [id],
    );
    return row === undefined ? null : shown(row, now);
  }
}

export class ReplayRecords {
  readonly reports: ImpactReports;

  constructor(private readonly database: Database) {
    this.reports = new ImpactReports(database);
  }

  /** @param holder the replay's lock */
  add(record: ReplayRecord, holder: ReplayHolder): Promise<void> {
    return this.database.transaction(async (statements) => {
      // A replay that holds the lock is the only one that runs.
      await closeInterrupted(statements, record.startedAt);
      await insert(statements, record, holder);
    });
  }

  /** Does nothing to a record that has ended. */
  async change({
    id,
    state,
    endedAt,
    content,
  }: Pick<ReplayRecord, 'id' | 'state' | 'endedAt' | 'content'>): Promise<void> {
    await this.database.execute(
      `UPDATE replay_record SET state = $2, ended_at = $3, content = $4
       WHERE id = $1 AND state = 'RUNNING'`,
      [id, state, endedAt, content],
    );
  }
}

/** Adds what needs no lock, unless its id is on record: then false. */
export async function addEnded(statements: Statements, record: ReplayRecord): Promise<boolean> {
  const known = await statements.query('SELECT id FROM replay_record WHERE id = $1', [record.id]);
  if (known.length > 0) return false;
  await insert(statements, record, null);
  return true;
}

async function insert(
  statements: Statements,
  record: ReplayRecord,
  holder: ReplayHolder | null,
): Promise<void> {
  await statements.execute(
    `INSERT INTO replay_record (id, kind, state, started_at, ended_at, started_by, reason,
       content, pid, host, held_since)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      ...[record.id, record.kind, record.state, record.startedAt, record.endedAt],
      ...[record.startedBy, record.reason, record.content],
      ...[holder?.pid ?? null, holder?.host ?? null, holder?.startedAt ?? null],
    ],
  );
  await dropOldest(statements);
}

async function closeInterrupted(statements: Statements, at: number): Promise<void> {
  await statements.execute(
    "UPDATE replay_record SET state = 'INTERRUPTED', ended_at = $1 WHERE state = 'RUNNING'",
    [at],
  );
}

async function dropOldest(statements: Statements): Promise<void> {
  await statements.execute(
    `DELETE FROM replay_record WHERE id NOT IN
       (SELECT id FROM replay_record ORDER BY started_at DESC LIMIT $1)`,
    [MOST_RECORDS],
  );
}

function shown(stored: StoredReplay, now: number): ShownReplay {
  const { id, kind, state, reason, content, beat_at: beatAt } = stored;
  const isDead = state === 'RUNNING' && (beatAt === null || isSilent(beatAt, now));
  return {
    ...{ id, kind, reason, content, state: isDead ? 'INTERRUPTED' : state },
    startedAt: stored.started_at,
    endedAt: stored.ended_at,
    startedBy: stored.started_by,
  };
}
