// The claims in one table: which claimant is at which row, and until when. A row has the columns
// claimed_by and claimed_until.
import type { Claimant, ClaimedTable, Claiming } from './claimant.js';
import type { Statements } from './database.js';

export interface TableClaimsOptions {
  readonly table: string;
  /** Its primary key. */
  readonly key: string;
  /** How long a claim lasts while its claimant runs. */
  readonly claimMs: number;
}

export class TableClaims implements ClaimedTable {
  /** By key: the name under which this instance claims it. */
  private readonly underWay = new Map<string, string>();

  constructor(
    private readonly claimant: Claimant,
    private readonly options: TableClaimsOptions,
  ) {
    claimant.attend(this);
  }

  /**
   * @param take returns the number of rows that it claimed
   * @throws ReadModelsUnavailableError while this instance may claim nothing
   */
  async take(key: string, take: (claiming: Claiming) => Promise<number>): Promise<boolean> {
    const claiming = this.claimant.claiming();
    const isOurs = (await take(claiming)) > 0;
    if (isOurs) this.underWay.set(key, claiming.name);
    return isOurs;
  }

  /** The name under which this instance is at a row; empty when it is not. */
  nameFor(key: string): string {
    return this.underWay.get(key) ?? '';
  }

  /** This instance is no longer at the row. */
  forget(key: string): void {
    this.underWay.delete(key);
  }

  async claimants(statements: Statements, now: number): Promise<readonly string[]> {
    const rows = await statements.query<{ readonly claimed_by: string }>(
      `SELECT DISTINCT claimed_by FROM ${this.options.table} WHERE claimed_until > $1`,
      [now],
    );
    return rows.map(({ claimed_by: name }) => name);
  }

  async release(statements: Statements, name: string, now: number): Promise<void> {
    await statements.execute(
      `UPDATE ${this.options.table} SET claimed_until = 0
       WHERE claimed_until > $1 AND claimed_by = $2`,
      [now, name],
    );
  }

  async rename({ name, statements }: Claiming, now: number): Promise<void> {
    const { table, key: column, claimMs } = this.options;
    for (const [key, before] of this.underWay) {
      const changed = await statements.execute(
        `UPDATE ${table} SET claimed_by = $1, claimed_until = $2
         WHERE ${column} = $3 AND claimed_by = $4 AND claimed_until > 0`,
        [name, now + claimMs, key, before],
      );
      if (changed > 0 && this.underWay.has(key)) this.underWay.set(key, name);
    }
  }
}
