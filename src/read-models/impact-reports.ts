// The impact reports of replays, stored so that they can be read page by page. What a report
// consists of is decided in src/replay/report.
import type { Database, ReadOnlyDatabase } from './database.js';

/** A report without its carts. */
export interface StoredReport {
  readonly id: string;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
  readonly carts: number;
  /** JSON */
  readonly head: string;
}

export interface ReportPage<Row> {
  readonly rows: readonly Row[];
  readonly totalCount: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** A cart of a report at its place: 0 for the most affected one. */
export interface ReportedCartRow {
  readonly place: number;
  /** JSON */
  readonly content: string;
}

interface StoredHead {
  readonly id: string;
  readonly created_at: number;
  readonly carts: number;
  readonly head: string;
}

/** The oldest reports beyond this number are dropped. */
const MOST_REPORTS = 50;
/** Carts of one transaction: the projector waits for it. */
const BATCH = 500;

/** Reads on a connection that its owner closes. */
export class ImpactReportReader {
  constructor(private readonly source: Pick<ReadOnlyDatabase, 'query'>) {}

  /** The newest first. */
  async list(first: number): Promise<readonly StoredReport[]> {
    const rows = await this.source.query<StoredHead>(
      'SELECT id, created_at, carts, head FROM impact_report ORDER BY created_at DESC, id LIMIT $1',
      [first],
    );
    return rows.map(storedReport);
  }

  async get(id: string): Promise<StoredReport | null> {
    const [row] = await this.source.query<StoredHead>(
      'SELECT id, created_at, carts, head FROM impact_report WHERE id = $1',
      [id],
    );
    return row === undefined ? null : storedReport(row);
  }

  /** The carts from a place on, the most affected first. */
  async carts(
    { id, carts: totalCount }: Pick<StoredReport, 'id' | 'carts'>,
    first: number,
    from: number,
  ): Promise<ReportPage<ReportedCartRow>> {
    const rows = await this.source.query<ReportedCartRow>(
      `SELECT place, content FROM impact_report_cart
       WHERE report_id = $1 AND place >= $2 ORDER BY place LIMIT $3`,
      [id, from, first],
    );
    const end = from + rows.length;
    return { rows, totalCount, hasNextPage: end < totalCount, hasPreviousPage: from > 0 };
  }
}

export class ImpactReports {
  constructor(private readonly database: Database) {}

  /** Stores the carts first: a report is visible only when it is complete. */
  async save(report: StoredReport, carts: readonly string[]): Promise<void> {
    const { id } = report;
    await this.remove(id);
    for (let from = 0; from < carts.length; from += BATCH) {
      await this.saveCarts(id, carts.slice(from, from + BATCH), from);
    }
    await this.database.execute(
      'INSERT INTO impact_report (id, created_at, carts, head) VALUES ($1, $2, $3, $4)',
      [id, report.createdAt, report.carts, report.head],
    );
    await this.dropOldest();
  }

  private saveCarts(id: string, carts: readonly string[], from: number): Promise<void> {
    return this.database.transaction(async (statements) => {
      for (const [index, content] of carts.entries()) {
        await statements.execute(
          'INSERT INTO impact_report_cart (report_id, place, content) VALUES ($1, $2, $3)',
          [id, from + index, content],
        );
      }
    });
  }

  /** Also the carts of a report that was not stored to its end. */
  private async dropOldest(): Promise<void> {
    await this.database.execute(
      `DELETE FROM impact_report WHERE id NOT IN
         (SELECT id FROM impact_report ORDER BY created_at DESC, id LIMIT $1)`,
      [MOST_REPORTS],
    );
    await this.database.execute(
      'DELETE FROM impact_report_cart WHERE report_id NOT IN (SELECT id FROM impact_report)',
    );
  }

  private async remove(id: string): Promise<void> {
    await this.database.execute('DELETE FROM impact_report WHERE id = $1', [id]);
    await this.database.execute('DELETE FROM impact_report_cart WHERE report_id = $1', [id]);
  }
}

function storedReport({ id, created_at: createdAt, carts, head }: StoredHead): StoredReport {
  return { id, createdAt, carts, head };
}
