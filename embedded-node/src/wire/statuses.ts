// The statuses that end a call, with the trailers from which the client makes typed errors. If a
// required trailer is missing, the client throws.
import { Metadata, status, type StatusObject } from '@grpc/grpc-js';
import { LogDamageError, StreamDeleted, WriteFailed, WrongExpectedVersion } from '../errors.js';
import type { Expectation } from '../write/expectation.js';

/** A status that ends a call. */
export class StatusError extends Error implements Partial<StatusObject> {
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;

  constructor(code: status, details: string, metadata = new Metadata()) {
    super(details);
    this.code = code;
    this.details = details;
    this.metadata = metadata;
  }
}

/** Maximum size of trailers that a client accepts; larger ones break its connection. */
const MOST_TRAILER_CHARACTERS = 12_000;

/** Printable ASCII without a leading or trailing space: HTTP/2 headers allow nothing else. */
export function isHeaderValue(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text) && text === text.trim();
}

/**
 * Some stream names do not fit into trailers; the real server's response breaks on them, and so
 * does this one.
 */
export function withTrailers(
  code: status,
  details: string,
  trailers: Readonly<Record<string, string>>,
): StatusError {
  const values = Object.values(trailers);
  const length = values.reduce((sum, value) => sum + value.length, details.length);
  if (!values.every(isHeaderValue) || length > MOST_TRAILER_CHARACTERS) {
    return new StatusError(status.UNKNOWN, 'Received HTTP status code 500');
  }
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return new StatusError(code, details, metadata);
}

const MOST_DETAILS = 4_000;

/** Stored data is damaged. `UNAVAILABLE` would only make clients retry. */
export function damaged({ message }: LogDamageError): StatusError {
  // HTTP/2 headers allow only printable ASCII.
  const details = message.replace(/[^\x20-\x7e]/g, '?').slice(0, MOST_DETAILS);
  return new StatusError(status.DATA_LOSS, details);
}

/** Maximum size of an append, in bytes of event data: the real server's default of 1 MiB. */
export const MAX_APPEND_BYTES = 1024 * 1024;

/** The real server's response to an unexpected request. It has no trailers. */
export function unexpected(): StatusError {
  return new StatusError(status.UNKNOWN, 'Exception was thrown by handler.');
}

/** The node has no thread to spare for it. */
export function filterTooSlow(): StatusError {
  const details = "The filter's regular expression takes too long.";
  return new StatusError(status.RESOURCE_EXHAUSTED, details);
}

export function invalid(details: string): StatusError {
  return new StatusError(status.INVALID_ARGUMENT, details);
}

export function streamDeleted(stream: string): StatusError {
  return withTrailers(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });
}

/** An append whose data exceeds the limit. */
export class TooLarge extends StatusError {
  constructor() {
    const metadata = new Metadata();
    metadata.set('exception', 'maximum-append-size-exceeded');
    metadata.set('maximum-append-size', String(MAX_APPEND_BYTES));
    super(
      status.INVALID_ARGUMENT,
      `Maximum Append Size of ${MAX_APPEND_BYTES} Exceeded.`,
      metadata,
    );
  }
}

export function wrongExpectedVersion(error: WrongExpectedVersion): StatusError {
  const actual = String(error.current ?? -1);
  const expected = expectedNumber(error.expected);
  return withTrailers(
    status.FAILED_PRECONDITION,
    `Append failed due to WrongExpectedVersion. Stream: ${error.stream}, Expected version: ${expected}, Actual version: ${error.current ?? -1}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': error.stream,
      'expected-version': expected,
      'actual-version': actual,
    },
  );
}

/** A proposed event lacks a required property. */
export function missingProperty(name: string): StatusError {
  return withTrailers(status.INVALID_ARGUMENT, `Required Metadata Property '${name}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });
}

/**
 * Makes a client reconnect, possibly to another node. CANCELLED would not: clients attribute it to
 * themselves.
 */
export function nodeStops(): StatusError {
  return new StatusError(status.UNAVAILABLE, 'The node is stopping.');
}

/** A live reader fell behind by more than its buffer. */
export function consumerTooSlow(): StatusError {
  return new StatusError(
    status.ABORTED,
    'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
  );
}

/** The trailers' encoding: −2 any, −1 no stream, −4 exists. */
export function expectedNumber(expected: Expectation): string {
  if (expected === 'any') return '-2';
  if (expected === 'no stream') return '-1';
  if (expected === 'exists') return '-4';
  return expected.revision.toString();
}

/** The status for the error of a call that is not a write. */
export function statusOfRead(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  return error instanceof LogDamageError ? damaged(error) : unexpected();
}

/** The status of a failed write, for calls that report by status. */
export function statusOfWrite(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  if (error instanceof WrongExpectedVersion) return wrongExpectedVersion(error);
  if (error instanceof StreamDeleted) return streamDeleted(error.stream);
  if (error instanceof LogDamageError) return damaged(error);
  if (error instanceof WriteFailed) {
    return new StatusError(status.RESOURCE_EXHAUSTED, error.message);
  }
  return unexpected();
}
