// The table of people's keys: in a file of the data folder, or in the Postgres of the read models,
// which all instances share. Destroying a key makes unreadable what was encrypted with it, also in
// the log. Stored format: change only by adding columns with a default.
import type { Database, Statements } from '../read-models/database.js';

/** Who is meant: a customer, or the people who gave an e-mail address. */
export type Wanted =
  | { readonly customerId: string }
  /** A keyed hash of the address. */
  | { readonly addressHash: string };

/** A key that can be used. */
export interface PersonKey {
  readonly keyId: string;
  /** Null for a guest. */
  readonly customerId: string | null;
  readonly addressHash: string;
  /** The key, encrypted with a key that is made of the service's secret. */
  readonly wrapped: string;
  /** In milliseconds since 1970. */
  readonly madeAt: number;
}

interface KeyRow {
  readonly key_id: string;
  readonly customer_id: string | null;
  readonly address_hash: string | null;
  readonly wrapped: string | null;
  readonly made_at: number | null;
}

/** A missing key may be with another instance, which cannot reach the database. */
export type FoundKey = PersonKey | 'destroyed' | 'missing';

export class PersonKeys {
  private constructor(private readonly database: Database) {}

  /** @throws ReadModelsUnavailableError */
  static async on(database: Database): Promise<PersonKeys> {
    await database.restructure(prepare);
    return new PersonKeys(database);
  }

  /** Repeating it changes nothing; a destroyed key stays destroyed. */
  async add(key: PersonKey): Promise<void> {
    await this.database.execute(
      `INSERT INTO person_key (key_id, customer_id, address_hash, wrapped, made_at)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT (key_id) DO NOTHING`,
      [key.keyId, key.customerId, key.addressHash, key.wrapped, key.madeAt],
    );
  }

  async find(keyId: string): Promise<FoundKey> {
    const sql = 'SELECT * FROM person_key WHERE key_id = $1';
    const [row] = await this.database.query<KeyRow>(sql, [keyId]);
    return row === undefined ? 'missing' : (keyOf(row) ?? 'destroyed');
  }

  /** The oldest key of this customer, or of the guest with this address. */
  async keyOf({
    customerId,
    addressHash,
  }: Pick<PersonKey, 'customerId' | 'addressHash'>): Promise<PersonKey | undefined> {
    const found =
      customerId === null
        ? await this.query('address_hash = $1 AND customer_id IS NULL', addressHash)
        : // A key is found by each address that was encrypted with it.
          await this.query('customer_id = $1 AND address_hash = $2', customerId, addressHash);
    return found[0];
  }

  keysOf(wanted: Wanted): Promise<readonly PersonKey[]> {
    return 'customerId' in wanted
      ? this.query('customer_id = $1', wanted.customerId)
      : this.query('address_hash = $1', wanted.addressHash);
  }

  all(): Promise<readonly PersonKey[]> {
    return this.query('1 = 1');
  }

  /** Leaves the key's id alone, which tells that there was a key. Repeating it changes nothing. */
  async destroy(keyId: string): Promise<void> {
    await this.database.execute(
      `INSERT INTO person_key (key_id) VALUES ($1) ON CONFLICT (key_id) DO UPDATE
       SET customer_id = NULL, address_hash = NULL, wrapped = NULL, made_at = NULL`,
      [keyId],
    );
  }

  /** Leaves nothing of the key: it is kept elsewhere. */
  async forget(keyId: string): Promise<void> {
    await this.database.execute('DELETE FROM person_key WHERE key_id = $1', [keyId]);
  }

  /** @param owner a keyed hash of who is erased; @param at in milliseconds since 1970 */
  async noteErasure(owner: string, at: number): Promise<void> {
    await this.database.execute(
      `INSERT INTO person_erasure (owner, erased_at) VALUES ($1, $2)
       ON CONFLICT (owner) DO UPDATE SET erased_at = excluded.erased_at
       WHERE person_erasure.erased_at < excluded.erased_at`,
      [owner, at],
    );
  }

  /** When one of them was erased last, in milliseconds since 1970; undefined for never. */
  async erasedAt(owners: readonly string[]): Promise<number | undefined> {
    const places = owners.map((_, index) => `$${index + 1}`).join(', ');
    const [row] = await this.database.query<{ readonly at: number | null }>(
      `SELECT max(erased_at) AS at FROM person_erasure WHERE owner IN (${places})`,
      owners,
    );
    return row?.at ?? undefined;
  }

  close(): Promise<void> {
    return this.database.close();
  }

  private async query(condition: string, ...params: string[]): Promise<readonly PersonKey[]> {
    const rows = await this.database.query<KeyRow>(
      `SELECT * FROM person_key WHERE ${condition} AND wrapped IS NOT NULL
       ORDER BY made_at, key_id`,
      params,
    );
    return rows.flatMap((row) => keyOf(row) ?? []);
  }
}

function keyOf(row: KeyRow): PersonKey | undefined {
  const { key_id: keyId, customer_id: customerId, address_hash: addressHash, wrapped } = row;
  if (addressHash === null || wrapped === null) return undefined;
  return { keyId, customerId, addressHash, wrapped, madeAt: row.made_at ?? 0 };
}

async function prepare(statements: Statements): Promise<void> {
  const { dialect } = statements;
  const { text, integer } = dialect.types;
  await statements.execute(
    `CREATE TABLE IF NOT EXISTS person_key (
       key_id ${text} PRIMARY KEY, customer_id ${text}, address_hash ${text}, wrapped ${text},
       made_at ${integer}) ${dialect.tableOptions}`,
  );
  await statements.execute(
    `CREATE TABLE IF NOT EXISTS person_erasure (
       owner ${text} PRIMARY KEY, erased_at ${integer} NOT NULL) ${dialect.tableOptions}`,
  );
  for (const column of ['customer_id', 'address_hash']) {
    await statements.execute(
      `CREATE INDEX IF NOT EXISTS person_key_by_${column} ON person_key (${column})`,
    );
  }
}
