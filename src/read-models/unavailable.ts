// The database of the read models is away: queries say so, and whoever writes tries again.

export class ReadModelsUnavailableError extends Error {
  override readonly name = 'ReadModelsUnavailableError';
  constructor(override readonly cause: unknown) {
    super('The database of the read models is unavailable');
  }
}
