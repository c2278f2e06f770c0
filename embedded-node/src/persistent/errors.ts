// The statuses of this service, with the trailers from which the client makes its typed errors.
import { Metadata, status, type StatusObject } from '@grpc/grpc-js';
import { LogDamageError } from '../log/log-damage.js';
import { WriteFailed } from '../write/writer.js';
import type { Refusal } from './registry.js';

/** A status to end a call with. */
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

interface Named {
  source: string;
  group: string;
}

/** What fits into headers that a client takes, its connection being lost otherwise. */
const MOST_TRAILER_CHARACTERS = 12_000;

/** Printable ASCII that does not begin or end in a space: HTTP/2 carries nothing else. */
function isHeaderValue(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text) && text === text.trim();
}

/** Trailers do not carry every name: with such a one the real server's answer breaks, as here. */
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

function named(
  code: status,
  exception: string,
  details: string,
  { source, group }: Named,
): StatusError {
  return withTrailers(code, details, {
    exception,
    'stream-name': source,
    'group-name': group,
  });
}

function titled({ source, group }: Named): string {
  return `Subscription group ${group} on stream ${source}`;
}

export function doesNotExist(names: Named): StatusError {
  const details = `${titled(names)} does not exist.`;
  return named(status.NOT_FOUND, 'persistent-subscription-does-not-exist', details, names);
}

function exists(names: Named): StatusError {
  const details = `${titled(names)} exists.`;
  return named(status.ALREADY_EXISTS, 'persistent-subscription-exists', details, names);
}

export function failed(names: Named, reason: string): StatusError {
  const details = `${titled(names)} failed: '${reason}'`;
  const error = named(status.INTERNAL, 'persistent-subscription-failed', details, names);
  if (isHeaderValue(reason)) error.metadata.set('reason', reason);
  return error;
}

/** Sent as CANCELLED; its trailers tell the client that it was not its own cancellation. */
export function dropped(names: Named): StatusError {
  const details = `${titled(names)} was dropped.`;
  return named(status.CANCELLED, 'persistent-subscription-dropped', details, names);
}

export function maximumReached(names: Named): StatusError {
  const details = `Maximum subscriptions reached for subscription group ${names.group} on stream ${names.source}.`;
  return named(status.FAILED_PRECONDITION, 'maximum-subscribers-reached', details, names);
}

const MOST_DETAILS = 4_000;

/** Something that was to be read is damaged; `UNAVAILABLE` would only make clients ask again. */
export function damaged({ message }: LogDamageError): StatusError {
  // HTTP/2 carries no other letters.
  const details = message.replace(/[^\x20-\x7e]/g, '?').slice(0, MOST_DETAILS);
  return new StatusError(status.DATA_LOSS, details);
}

/** What the real server answers to a request that it cannot make sense of. */
export function brokenRequest(): StatusError {
  return new StatusError(status.UNKNOWN, 'Exception was thrown by handler.');
}

/**
 * The status for whatever was thrown; what is neither one nor a bad filter nor a disk that takes no
 * more is reported too.
 */
export function statusOf(error: unknown, report: (fault: unknown) => void): StatusError {
  if (error instanceof StatusError) return error;
  if (error instanceof LogDamageError) return damaged(error);
  if (error instanceof WriteFailed)
    return new StatusError(status.RESOURCE_EXHAUSTED, error.message);
  if (!(error instanceof SyntaxError)) report(error);
  return brokenRequest();
}

/** `$all` asked for as if it were a stream: the real server trips over its own answer. */
export function allAsStream(action: 'Create' | 'Update' | 'Delete'): StatusError {
  return new StatusError(
    status.UNKNOWN,
    `Envelope callback expected either ${action}PersistentSubscriptionToAllCompleted or ` +
      `NotHandled, received ${action}PersistentSubscriptionToStreamCompleted instead`,
  );
}

export function refused(refusal: Refusal, names: Named): StatusError {
  switch (refusal.kind) {
    case 'exists':
      return exists(names);
    case 'does-not-exist':
      return doesNotExist(names);
    case 'failed':
      return failed(names, refusal.reason);
  }
}
