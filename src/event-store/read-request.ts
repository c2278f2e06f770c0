// Builds the request of a read call.
import {
  halvesOf,
  type ReadOptionsMessage,
  type ReadReqMessage,
  ReadDirection,
} from 'embedded-eventstoredb/wire';

export interface StreamReadRequest {
  readonly stream: string;
  readonly from: number | 'start' | 'end';
  readonly backwards: boolean;
  readonly maxCount: number;
}

export interface AllReadRequest {
  /** A commit position; the event there is included. */
  readonly from: bigint | 'start' | 'end';
  readonly backwards: boolean;
  readonly maxCount: number;
}

export interface AllSubscriptionRequest {
  /** A commit position; the subscription starts after it. */
  readonly after: bigint | 'start' | 'end';
  /** The server applies one filter. */
  readonly filterOn: 'stream name' | 'event type';
  readonly prefixes: readonly string[] | { readonly pattern: string };
  /** In units of 32 filtered-out events between checkpoints. */
  readonly checkpointInterval: number;
}

export function streamReadRequest(request: StreamReadRequest): ReadReqMessage {
  const { stream: streamName, from } = request;
  const stream = {
    streamIdentifier: { streamName },
    ...placeOf(from, (revision) => ({ revision })),
  };
  return requestOf({ ...bounded(request), stream });
}

export function allReadRequest(request: AllReadRequest): ReadReqMessage {
  return requestOf({ ...bounded(request), all: placeInAll(request.from) });
}

export function allSubscriptionRequest(request: AllSubscriptionRequest): ReadReqMessage {
  const { after, filterOn, prefixes, checkpointInterval } = request;
  const expression =
    'pattern' in prefixes ? { regex: prefixes.pattern } : { prefix: [...prefixes] };
  const subject =
    filterOn === 'stream name' ? { streamIdentifier: expression } : { eventType: expression };
  const filter = { ...subject, count: {}, checkpointIntervalMultiplier: checkpointInterval };
  return requestOf({ subscription: {}, filter, all: placeInAll(after) });
}

function requestOf(options: ReadOptionsMessage): ReadReqMessage {
  return { options: { ...options, uuidOption: { string: {} } } };
}

function bounded({
  backwards,
  maxCount,
}: Pick<AllReadRequest, 'backwards' | 'maxCount'>): ReadOptionsMessage {
  const readDirection = backwards ? ReadDirection.BACKWARDS : ReadDirection.FORWARDS;
  return { readDirection, count: maxCount, noFilter: {} };
}

function placeInAll(from: bigint | 'start' | 'end') {
  return placeOf(from, (place) => {
    const position = halvesOf(place);
    return { position: { commitPosition: position, preparePosition: position } };
  });
}

/** Where to begin: a place of its own, or one of the ends. */
function placeOf<Place, At>(from: Place | 'start' | 'end', at: (place: Place) => At) {
  if (from === 'start') return { start: {} };
  return from === 'end' ? { end: {} } : at(from);
}
