// The table of payment tokens, in a file of the data folder or in the Postgres that all instances
// share. Stored format: change only by adding columns with a default.
import type { Database, Statements } from '../read-models/database.js';

export interface SealedToken {
  readonly intentId: string;
  /** The token, encrypted. */
  readonly sealed: string;
  /** In milliseconds since 1970. */
  readonly keptAt: number;
}

interface TokenRow {
  readonly intent_id: string;
  readonly sealed: string;
  readonly kept_at: number;
}

/** Every method throws the errors of its database. */
export class TokenTable {
  private constructor(private readonly database: Database) {}

  static async on(database: Database): Promise<TokenTable> {
    await database.restructure(prepare);
    return new TokenTable(database);
  }

  /** Repeating it changes nothing. */
  async add({ intentId, sealed, keptAt }: SealedToken): Promise<void> {
    await this.database.execute(
      `INSERT INTO payment_token (intent_id, sealed, kept_at) VALUES ($1, $2, $3)
       ON CONFLICT (intent_id) DO NOTHING`,
      [intentId, sealed, keptAt],
    );
  }

  async find(intentId: string): Promise<SealedToken | undefined> {
    const sql = 'SELECT * FROM payment_token WHERE intent_id = $1';
    const [row] = await this.database.query<TokenRow>(sql, [intentId]);
    return row && tokenOf(row);
  }

  async all(): Promise<readonly SealedToken[]> {
    const rows = await this.database.query<TokenRow>('SELECT * FROM payment_token');
    return rows.map(tokenOf);
  }

  /** False when there was none. */
  async remove(intentId: string): Promise<boolean> {
    const sql = 'DELETE FROM payment_token WHERE intent_id = $1';
    return (await this.database.execute(sql, [intentId])) > 0;
  }

  /** @param before in milliseconds since 1970 */
  async removeOlder(before: number): Promise<void> {
    await this.database.execute('DELETE FROM payment_token WHERE kept_at < $1', [before]);
  }

  close(): Promise<void> {
    return this.database.close();
  }
}

function tokenOf({ intent_id: intentId, sealed, kept_at: keptAt }: TokenRow): SealedToken {
  return { intentId, sealed, keptAt };
}

async function prepare(statements: Statements): Promise<void> {
  const { types, tableOptions } = statements.dialect;
  await statements.execute(
    `CREATE TABLE IF NOT EXISTS payment_token (intent_id ${types.text} PRIMARY KEY,
     sealed ${types.text} NOT NULL, kept_at ${types.integer} NOT NULL) ${tableOptions}`,
  );
}
