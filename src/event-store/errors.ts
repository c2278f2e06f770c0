// The two ways in which the store's answers matter to a caller; everything else is a fault that
// travels up untouched.

/** Somebody else appended first: only ever a wrong expected revision. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  /** @param currentRevision of the stream's last event; −1 for an absent stream. */
  constructor(
    readonly stream: string,
    readonly currentRevision: number,
  ) {
    super(`${stream} is at revision ${currentRevision}, which is not what was expected`);
  }
}

/** No answer in time. An append may or may not have happened: repeat it with the same event ids. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  constructor(doing: string, cause?: unknown) {
    super(`The event store did not answer in time: ${doing}`, { cause });
  }
}

/** An event that does not carry the metadata that every event of ours has. */
export class MalformedMetadataError extends Error {
  override readonly name = 'MalformedMetadataError';
  constructor(stream: string, revision: number, problem: string) {
    super(`Event ${revision} of ${stream} has metadata that cannot be read: ${problem}`);
  }
}
