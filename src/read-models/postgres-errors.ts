// What Postgres and its driver say of an error, translated to the errors of the port.
import { isTlsFailure } from '../errors/tls-failure.js';
import {
  DatabaseAccessError,
  DatabaseTlsError,
  MissingColumnError,
  MissingTableError,
  ReadModelsFullError,
  ReadModelsUnavailableError,
} from './unavailable.js';

/** What DATABASE_URL leads to would serve wrongly, and unnoticed. */
export class UnfitDatabaseError extends Error {
  override readonly name = 'UnfitDatabaseError';
}

/** @throws the driver's error, translated to the port's errors */
export async function translated<Result>(promise: Promise<Result>): Promise<Result> {
  try {
    return await promise;
  } catch (error) {
    throw translatePostgresError(error);
  }
}

/**
 * A user, a password, a rule of `pg_hba.conf`, a database or a right that is wrong stays wrong. A
 * statement may meet the same codes while rights are changed.
 */
const REFUSED = /^(28000|28P01|3D000|42501)$/;

/** The error of a connection that did not come about. */
export function connectionError(error: Error): Error {
  const isRefusal = 'code' in error && REFUSED.test(String(error.code));
  return isRefusal ? new DatabaseAccessError(error) : error;
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
function translatePostgresError(error: unknown): unknown {
  // The set-up of a pool's connection has translated its own already.
  if (!Error.isError(error) || error instanceof ReadModelsUnavailableError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (isTlsFailure(error) || error.message === NO_TLS) return new DatabaseTlsError(error);
  if (code === '53100') return new ReadModelsFullError(error);
  if (code === '42P01') return new MissingTableError(error);
  if (code === '42703') return new MissingColumnError(error.message, error);
  return isAway(code, error.message) ? new ReadModelsUnavailableError(error) : error;
}

/**
 * What is not about a statement of ours: the connection, the sign-in, the database, a rollback for
 * another transaction's sake, resources, locks, shutdowns and cancellations, the system; a database
 * that only reads, timeouts of transactions, rights that are missing.
 */
const AWAY = /^(08|28|3D|3F|40|53|55|57|58)|^(25006|25P03|25P04|42501)$/;
const SOCKET =
  /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOENT|EACCES)/;
/** The driver's words for a server without TLS. */
const NO_TLS = 'The server does not support SSL connections';
const DRIVER =
  /terminated|read timeout|timeout expired|timeout exceeded|Connection ended|not queryable|SSL|certificate/i;

function isAway(code: string, message: string): boolean {
  return AWAY.test(code) || SOCKET.test(code) || DRIVER.test(message);
}
