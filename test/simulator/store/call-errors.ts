// How calls end when something is wrong, as gRPC tells it: a code, and trailers from which the
// client makes its errors.
import { status } from '@grpc/grpc-js';
import { StatusError, withTrailers } from '../../../embedded-node/src/wire/statuses.js';

/** As clients know a node: by the address that it would have. */
export function portOf(index: number): number {
  return 2113 + index;
}

/** From a node that follows: https://github.com/EventStore/EventStore, RpcExceptions.cs */
export function notLeader(leader: number): StatusError {
  return withTrailers(status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': '127.0.0.1',
    'leader-endpoint-port': String(portOf(leader)),
  });
}

export function connectionLost(): StatusError {
  return new StatusError(status.UNAVAILABLE, 'read ECONNRESET');
}

export function connectionRefused(): StatusError {
  return new StatusError(status.UNAVAILABLE, 'No connection established. Last error: ECONNREFUSED');
}

/** What a client's own calls end with that it cancels. */
export function cancelledByClient(): StatusError {
  return new StatusError(status.CANCELLED, 'Cancelled on client');
}
