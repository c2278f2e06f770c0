// The database of the read models is away, or has no room: queries say so or go on, and whoever writes
// tries again.

export class ReadModelsUnavailableError extends Error {
  override readonly name = 'ReadModelsUnavailableError';
  /** @param file where that is in a file */
  constructor(
    override readonly cause: unknown,
    file?: string,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause);
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
