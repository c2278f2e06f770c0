// The port of the calls to the access rules. Without TLS there are no users, and every caller has
// full access.
import { Metadata, status } from '@grpc/grpc-js';
import { StatusError } from '../wire/statuses.js';

/** The actions of the real server's policy; for `$$stream` they concern the stream's metadata. */
export type StreamAction = 'read' | 'write' | 'delete';

export interface StreamAccess {
  /**
   * Returns if the caller with these headers may do it.
   *
   * @throws AccessDenied
   */
  demand(action: StreamAction, stream: string, headers: Metadata): void;
}

export const openToAll: StreamAccess = { demand: () => undefined };

/** Ends a call, or one append of a batch, before it reveals anything about the stream. */
export class AccessDenied extends StatusError {
  constructor() {
    const trailers = new Metadata();
    trailers.set('exception', 'access-denied');
    super(status.PERMISSION_DENIED, 'Access Denied', trailers);
  }
}
