// The store's errors that callers distinguish. Every other error is a fault.
import { isCommandError, ErrorType } from '@eventstore/db-client';
import { reasonOf } from '../errors/reason-of.js';

/** Wrong expected revision, and nothing else: another writer appended first. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  /** @param currentRevision revision of the stream's last event; −1 for an absent stream */
  constructor(
    readonly stream: string,
    readonly currentRevision: number,
  ) {
    super(`${stream} is at revision ${currentRevision}, not at the expected one`);
  }
}

/**
 * The client rejects the connection string: for example a wrong option or a missing certificate
 * file.
 */
export class ConnectionStringError extends Error {
  override readonly name = 'ConnectionStringError';
}

/** The store does not let the user of the connection string do what the service does. */
export class StoreAccessError extends Error {
  override readonly name = 'StoreAccessError';
  constructor(cause: unknown) {
    const advice = 'check its user, password and rights';
    super(`is refused by the event store (${reasonOf(cause)}): ${advice}`, { cause });
  }
}

/** No node that answers can be trusted, or none speaks TLS. */
export class StoreTlsError extends Error {
  override readonly name = 'StoreTlsError';
}

/** No answer in time. An append may or may not have happened: repeat it with the same event ids. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  constructor(doing: string, cause?: unknown) {
    super(`The event store did not answer in time: ${doing}`, { cause });
  }

  /** Of a store that answers, and cannot do it now: its disk is full, for example. */
  static unable(doing: string, reason: string): StoreUnavailableError {
    const error = new StoreUnavailableError(doing, new Error(reason));
    error.message = `The event store cannot do it now: ${doing}: ${reason}`;
    return error;
  }
}

/** Another consumer gets the events of a persistent subscription that is for one. */
export class OtherConsumerError extends Error {
  override readonly name = 'OtherConsumerError';
}

/** The store rejects this append for good; nothing was appended. */
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
  // The client reports a connection that breaks during an answer as this type.
  ErrorType.UNKNOWN,
]);

/** The client's plain error when no node of a cluster names a leader. */
const NO_LEADER = 'Failed to discover';

/** Whether a retry may help: the store did not answer, rather than refuse. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof StoreUnavailableError) return true;
  return isCommandError(error) ? OUTAGES.has(error.type) : error.message.startsWith(NO_LEADER);
}

/**
 * The server's own fault, as ASP.NET Core tells it. A read from a position inside an event always
 * ends like this; a connection that breaks has another message.
 */
export function isFaultOfHandler(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Exception was thrown by handler');
}

/** What ended a read, as its callers distinguish it. */
export function readFault(error: unknown, doing: string): unknown {
  if (isOutage(error)) return new StoreUnavailableError(doing, error);
  if (!(error instanceof Error) || !isCommandError(error)) return error;
  return error.type === ErrorType.ACCESS_DENIED ? new StoreAccessError(error) : error;
}

/** The append exceeds the store's maximum size; nothing was appended. */
export class AppendTooLargeError extends Error {
  override readonly name = 'AppendTooLargeError';
  constructor(stream: string, cause?: unknown) {
    super(`An append to ${stream} is larger than the event store accepts`, { cause });
  }
}

/**
 * The log has lost events of a stream: it was deleted, truncated by its metadata, or scavenged. The
 * rest is not folded.
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

/** @param revision revision of the first missing event */
export const missingEvents = (stream: string, revision: number) =>
  new IncompleteHistoryError(
    stream,
    `its events from revision ${revision} on are no longer in the log; the stream was truncated`,
  );
