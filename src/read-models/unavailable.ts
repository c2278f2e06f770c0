// What the databases of the read models fail with, in the same terms for both. Queries report an
// unavailable database or go on without it; writers try again.

import { reasonOf } from '../errors/reason-of.js';

export class ReadModelsUnavailableError extends Error {
  override readonly name = 'ReadModelsUnavailableError';
  /** @param file where that is in a file */
  constructor(
    override readonly cause: unknown,
    file?: string,
  ) {
    const reason = reasonOf(cause);
    super(
      file === undefined
        ? 'The database of the read models is unavailable'
        : `The file of the read models, ${file}, cannot be used: ${reason}`,
    );
  }
}

/** Nothing of what was to be written is; what is there is served. */
export class ReadModelsFullError extends Error {
  override readonly name = 'ReadModelsFullError';
  constructor(override readonly cause: unknown) {
    super('The disk of the read models is full, or takes no more for another reason');
  }
}

/** The table was dropped since its name was looked up, or the database is not ours. */
export class MissingTableError extends Error {
  override readonly name = 'MissingTableError';
  constructor(
    message: string,
    override readonly cause: unknown,
  ) {
    super(message);
  }
}

/** The table was made by a build that did not have this column. */
export class MissingColumnError extends Error {
  override readonly name = 'MissingColumnError';
  constructor(
    message: string,
    override readonly cause: unknown,
  ) {
    super(message);
  }
}
