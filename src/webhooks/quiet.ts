// Until when an address wants no message. All instances know where they share Postgres. Stored
// format: change only by adding columns with a default.
import { createHash } from 'node:crypto';
import type { Statements } from '../read-models/database.js';

export async function prepareQuiet(statements: Statements): Promise<void> {
  const { types, tableOptions } = statements.dialect;
  await statements.execute(
    `CREATE TABLE IF NOT EXISTS webhook_quiet (
       webhook_id ${types.text} PRIMARY KEY, address ${types.text} NOT NULL,
       until_at ${types.integer} NOT NULL) ${tableOptions}`,
  );
}

/** Of two wishes of one address the longer one counts. */
export async function noteQuiet(
  statements: Pick<Statements, 'execute'>,
  webhookId: string,
  url: string,
  until: number,
): Promise<void> {
  await statements.execute(
    `INSERT INTO webhook_quiet (webhook_id, address, until_at) VALUES ($1, $2, $3)
     ON CONFLICT (webhook_id) DO UPDATE
     SET address = excluded.address, until_at = excluded.until_at
     WHERE webhook_quiet.address <> excluded.address
       OR webhook_quiet.until_at < excluded.until_at`,
    [webhookId, digestOf(url), until],
  );
}

/** In milliseconds since 1970; 0 where the address has not asked for quiet. */
export async function quietUntil(
  statements: Pick<Statements, 'query'>,
  webhookId: string,
  url: string,
): Promise<number> {
  const [row] = await statements.query<{ readonly until_at: number | string }>(
    'SELECT until_at FROM webhook_quiet WHERE webhook_id = $1 AND address = $2',
    [webhookId, digestOf(url)],
  );
  return Number(row?.until_at ?? 0);
}

/** An address can have a secret in it. */
function digestOf(url: string): string {
  return createHash('sha256').update(url).digest('hex');
}
