// The ways in which the store's answers matter to a caller; everything else is a fault that travels
// up untouched.
import { isCommandError, ErrorType } from '@eventstore/db-client';

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

/** What the client makes nothing of: a wrong option, or a certificate that is not there. */
export class ConnectionStringError extends Error {
  override readonly name = 'ConnectionStringError';
}

/** No answer in time. An append may or may not have happened: repeat it with the same event ids. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  constructor(doing: string, cause?: unknown) {
    super(`The event store did not answer in time: ${doing}`, { cause });
  }
}

/** The store will not have this append, however often it is asked; nothing was appended. */
export class AppendRefusedError extends Error {
  override readonly name = 'AppendRefusedError';
  constructor(stream: string, reason: string, cause?: unknown) {
    super(`The event store refused an append to ${stream}: ${reason}`, { cause });
  }
}

const OUTAGES: ReadonlySet<string> = new Set([
  ErrorType.CANCELLED,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.NOT_LEADER,
  ErrorType.TIMEOUT,
  ErrorType.UNAVAILABLE,
  // What a connection that breaks in the middle of an answer ends as.
  ErrorType.UNKNOWN,
]);

/** The client's plain error when no node of a cluster says who leads. */
const NO_LEADER = 'Failed to discover';

/** Whether asking again may help: the store did not answer, as opposed to saying no. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof StoreUnavailableError) return true;
  return isCommandError(error) ? OUTAGES.has(error.type) : error.message.startsWith(NO_LEADER);
}

/** The events of one append are more than the store takes at once; nothing was appended. */
export class AppendTooLargeError extends Error {
  override readonly name = 'AppendTooLargeError';
  constructor(stream: string, cause?: unknown) {
    super(`An append to ${stream} is larger than the event store takes at once`, { cause });
  }
}

/**
 * The log does not have all events of a stream any more: it was deleted, truncated by its metadata,
 * or scavenged. Nothing is folded of what is left.
 */
export class IncompleteHistoryError extends Error {
  override readonly name: string = 'IncompleteHistoryError';
  constructor(
    readonly stream: string,
    missing: string,
    cause?: unknown,
  ) {
    super(`${stream}: ${missing}`, { cause });
  }
}

export class DeletedStreamError extends IncompleteHistoryError {
  override readonly name = 'DeletedStreamError';
  constructor(stream: string, cause?: unknown) {
    super(stream, 'the stream was deleted', cause);
  }
}

/** @param revision of the first event that is missing */
export const missingEvents = (stream: string, revision: number) =>
  new IncompleteHistoryError(
    stream,
    `its events from revision ${revision} on are no longer in the log; the stream was truncated`,
  );
