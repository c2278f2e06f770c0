// The table of mails: that one is to be sent, that it is being handed over, that it was sent. All
// instances share it where they share Postgres. It has no address. Stored format: change only by
// adding columns with a default.
import type { Claimant } from '../read-models/claimant.js';
import type { Database, Statements } from '../read-models/database.js';
import { TableClaims } from '../read-models/table-claims.js';

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
  private readonly claims: TableClaims;

  private constructor(
    private readonly database: Database,
    private readonly claimant: Claimant,
  ) {
    const claimed = { table: 'mail', key: 'message_id', claimMs: CLAIM_MS };
    this.claims = new TableClaims(claimant, claimed);
  }

  static prepare(database: Database): Promise<void> {
    return database.restructure(prepare);
  }

  static async on(database: Database, claimant: Claimant): Promise<MailLog> {
    await MailLog.prepare(database);
    if (claimant.isAlone) await database.execute('UPDATE mail SET claimed_until = 0');
    return new MailLog(database, claimant);
  }

  /** @throws ReadModelsUnavailableError, also while this instance may claim nothing */
  async claim(messageId: string, keyId: string, now: number): Promise<MailTurn> {
    const isOurs = await this.claims.take(messageId, ({ name, statements }) =>
      statements.execute(
        `INSERT INTO mail (message_id, key_id, stage, claimed_by, claimed_until)
         VALUES ($1, $2, 'CLAIMED', $3, $4) ON CONFLICT (message_id) DO UPDATE
         SET claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until
         WHERE mail.stage = 'CLAIMED'
           AND (mail.claimed_until < $5 OR mail.claimed_by = excluded.claimed_by)`,
        [messageId, keyId, name, now + CLAIM_MS, now],
      ),
    );
    return isOurs ? 'ours' : this.turnOfOther(messageId, now);
  }

  private async turnOfOther(messageId: string, now: number): Promise<MailTurn> {
    const { name, statements } = this.claimant.claiming();
    const sql = 'SELECT * FROM mail WHERE message_id = $1';
    const [row] = await statements.query<MailRow>(sql, [messageId]);
    if (row === undefined) return 'with another instance';
    if (row.stage === 'SENT') return 'sent';
    const isRunning = row.claimed_by !== name && row.claimed_until >= now;
    return isRunning ? 'with another instance' : 'unknown';
  }

  /**
   * Before the content is handed over; false when the mail is another instance's by now.
   *
   * @throws ReadModelsUnavailableError, also while this instance may claim nothing
   */
  async handOver(messageId: string): Promise<boolean> {
    const { name, statements } = this.claimant.claiming();
    const changed = await statements.execute(
      `UPDATE mail SET stage = 'HANDED'
       WHERE message_id = $1 AND stage = 'CLAIMED' AND claimed_by = $2`,
      [messageId, name],
    );
    return changed > 0;
  }

  /** It is known that it was not sent, so any instance may send it. */
  async free(messageId: string): Promise<void> {
    await this.database.execute(
      `UPDATE mail SET stage = 'CLAIMED', claimed_until = 0
       WHERE message_id = $1 AND claimed_by = $2 AND stage <> 'SENT'`,
      [messageId, this.claims.nameFor(messageId)],
    );
    this.claims.forget(messageId);
  }

  /** Also when its claim is another instance's by now: it counts what is known. */
  async sent(messageId: string): Promise<void> {
    await this.database.execute(
      `UPDATE mail SET stage = 'SENT', claimed_until = 0 WHERE message_id = $1`,
      [messageId],
    );
    this.claims.forget(messageId);
  }

  /** This instance will not learn whether it was sent. */
  doubt(messageId: string): void {
    this.claims.forget(messageId);
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
  await statements.execute('CREATE INDEX IF NOT EXISTS mail_claimed ON mail (claimed_until)');
}
