// One well-formed request of each kind, as bytes: what nearly means something is made from them.
import protobufEmpty from 'google-protobuf/google/protobuf/empty_pb.js';
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';

const STREAMS = '/event_store.client.streams.Streams/';
const PERSISTENT = '/event_store.client.persistent_subscriptions.PersistentSubscriptions/';
const GROUP = 'nonsense-group';

const identifier = (stream = 'nonsense') =>
  new shared.StreamIdentifier().setStreamName(Buffer.from(stream).toString('base64'));

const uuid = (n: number) => new shared.UUID().setString(`00000000-0000-4000-8000-00000000000${n}`);

function read(isSubscription: boolean) {
  const options = new streams.ReadReq.Options();
  const all = new streams.ReadReq.Options.AllOptions();
  all.setStart(new shared.Empty());
  options.setAll(all);
  if (isSubscription) {
    const filter = new streams.ReadReq.Options.FilterOptions();
    const expression = new streams.ReadReq.Options.FilterOptions.Expression();
    filter.setStreamIdentifier(expression.setRegex('^nonsense$'));
    filter.setMax(32).setCheckpointintervalmultiplier(1);
    options.setFilter(filter);
    options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions());
  } else {
    options.setCount('5');
    options.setNoFilter(new shared.Empty());
  }
  options.setUuidOption(new streams.ReadReq.Options.UUIDOption().setString(new shared.Empty()));
  return new streams.ReadReq().setOptions(options);
}

function batchAppend() {
  const options = new streams.BatchAppendReq.Options();
  options.setStreamIdentifier(identifier());
  options.setAny(new protobufEmpty.Empty());
  const message = new streams.BatchAppendReq.ProposedMessage();
  message.setId(uuid(1));
  message.getMetadataMap().set('type', 'Nonsense').set('content-type', 'application/json');
  message.setData(Buffer.from('{}'));
  const request = new streams.BatchAppendReq();
  request.setCorrelationId(uuid(2));
  request.setOptions(options);
  request.addProposedMessages(message);
  return request.setIsFinal(true);
}

function append() {
  const options = new streams.AppendReq.Options();
  options.setStreamIdentifier(identifier());
  options.setAny(new shared.Empty());
  return new streams.AppendReq().setOptions(options);
}

function remove() {
  const options = new streams.DeleteReq.Options();
  // Consumers of a stream that is gone are dropped, with a status that nobody else may get.
  options.setStreamIdentifier(identifier('removed'));
  options.setAny(new shared.Empty());
  return new streams.DeleteReq().setOptions(options);
}

function create() {
  const stream = new persistent.CreateReq.StreamOptions();
  stream.setStreamIdentifier(identifier());
  stream.setStart(new shared.Empty());
  const settings = new persistent.CreateReq.Settings();
  settings.setMaxRetryCount(3).setReadBatchSize(20).setHistoryBufferSize(500);
  settings.setLiveBufferSize(500).setMessageTimeoutMs(1_000).setCheckpointAfterMs(1_000);
  settings.setMinCheckpointCount(1).setMaxCheckpointCount(10).setConsumerStrategy('Pinned');
  const options = new persistent.CreateReq.Options();
  options.setStream(stream).setGroupName(GROUP).setSettings(settings);
  return new persistent.CreateReq().setOptions(options);
}

function consume() {
  const options = new persistent.ReadReq.Options();
  options.setStreamIdentifier(identifier()).setGroupName(GROUP).setBufferSize(10);
  const text = new persistent.ReadReq.Options.UUIDOption().setString(new shared.Empty());
  options.setUuidOption(text);
  return new persistent.ReadReq().setOptions(options);
}

function acknowledge() {
  const ack = new persistent.ReadReq.Ack().setIdsList([uuid(1), uuid(2)]);
  return new persistent.ReadReq().setAck(ack);
}

function deleteGroup() {
  const options = new persistent.DeleteReq.Options();
  options.setStreamIdentifier(identifier()).setGroupName(GROUP);
  return new persistent.DeleteReq().setOptions(options);
}

function replayParked() {
  const options = new persistent.ReplayParkedReq.Options();
  options.setStreamIdentifier(identifier()).setGroupName(GROUP).setStopAt('5');
  return new persistent.ReplayParkedReq().setOptions(options);
}

const bytesOf = (request: { serializeBinary: () => Uint8Array }) =>
  Buffer.from(request.serializeBinary());

/** What it is, the path of its method, and its bytes. */
export const wellFormed: readonly (readonly [string, string, Buffer])[] = [
  ['a read', `${STREAMS}Read`, bytesOf(read(false))],
  ['a subscription', `${STREAMS}Read`, bytesOf(read(true))],
  ['a batch append', `${STREAMS}BatchAppend`, bytesOf(batchAppend())],
  ['an append', `${STREAMS}Append`, bytesOf(append())],
  ['a deletion', `${STREAMS}Delete`, bytesOf(remove())],
  ['a tombstone', `${STREAMS}Tombstone`, bytesOf(remove())],
  ['the creation of a group', `${PERSISTENT}Create`, bytesOf(create())],
  ['the update of a group', `${PERSISTENT}Update`, bytesOf(create())],
  ['a consumer', `${PERSISTENT}Read`, bytesOf(consume())],
  ['an acknowledgement', `${PERSISTENT}Read`, bytesOf(acknowledge())],
  ['a replay of what is parked', `${PERSISTENT}ReplayParked`, bytesOf(replayParked())],
  ['the deletion of a group', `${PERSISTENT}Delete`, bytesOf(deleteGroup())],
  ['a question about a group', `${PERSISTENT}GetInfo`, bytesOf(deleteGroup())],
];
