// Builds the request of a read call, once a call, with the client's generated classes.
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';

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
  readonly prefixes: readonly string[];
  /** In units of 32 filtered-out events between checkpoints. */
  readonly checkpointInterval: number;
}

type ReadReq = InstanceType<typeof streams.ReadReq>;
const { Options } = streams.ReadReq;
type RequestOptions = InstanceType<typeof Options>;

export function streamReadRequest(request: StreamReadRequest): ReadReq {
  const { stream, from } = request;
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(new TextEncoder().encode(stream));
  const place = new Options.StreamOptions();
  place.setStreamIdentifier(identifier);
  if (from === 'start') place.setStart(new shared.Empty());
  else if (from === 'end') place.setEnd(new shared.Empty());
  else place.setRevision(String(from));
  return requestOf(bounded(request), (options) => options.setStream(place));
}

export function allReadRequest(request: AllReadRequest): ReadReq {
  return requestOf(bounded(request), (options) => options.setAll(placeInAll(request.from)));
}

export function allSubscriptionRequest(request: AllSubscriptionRequest): ReadReq {
  const { after, filterOn, prefixes, checkpointInterval } = request;
  const expression = new Options.FilterOptions.Expression();
  expression.setPrefixList([...prefixes]);
  const filter = new Options.FilterOptions();
  if (filterOn === 'stream name') filter.setStreamIdentifier(expression);
  else filter.setEventType(expression);
  filter.setCount(new shared.Empty());
  filter.setCheckpointintervalmultiplier(checkpointInterval);
  const options = new Options();
  options.setSubscription(new Options.SubscriptionOptions());
  options.setFilter(filter);
  return requestOf(options, (each) => each.setAll(placeInAll(after)));
}

function bounded({
  backwards,
  maxCount,
}: Pick<AllReadRequest, 'backwards' | 'maxCount'>): RequestOptions {
  const options = new Options();
  const { FORWARDS, BACKWARDS } = Options.ReadDirection;
  options.setReadDirection(backwards ? BACKWARDS : FORWARDS);
  options.setCount(String(maxCount));
  options.setNoFilter(new shared.Empty());
  return options;
}

function requestOf(options: RequestOptions, setPlace: (options: RequestOptions) => void): ReadReq {
  const ids = new Options.UUIDOption();
  ids.setString(new shared.Empty());
  options.setUuidOption(ids);
  setPlace(options);
  const request = new streams.ReadReq();
  request.setOptions(options);
  return request;
}

function placeInAll(from: bigint | 'start' | 'end') {
  const place = new Options.AllOptions();
  if (from === 'start') place.setStart(new shared.Empty());
  else if (from === 'end') place.setEnd(new shared.Empty());
  else {
    const position = new Options.Position();
    position.setCommitPosition(String(from));
    position.setPreparePosition(String(from));
    place.setPosition(position);
  }
  return place;
}
