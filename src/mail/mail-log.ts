// The table of mails: that one is to be sent, that it is being handed over, that it was sent. All
// instances share it where they share Postgres. It has no address. Stored format: change only by
// adding columns with a default.
import type { Database, Statements } from '../read-models/database.js';

/**
 * CLAIMED: one instance is about to send it. HANDED: it is being handed over; without a later state
 * nobody knows whether it was taken.
 */
type MailStage = 'CLAIMED' | 'HANDED' | 'SENT';

/** What an instance may do with a mail. */
export type MailTurn = 'ours' | 'with another instance' | 'sent' | 'unknown';

interface MailRow {
  readonly stage: MailStage;
  readonly claimed_by: string;
  readonly claimed_until: number;
}

/** For longer than one mail takes, however slow the server is. */
const CLAIM_MS = 120_000;

export class MailLog {
  private constructor(
    private readonly database: Database,
    private readonly owner: string,
  ) {}

  /**
   * @param owner this run of this instance
   * @param isAlone no other instance uses the table, so earlier claims are of ended runs
   */
  static async on(database: Database, owner: string, isAlone: boolean): Promise<MailLog> {
    await database.restructure(prepare);
    if (isAlone) await database.execute('UPDATE mail SET claimed_until = 0');
    return new MailLog(database, owner);
  }

  async claim(messageId: string, keyId: string, now: number): Promise<MailTurn> {
    const changed = await this.database.execute(
      `INSERT INTO mail (message_id, key_id, stage, claimed_by, claimed_until)
       VALUES ($1, $2, 'CLAIMED', $3, $4) ON CONFLICT (message_id) DO UPDATE
       SET claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until
       WHERE mail.stage = 'CLAIMED'
         AND (mail.claimed_until < $5 OR mail.claimed_by = excluded.claimed_by)`,
      [messageId, keyId, this.owner, now + CLAIM_MS, now],
    );
    if (changed > 0) return 'ours';
    const [row] = await this.database.query<MailRow>('SELECT * FROM mail WHERE message_id = $1', [
      messageId,
    ]);
    if (row === undefined) return 'with another instance';
    if (row.stage === 'SENT') return 'sent';
    const isRunning = row.claimed_by !== this.owner && row.claimed_until >= now;
    return isRunning ? 'with another instance' : 'unknown';
  }

  async note(messageId: string, stage: MailStage): Promise<void> {
    await this.database.execute('UPDATE mail SET stage = $1 WHERE message_id = $2', [
      stage,
      messageId,
    ]);
  }

  async idsOf(keyId: string): Promise<readonly string[]> {
    const sql = 'SELECT message_id FROM mail WHERE key_id = $1';
    const rows = await this.database.query<{ readonly message_id: string }>(sql, [keyId]);
    return rows.map(({ message_id: id }) => id);
  }

  close(): Promise<void> {
    return this.database.close();
  }
}

async function prepare(statements: Statements): Promise<void> {
  const { types, tableOptions } = statements.dialect;
  await statements.execute(
    `CREATE TABLE IF NOT EXISTS mail (
       message_id ${types.text} PRIMARY KEY, key_id ${types.text} NOT NULL,
       stage ${types.text} NOT NULL, claimed_by ${types.text} NOT NULL,
       claimed_until ${types.integer} NOT NULL) ${tableOptions}`,
  );
  await statements.execute('CREATE INDEX IF NOT EXISTS mail_by_key ON mail (key_id)');
}
