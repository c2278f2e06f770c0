// The statuses of this service, with the trailers from which the client makes typed errors.
import { status } from '@grpc/grpc-js';
import { LogDamageError, WriteFailed } from '../errors.js';
import { damaged, isHeaderValue, StatusError, unexpected, withTrailers } from '../wire/statuses.js';
import type { GroupRefusal } from './registry.js';

interface GroupName {
  source: string;
  group: string;
}

function named(
  code: status,
  exception: string,
  details: string,
  { source, group }: GroupName,
): StatusError {
  return withTrailers(code, details, {
    exception,
    'stream-name': source,
    'group-name': group,
  });
}

function titled({ source, group }: GroupName): string {
  return `Subscription group ${group} on stream ${source}`;
}

export function doesNotExist(names: GroupName): StatusError {
  const details = `${titled(names)} does not exist.`;
  return named(status.NOT_FOUND, 'persistent-subscription-does-not-exist', details, names);
}

function exists(names: GroupName): StatusError {
  const details = `${titled(names)} exists.`;
  return named(status.ALREADY_EXISTS, 'persistent-subscription-exists', details, names);
}

export function failed(names: GroupName, reason: string): StatusError {
  const details = `${titled(names)} failed: '${reason}'`;
  const error = named(status.INTERNAL, 'persistent-subscription-failed', details, names);
  if (isHeaderValue(reason)) error.metadata.set('reason', reason);
  return error;
}

/** Sent as CANCELLED; its trailers distinguish it from the client's own cancellation. */
export function dropped(names: GroupName): StatusError {
  const details = `${titled(names)} was dropped.`;
  return named(status.CANCELLED, 'persistent-subscription-dropped', details, names);
}

export function maximumReached(names: GroupName): StatusError {
  const details = `Maximum subscriptions reached for subscription group ${names.group} on stream ${names.source}.`;
  return named(status.FAILED_PRECONDITION, 'maximum-subscribers-reached', details, names);
}

/**
 * The status of an error. Errors other than statuses, invalid filters and full disks are also
 * reported.
 */
export function statusOf(error: unknown, report: (fault: unknown) => void): StatusError {
  if (error instanceof StatusError) return error;
  if (error instanceof LogDamageError) return damaged(error);
  if (error instanceof WriteFailed)
    return new StatusError(status.RESOURCE_EXHAUSTED, error.message);
  if (!(error instanceof SyntaxError)) report(error);
  return unexpected();
}

/** `$all` requested as a stream: the real server fails on its own response. */
export function allAsStream(action: 'Create' | 'Update' | 'Delete'): StatusError {
  return new StatusError(
    status.UNKNOWN,
    `Envelope callback expected either ${action}PersistentSubscriptionToAllCompleted or ` +
      `NotHandled, received ${action}PersistentSubscriptionToStreamCompleted instead`,
  );
}

export function refused(refusal: GroupRefusal, names: GroupName): StatusError {
  switch (refusal.kind) {
    case 'exists':
      return exists(names);
    case 'does-not-exist':
      return doesNotExist(names);
    case 'failed':
      return failed(names, refusal.reason);
  }
}
