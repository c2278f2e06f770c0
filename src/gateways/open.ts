// Opens what payments keep: in Postgres where the read models are, otherwise in a file of the data
// folder of their own. With Postgres, the file keeps payment tokens while Postgres is away.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { obstacleAt, putAside } from '../files/put-aside.js';
import { sqliteCodeOf } from '../files/sqlite-code.js';
import type { Database } from '../read-models/database.js';
import { PostgresDatabase } from '../read-models/postgres.js';
import { OF_CHECKOUT } from '../read-models/postgres-session.js';
import { SqliteDatabase } from '../read-models/sqlite.js';
import type { PaymentGateway } from './payment.js';
import { PaymentTokens } from './payment-tokens.js';
import { SandboxGateway } from './sandbox-gateway.js';
import { TokenTable } from './token-table.js';

/** Every gateway, by the name that PAYMENT_GATEWAY gives it. */
const gateways = {
  sandbox: (database: Database): Promise<PaymentGateway> => SandboxGateway.on(database),
};

export type PaymentGatewayName = keyof typeof gateways;

/** Those that charge no card. */
export const sandboxes: ReadonlySet<PaymentGatewayName> = new Set(['sandbox']);

export interface PaymentsPlace {
  readonly gatewayName: PaymentGatewayName;
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  readonly secret: Buffer;
}

export interface Payments {
  readonly gateway: PaymentGateway;
  readonly tokens: PaymentTokens;
  /** New path of a file that could not be used. */
  readonly putAsideAs: string | undefined;
  close(): Promise<void>;
}

const LIMITS = { connections: 4, ...OF_CHECKOUT };
const BUSY_MS = 5_000;
/** https://www.sqlite.org/rescode.html: corrupt, not a database. */
const DAMAGED: ReadonlySet<number> = new Set([11, 26]);

interface OpenedFile {
  readonly database: Database;
  readonly putAsideAs: string | undefined;
}

/** @throws ReadModelsUnavailableError when Postgres does not answer */
export async function openPayments(
  { gatewayName, dataDir, databaseUrl, secret }: PaymentsPlace,
  now: () => number,
): Promise<Payments> {
  const { database: own, putAsideAs } = openFile(dataDir);
  const shared = databaseUrl === undefined ? own : PostgresDatabase.open(databaseUrl, LIMITS);
  const options = { secret, now, randomBytes };
  try {
    const gateway = await gateways[gatewayName](shared);
    const table = await TokenTable.on(shared);
    const spare = shared === own ? {} : { spare: await TokenTable.on(own) };
    const tokens = new PaymentTokens({ ...options, shared: table, ...spare });
    await tokens.handOver();
    return { gateway, tokens, putAsideAs, close: () => tokens.close() };
  } catch (error) {
    await Promise.all([own.close(), ...(shared === own ? [] : [shared.close()])]);
    throw error;
  }
}

/** What cannot be read is moved aside: its orders are cancelled unless they were charged. */
function openFile(dataDir: string): OpenedFile {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'payments.sqlite');
  if (obstacleAt(path) === undefined) {
    try {
      return { database: usableFile(path), putAsideAs: undefined };
    } catch (error) {
      if (!DAMAGED.has(sqliteCodeOf(error) ?? 0)) throw error;
    }
  }
  const putAsideAs = putAside(path);
  return { database: usableFile(path), putAsideAs };
}

function usableFile(path: string): Database {
  const database = new DatabaseSync(path);
  try {
    // A token is on disk before its cart is closed. What is deleted is overwritten, and no
    // write-ahead log keeps a copy.
    database.exec(
      `PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = DELETE;
       PRAGMA synchronous = FULL; PRAGMA secure_delete = ON`,
    );
    database.prepare('PRAGMA quick_check(1)').get();
    chmodSync(path, 0o600);
    return SqliteDatabase.on(database);
  } catch (error) {
    database.close();
    throw error;
  }
}
