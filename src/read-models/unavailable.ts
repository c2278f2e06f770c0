// The errors of the read models' databases, the same for both. Queries report an unavailable
// database or continue without it; writers retry.

import { reasonOf } from '../errors/reason-of.js';

export class ReadModelsUnavailableError extends Error {
  override readonly name: string = 'ReadModelsUnavailableError';
  /** @param file the SQLite file, if there is one */
  constructor(
    override readonly cause: unknown,
    file?: string,
  ) {
    const reason = reasonOf(cause);
    super(
      file === undefined
        ? `The database of the read models is unavailable: ${reason}`
        : `The file of the read models, ${file}, cannot be used: ${reason}`,
    );
  }
}

/** No TLS with the server, as the URL asks for. A start need not wait; a running service does. */
export class DatabaseTlsError extends ReadModelsUnavailableError {
  override readonly name = 'DatabaseTlsError';
  constructor(cause: unknown) {
    super(cause);
    this.message = `DATABASE_URL asks for TLS, which fails: ${reasonOf(cause)}`;
  }
}

/** The sign-in, or the name of the database, is refused. A start need not wait, as without TLS. */
export class DatabaseAccessError extends ReadModelsUnavailableError {
  override readonly name = 'DatabaseAccessError';
  constructor(cause: unknown) {
    super(cause);
    this.message = `DATABASE_URL is refused by Postgres: ${reasonOf(cause)}`;
  }
}

/** Nothing was written; queries still get the existing rows. */
export class ReadModelsFullError extends Error {
  override readonly name = 'ReadModelsFullError';
  constructor(
    override readonly cause: unknown,
    message = 'The disk of the read models is full or refuses writes',
  ) {
    super(message);
  }
}

/**
 * The table was dropped after its lookup, or the database has lost its content: an empty standby
 * became the primary, or a backup is being restored.
 */
export class MissingTableError extends ReadModelsUnavailableError {
  override readonly name = 'MissingTableError';
  constructor(cause: unknown) {
    super(cause);
    this.message = `A table of the read models is missing: ${reasonOf(cause)}`;
  }
}

/** The table is from a build that did not have this column. */
export class MissingColumnError extends Error {
  override readonly name = 'MissingColumnError';
  constructor(
    message: string,
    override readonly cause: unknown,
  ) {
    super(message);
  }
}
