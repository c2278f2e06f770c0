// The secrets that webhooks are signed with, encrypted with a key that is made of the service's
// secret. They are outside of the log. Stored format: change only by adding columns with a default.
import { hkdfSync } from 'node:crypto';
import {
  CannotDecryptError,
  decrypted,
  encrypted,
  KEY_BYTES,
  type RandomBytes,
} from '../personal-data/encryption.js';
import type { Database, Statements } from '../read-models/database.js';
import { addColumn } from '../read-models/migrations.js';

/** As Standard Webhooks asks: from 24 to 64 bytes. */
const SECRET_BYTES = 32;
/** For as long, messages are signed with the secrets before too. */
const EARLIER_KEPT_MS = 86_400_000;
/** A header has room for so many signatures, whatever the receiver's server is. */
const MAX_EARLIER = 20;

interface SecretRow {
  readonly sealed: string;
  readonly earlier: string;
  readonly earlier_until: number;
}

export class WebhookSecrets {
  private readonly key: Buffer;

  private constructor(
    private readonly database: Database,
    secret: Buffer,
    private readonly randomBytes: RandomBytes,
  ) {
    this.key = Buffer.from(hkdfSync('sha256', secret, '', 'webhook-secrets', KEY_BYTES));
  }

  static async on(
    database: Database,
    secret: Buffer,
    randomBytes: RandomBytes,
  ): Promise<WebhookSecrets> {
    await database.restructure(prepare);
    return new WebhookSecrets(database, secret, randomBytes);
  }

  /** Makes the webhook's secret; the one that it has, if it was made before. */
  async make(webhookId: string): Promise<Buffer> {
    const made = this.randomBytes(SECRET_BYTES);
    const sealed = encrypted(made, this.key, purposeOf(webhookId), this.randomBytes);
    await this.database.execute(
      `INSERT INTO webhook_secret (webhook_id, sealed) VALUES ($1, $2)
       ON CONFLICT (webhook_id) DO NOTHING`,
      [webhookId, sealed],
    );
    const [found] = await this.find(webhookId, 0);
    return found ?? made;
  }

  /**
   * Makes another secret, unless that was done for this rotation; resolves with the one of now.
   * @param rotation revision of the event that tells of it
   */
  async rotate(webhookId: string, rotation: number, now: number): Promise<Buffer> {
    const made = this.randomBytes(SECRET_BYTES);
    const sealed = encrypted(made, this.key, purposeOf(webhookId), this.randomBytes);
    await this.database.transaction(async (statements) => {
      await keepEarlier(statements, webhookId, rotation, now);
      await statements.execute(
        `INSERT INTO webhook_secret (webhook_id, sealed, rotation) VALUES ($1, $2, $3)
         ON CONFLICT (webhook_id) DO UPDATE SET earlier = webhook_secret.sealed, earlier_until = $4,
           sealed = excluded.sealed, rotation = excluded.rotation
         WHERE webhook_secret.rotation < excluded.rotation`,
        [webhookId, sealed, rotation, now + EARLIER_KEPT_MS],
      );
    });
    const [found] = await this.find(webhookId, now);
    return found ?? made;
  }

  /**
   * The secrets that count now, the newest first. Empty when there is none here: forgotten, another
   * instance's, or of another service's secret.
   */
  async find(webhookId: string, now: number): Promise<readonly Buffer[]> {
    const sql = 'SELECT sealed, earlier, earlier_until FROM webhook_secret WHERE webhook_id = $1';
    const [row] = await this.database.query<SecretRow>(sql, [webhookId]);
    if (row === undefined) return [];
    const isEarlierKept = row.earlier !== '' && row.earlier_until > now;
    if (!isEarlierKept) return this.opened(row.sealed, webhookId);
    const older = await this.database.query<{ readonly sealed: string }>(
      `SELECT sealed FROM webhook_earlier_secret WHERE webhook_id = $1 AND kept_until > $2
       ORDER BY kept_until DESC, sealed LIMIT ${MAX_EARLIER}`,
      [webhookId, now],
    );
    const sealed = new Set([row.sealed, row.earlier, ...older.map((one) => one.sealed)]);
    return [...sealed].flatMap((text) => this.opened(text, webhookId));
  }

  private opened(sealed: string, webhookId: string): readonly Buffer[] {
    try {
      return [decrypted(sealed, this.key, purposeOf(webhookId))];
    } catch (error) {
      if (error instanceof CannotDecryptError) return [];
      throw error;
    }
  }

  async forget(webhookId: string): Promise<void> {
    await this.database.transaction(async (statements) => {
      for (const table of ['webhook_secret', 'webhook_earlier_secret']) {
        await statements.execute(`DELETE FROM ${table} WHERE webhook_id = $1`, [webhookId]);
      }
    });
  }
}

/** Before a rotation: the row of a webhook has room for one earlier secret, this table for all. */
async function keepEarlier(
  statements: Statements,
  webhookId: string,
  rotation: number,
  now: number,
): Promise<void> {
  // It locks the row: of two rotations at once, the second one keeps what the first one made.
  const locked = 'UPDATE webhook_secret SET rotation = rotation WHERE webhook_id = $1';
  await statements.execute(locked, [webhookId]);
  await statements.execute('DELETE FROM webhook_earlier_secret WHERE kept_until <= $1', [now]);
  await statements.execute(
    `INSERT INTO webhook_earlier_secret (webhook_id, sealed, kept_until)
     SELECT webhook_id, earlier, earlier_until FROM webhook_secret
     WHERE webhook_id = $1 AND rotation < $2 AND earlier_until > $3
     ON CONFLICT (webhook_id, sealed) DO NOTHING`,
    [webhookId, rotation, now],
  );
}

function purposeOf(webhookId: string): string {
  return `secret of webhook ${webhookId}`;
}

async function prepare(statements: Statements): Promise<void> {
  const { types, tableOptions } = statements.dialect;
  await statements.execute(
    `CREATE TABLE IF NOT EXISTS webhook_secret (webhook_id ${types.text} PRIMARY KEY,
     sealed ${types.text} NOT NULL) ${tableOptions}`,
  );
  await addColumn(statements, 'webhook_secret', 'rotation', `${types.integer} NOT NULL DEFAULT -1`);
  await addColumn(statements, 'webhook_secret', 'earlier', `${types.text} NOT NULL DEFAULT ''`);
  await addColumn(
    statements,
    'webhook_secret',
    'earlier_until',
    `${types.integer} NOT NULL DEFAULT 0`,
  );
  await statements.execute(
    `CREATE TABLE IF NOT EXISTS webhook_earlier_secret (webhook_id ${types.text} NOT NULL,
     sealed ${types.text} NOT NULL, kept_until ${types.integer} NOT NULL,
     PRIMARY KEY (webhook_id, sealed)) ${tableOptions}`,
  );
}
