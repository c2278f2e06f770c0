// Who may do what with a stream, as the calls ask it. Without TLS there are no users, and whoever
// reaches the port may do everything.
import { Metadata, status } from '@grpc/grpc-js';
import { StatusError } from '../wire/statuses.js';

/** What the real server's policy tells apart; of `$$stream` they concern the stream's metadata. */
export type StreamAction = 'read' | 'write' | 'delete';

export interface StreamAccess {
  /**
   * Lets whoever called with these headers do it.
   * @throws AccessDenied
   */
  demand(action: StreamAction, stream: string, headers: Metadata): void;
}

export const openToAll: StreamAccess = { demand: () => undefined };

/** Ends a call, or one append of a batch, before anything of the stream is told. */
export class AccessDenied extends StatusError {
  constructor() {
    const trailers = new Metadata();
    trailers.set('exception', 'access-denied');
    super(status.PERMISSION_DENIED, 'Access Denied', trailers);
  }
}
