// The tables of webhook deliveries: what is to be delivered, who is at it, and each attempt. They
// have no secret, and nothing of an event's content. Instances share them where they share
// Postgres. Stored format: change only by adding columns with a default.
import type { Claimant } from '../read-models/claimant.js';
import type { Database, Statements } from '../read-models/database.js';
import { TableClaims } from '../read-models/table-claims.js';
import type {
  WebhookDelivery,
  DeliveryAttempt,
  DeliveryPlace,
  DeliveryStatus,
} from './delivery.js';
import { noteQuiet, prepareQuiet, quietUntil } from './quiet.js';

interface DeliveryRow {
  readonly delivery_id: string;
  readonly webhook_id: string;
  readonly event_id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly created_at: number;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly due_at: number;
}

interface AttemptRow {
  readonly at: number;
  readonly duration_ms: number;
  readonly http_status: number | null;
  readonly outcome: string;
}

/** For longer than an attempt takes; a longer wait after a crash helps nobody. */
const CLAIM_MS = 60_000;

export class DeliveryLog {
  private readonly claims: TableClaims;

  private constructor(
    private readonly database: Database,
    claimant: Claimant,
  ) {
    const claimed = { table: 'webhook_delivery', key: 'delivery_id', claimMs: CLAIM_MS };
    this.claims = new TableClaims(claimant, claimed);
  }

  static prepare(database: Database): Promise<void> {
    return database.restructure(prepare);
  }

  static async on(database: Database, claimant: Claimant): Promise<DeliveryLog> {
    await DeliveryLog.prepare(database);
    if (claimant.isAlone) await database.execute('UPDATE webhook_delivery SET claimed_until = 0');
    return new DeliveryLog(database, claimant);
  }

  /**
   * Plans a delivery; one that is known stays as it is.
   *
   * @param delivery with the receiver's address; it is due after the pause that this asked for
   */
  async plan(
    delivery: Pick<
      WebhookDelivery,
      'id' | 'webhookId' | 'eventId' | 'eventType' | 'stream' | 'revision'
    > & { readonly url?: string },
    now: number,
  ): Promise<void> {
    const { id, webhookId, eventId, eventType, stream, revision, url = '' } = delivery;
    const dueAt = Math.max(now, await quietUntil(this.database, webhookId, url));
    await this.database.execute(
      `INSERT INTO webhook_delivery (delivery_id, webhook_id, event_id, type, stream, revision,
         created_at, status, attempts, round, due_at, claimed_by, claimed_until)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'WAITING', 0, 0, $8, '', 0)
       ON CONFLICT (delivery_id) DO NOTHING`,
      [id, webhookId, eventId, eventType, stream, revision, now, dueAt],
    );
  }

  /** The webhooks that have something to deliver now. */
  async dueWebhooks(now: number): Promise<readonly string[]> {
    const rows = await this.database.query<{ readonly webhook_id: string }>(
      `SELECT DISTINCT webhook_id FROM webhook_delivery
       WHERE status = 'WAITING' AND due_at <= $1 AND claimed_until < $2`,
      [now, now],
    );
    return rows.map(({ webhook_id: id }) => id);
  }

  /** The longest due first. */
  async due(webhookId: string, now: number, first: number): Promise<readonly WebhookDelivery[]> {
    const rows = await this.database.query<DeliveryRow>(
      `SELECT * FROM webhook_delivery WHERE webhook_id = $1 AND status = 'WAITING'
         AND due_at <= $2 AND claimed_until < $3
       ORDER BY due_at, created_at, delivery_id LIMIT $4`,
      [webhookId, now, now, first],
    );
    return rows.map(deliveryOf);
  }

  /**
   * Whether this instance may deliver it now; no other one does meanwhile.
   *
   * @throws ReadModelsUnavailableError, also while this instance may claim nothing
   */
  claim(deliveryId: string, now: number): Promise<boolean> {
    return this.claims.take(deliveryId, ({ name, statements }) =>
      statements.execute(
        `UPDATE webhook_delivery SET claimed_by = $1, claimed_until = $2
         WHERE delivery_id = $3 AND status = 'WAITING' AND due_at <= $4 AND claimed_until < $5`,
        [name, now + CLAIM_MS, deliveryId, now, now],
      ),
    );
  }

  /** Ends the claim without an attempt. */
  async free(deliveryId: string): Promise<void> {
    const name = this.claims.nameFor(deliveryId);
    this.claims.forget(deliveryId);
    await this.database.execute(
      'UPDATE webhook_delivery SET claimed_until = 0 WHERE delivery_id = $1 AND claimed_by = $2',
      [deliveryId, name],
    );
  }

  /**
   * Records an attempt, and what follows it. Where another instance has the delivery by now, only
   * its success counts.
   */
  async note(
    delivery: Pick<WebhookDelivery, 'id'>,
    attempt: DeliveryAttempt,
    next: { readonly status: DeliveryStatus; readonly dueAt: number },
  ): Promise<void> {
    const { id } = delivery;
    const { at, durationMs, httpStatus, outcome } = attempt;
    await this.database.transaction(async (statements) => {
      await statements.execute(
        `UPDATE webhook_delivery SET attempts = attempts + 1 WHERE delivery_id = $1 AND NOT EXISTS
           (SELECT 1 FROM webhook_attempt WHERE delivery_id = $2 AND at = $3 AND outcome = $4
              AND duration_ms = $5)`,
        [id, id, at, outcome, durationMs],
      );
      // Repeated after an answer that was lost, it records nothing more.
      await statements.execute(
        `INSERT INTO webhook_attempt (delivery_id, attempt, at, duration_ms, http_status, outcome)
         SELECT delivery_id, attempts, CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT),
           CAST($4 AS TEXT) FROM webhook_delivery WHERE delivery_id = $5
         ON CONFLICT (delivery_id, attempt) DO NOTHING`,
        [at, durationMs, httpStatus, outcome, id],
      );
      await statements.execute(
        `UPDATE webhook_delivery SET status = $1, due_at = $2, round = round + 1, claimed_until = 0
         WHERE delivery_id = $3 AND status = 'WAITING'
           AND ((claimed_by = $4 AND claimed_until > 0) OR $5 = 'DELIVERED')`,
        [next.status, next.dueAt, id, this.claims.nameFor(id), next.status],
      );
    });
    this.claims.forget(id);
  }

  /** How often it was tried since it was planned, or since it was asked for again. */
  async roundOf(deliveryId: string): Promise<number> {
    const sql = 'SELECT round FROM webhook_delivery WHERE delivery_id = $1';
    const [row] = await this.database.query<{ readonly round: number }>(sql, [deliveryId]);
    return row?.round ?? 0;
  }

  /** Delivers it again, also a delivered one, with all its attempts; false if it is absent. */
  async again(deliveryId: string, now: number): Promise<boolean> {
    const changed = await this.database.execute(
      `UPDATE webhook_delivery SET status = 'WAITING', due_at = $1, round = 0
       WHERE delivery_id = $2 AND claimed_until < $3`,
      [now, deliveryId, now],
    );
    return changed > 0 || (await this.find(deliveryId)) !== undefined;
  }

  async find(deliveryId: string): Promise<WebhookDelivery | undefined> {
    const sql = 'SELECT * FROM webhook_delivery WHERE delivery_id = $1';
    const [row] = await this.database.query<DeliveryRow>(sql, [deliveryId]);
    return row && deliveryOf(row);
  }

  /** The newest first, after a place; one more than asked tells whether others follow. */
  async list(
    webhookId: string,
    first: number,
    after: DeliveryPlace | null,
  ): Promise<readonly WebhookDelivery[]> {
    const { at, id } = after ?? { at: Number.MAX_SAFE_INTEGER, id: '' };
    const rows = await this.database.query<DeliveryRow>(
      `SELECT * FROM webhook_delivery
       WHERE webhook_id = $1 AND (created_at < $2 OR (created_at = $3 AND delivery_id > $4))
       ORDER BY created_at DESC, delivery_id LIMIT $5`,
      [webhookId, at, at, id, first],
    );
    return rows.map(deliveryOf);
  }

  async count(webhookId: string): Promise<number> {
    const sql = 'SELECT count(*) AS found FROM webhook_delivery WHERE webhook_id = $1';
    const [row] = await this.database.query<{ readonly found: number | string }>(sql, [webhookId]);
    return Number(row?.found ?? 0);
  }

  /** The first attempt first. */
  async attemptsOf(deliveryId: string): Promise<readonly DeliveryAttempt[]> {
    const rows = await this.database.query<AttemptRow>(
      'SELECT * FROM webhook_attempt WHERE delivery_id = $1 ORDER BY attempt',
      [deliveryId],
    );
    return rows.map(({ at, duration_ms: durationMs, http_status: httpStatus, outcome }) => ({
      ...{ at, durationMs, httpStatus, outcome },
    }));
  }

  /**
   * What waits for the webhook, or is planned for its address, waits at least until then; a pause
   * that is longer stays.
   */
  async postpone(webhookId: string, url: string, until: number): Promise<void> {
    await this.database.transaction(async (statements) => {
      await noteQuiet(statements, webhookId, url, until);
      await statements.execute(
        `UPDATE webhook_delivery SET due_at = $1
         WHERE webhook_id = $2 AND status = 'WAITING' AND due_at < $3`,
        [until, webhookId, until],
      );
    });
  }

  /** Removes what was planned before, and is over: what waits for a paused webhook stays. */
  async forgetBefore(instant: number): Promise<void> {
    await this.database.transaction(async (statements) => {
      await statements.execute(
        `DELETE FROM webhook_attempt WHERE delivery_id IN
           (SELECT delivery_id FROM webhook_delivery WHERE created_at < $1 AND status <> 'WAITING')`,
        [instant],
      );
      await statements.execute(
        `DELETE FROM webhook_delivery WHERE created_at < $1 AND status <> 'WAITING'`,
        [instant],
      );
      await statements.execute('DELETE FROM webhook_quiet WHERE until_at < $1', [instant]);
    });
  }
}

function deliveryOf(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.delivery_id,
    webhookId: row.webhook_id,
    eventId: row.event_id,
    eventType: row.type,
    stream: row.stream,
    revision: row.revision,
    status: row.status,
    attempts: row.attempts,
    plannedAt: row.created_at,
    dueAt: row.due_at,
  };
}

async function prepare(statements: Statements): Promise<void> {
  const { types, tableOptions } = statements.dialect;
  const { text, integer } = types;
  await statements.execute(
    `CREATE TABLE IF NOT EXISTS webhook_delivery (
       delivery_id ${text} PRIMARY KEY, webhook_id ${text} NOT NULL, event_id ${text} NOT NULL,
       type ${text} NOT NULL, stream ${text} NOT NULL, revision ${integer} NOT NULL,
       created_at ${integer} NOT NULL, status ${text} NOT NULL, attempts ${integer} NOT NULL,
       round ${integer} NOT NULL, due_at ${integer} NOT NULL, claimed_by ${text} NOT NULL,
       claimed_until ${integer} NOT NULL) ${tableOptions}`,
  );
  await statements.execute(
    `CREATE TABLE IF NOT EXISTS webhook_attempt (
       delivery_id ${text} NOT NULL, attempt ${integer} NOT NULL, at ${integer} NOT NULL,
       duration_ms ${integer} NOT NULL, http_status ${integer}, outcome ${text} NOT NULL,
       PRIMARY KEY (delivery_id, attempt)) ${tableOptions}`,
  );
  await prepareQuiet(statements);
  for (const [name, columns] of [
    ['webhook_delivery_due', 'status, due_at'],
    ['webhook_delivery_of', 'webhook_id, created_at'],
    ['webhook_delivery_claimed', 'claimed_until'],
  ] as const) {
    await statements.execute(`CREATE INDEX IF NOT EXISTS ${name} ON webhook_delivery (${columns})`);
  }
}
