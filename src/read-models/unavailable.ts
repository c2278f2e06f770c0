// The database of the read models is away, or has no room: queries say so or go on, and whoever writes
// tries again.

export class ReadModelsUnavailableError extends Error {
  override readonly name = 'ReadModelsUnavailableError';
  constructor(override readonly cause: unknown) {
    super('The database of the read models is unavailable');
  }
}

/** Nothing of what was to be written is; what is there is served. */
export class ReadModelsFullError extends Error {
  override readonly name = 'ReadModelsFullError';
  constructor(override readonly cause: unknown) {
    super('The disk of the read models is full, or takes no more for another reason');
  }
}
