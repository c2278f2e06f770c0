// The errors of the read models' databases, the same for both. Queries report an unavailable
// database or continue without it; writers retry.

import { reasonOf } from '../errors/reason-of.js';

export class ReadModelsUnavailableError extends Error {
  override readonly name = 'ReadModelsUnavailableError';
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

/** Nothing was written; queries still get the existing rows. */
export class ReadModelsFullError extends Error {
  override readonly name = 'ReadModelsFullError';
  constructor(override readonly cause: unknown) {
    super('The disk of the read models is full or refuses writes');
  }
}

/** The table was dropped after its lookup, or the database is not ours. */
export class MissingTableError extends Error {
  override readonly name = 'MissingTableError';
  constructor(
    message: string,
    override readonly cause: unknown,
  ) {
    super(message);
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
