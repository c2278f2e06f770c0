// Any message that event-store.proto describes, made by the official client's classes: what the
// description is compared with.
import fc from 'fast-check';
import protobufAny from 'google-protobuf/google/protobuf/any_pb.js';
import protobufEmpty from 'google-protobuf/google/protobuf/empty_pb.js';
import protobufTimestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';
import code from '@eventstore/db-client/generated/code_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import rpc from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { nothing } from './given.js';

const { BatchAppendReq, BatchAppendResp, ReadReq, ReadResp } = streams;
const { Options } = ReadReq;

const empty = () => new protobufEmpty.Empty();
const text = fc.string({ unit: 'binary', maxLength: 12 });
const bytes = fc.uint8Array({ maxLength: 12 });
const unsigned = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const signed = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const int32 = fc.integer();
const uint32 = fc.nat();

/** One of the ways to set a member of a oneof. */
const oneOf = <Message>(...ways: readonly fc.Arbitrary<(message: Message) => unknown>[]) =>
  fc.oneof(
    fc.constant(() => undefined),
    ...ways,
  );

const structured = fc
  .tuple(signed, signed)
  .map(([most, least]) =>
    new shared.UUID().setStructured(
      new shared.UUID.Structured().setMostSignificantBits(most).setLeastSignificantBits(least),
    ),
  );

export const uuids = fc.oneof(
  fc.uuid().map((id) => new shared.UUID().setString(id)),
  structured,
);

const identifiers = text.map((name) =>
  new shared.StreamIdentifier().setStreamName(Buffer.from(name, 'utf8')),
);

const properties = fc.dictionary(
  fc.oneof(fc.constantFrom('type', 'content-type', 'created'), text),
  text,
  { noNullPrototype: true },
);

function setAll(map: { set(key: string, value: string): unknown }, given: Record<string, string>) {
  for (const [key, value] of Object.entries(given)) map.set(key, value);
}

const recorded = fc
  .tuple(uuids, identifiers, unsigned, unsigned, unsigned, properties, bytes, bytes)
  .map(([id, identifier, revision, prepare, commit, metadata, custom, data]) => {
    const event = new ReadResp.ReadEvent.RecordedEvent();
    event.setId(id).setStreamIdentifier(identifier).setStreamRevision(revision);
    event.setPreparePosition(prepare).setCommitPosition(commit);
    setAll(event.getMetadataMap(), metadata);
    return event.setCustomMetadata(custom).setData(data);
  });

type Answer = InstanceType<typeof ReadResp>;

export const readResponses = oneOf<Answer>(
  fc
    .tuple(
      fc.option(recorded, { nil: undefined }),
      fc.option(recorded, { nil: undefined }),
      unsigned,
    )
    .map(([event, link, position]) => (answer) => {
      const resolved = new ReadResp.ReadEvent().setEvent(event).setLink(link);
      answer.setEvent(resolved.setCommitPosition(position));
    }),
  text.map((id) => (answer) => {
    answer.setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId(id));
  }),
  fc.tuple(unsigned, unsigned).map(([commit, prepare]) => (answer) => {
    const checkpoint = new ReadResp.Checkpoint().setCommitPosition(commit);
    answer.setCheckpoint(checkpoint.setPreparePosition(prepare));
  }),
  identifiers.map((identifier) => (answer) => {
    answer.setStreamNotFound(new ReadResp.StreamNotFound().setStreamIdentifier(identifier));
  }),
  unsigned.map((revision) => (answer) => answer.setFirstStreamPosition(revision)),
  unsigned.map((revision) => (answer) => answer.setLastStreamPosition(revision)),
  fc.constant((answer) => answer.setCaughtUp(new ReadResp.CaughtUp())),
).map((set) => {
  const answer = new ReadResp();
  set(answer);
  return answer;
});

type ReadOptions = InstanceType<typeof Options>;

const places = oneOf<ReadOptions>(
  fc
    .tuple(identifiers, fc.oneof(unsigned, fc.constantFrom('start' as const, 'end' as const)))
    .map(([identifier, from]) => (options) => {
      const stream = new Options.StreamOptions().setStreamIdentifier(identifier);
      if (from === 'start') stream.setStart(nothing());
      else if (from === 'end') stream.setEnd(nothing());
      else stream.setRevision(from);
      options.setStream(stream);
    }),
  fc.tuple(unsigned, unsigned).map(([commit, prepare]) => (options) => {
    const position = new Options.Position().setCommitPosition(commit).setPreparePosition(prepare);
    options.setAll(new Options.AllOptions().setPosition(position));
  }),
  fc.constant((options) => options.setAll(new Options.AllOptions().setEnd(nothing()))),
);

const filters = oneOf<ReadOptions>(
  fc.constant((options) => options.setNoFilter(nothing())),
  fc
    .tuple(fc.boolean(), text, fc.array(text, { maxLength: 3 }), uint32, fc.option(uint32))
    .map(([byStream, regex, prefixes, interval, max]) => (options) => {
      const expression = new Options.FilterOptions.Expression();
      expression.setRegex(regex).setPrefixList(prefixes);
      const filter = new Options.FilterOptions().setCheckpointintervalmultiplier(interval);
      if (byStream) filter.setStreamIdentifier(expression);
      else filter.setEventType(expression);
      if (max === null) filter.setCount(nothing());
      else filter.setMax(max);
      options.setFilter(filter);
    }),
);

const counts = oneOf<ReadOptions>(
  unsigned.map((count) => (options) => options.setCount(count)),
  fc.constant((options) => options.setSubscription(new Options.SubscriptionOptions())),
);

export const readRequests = fc
  .tuple(places, filters, counts, fc.boolean(), fc.boolean(), fc.boolean())
  .map(([setPlace, setFilter, setCount, backwards, resolveLinks, asText]) => {
    const options = new Options().setResolveLinks(resolveLinks);
    for (const set of [setPlace, setFilter, setCount]) set(options);
    const { FORWARDS, BACKWARDS } = Options.ReadDirection;
    options.setReadDirection(backwards ? BACKWARDS : FORWARDS);
    const ids = new Options.UUIDOption();
    if (asText) ids.setString(nothing());
    else ids.setStructured(nothing());
    return new ReadReq().setOptions(options.setUuidOption(ids));
  });

type BatchOptions = InstanceType<typeof BatchAppendReq.Options>;

const expectations = oneOf<BatchOptions>(
  unsigned.map((revision) => (options) => options.setStreamPosition(revision)),
  fc.constant((options) => options.setNoStream(empty())),
  fc.constant((options) => options.setAny(empty())),
  fc.constant((options) => options.setStreamExists(empty())),
);

const batchOptions = fc
  .tuple(fc.option(identifiers, { nil: undefined }), expectations, uint32, int32)
  .map(([identifier, expect, seconds, nanos]) => {
    const options = new BatchAppendReq.Options().setStreamIdentifier(identifier);
    expect(options);
    return options.setDeadline(
      new protobufTimestamp.Timestamp().setSeconds(seconds).setNanos(nanos),
    );
  });

const proposedMessages = fc
  .tuple(uuids, properties, bytes, bytes)
  .map(([id, metadata, custom, data]) => {
    const message = new BatchAppendReq.ProposedMessage().setId(id);
    setAll(message.getMetadataMap(), metadata);
    return message.setCustomMetadata(custom).setData(data);
  });

export const batchRequests = fc
  .tuple(
    uuids,
    fc.option(batchOptions, { nil: undefined }),
    fc.array(proposedMessages, { maxLength: 3 }),
    fc.boolean(),
  )
  .map(([id, options, messages, isFinal]) => {
    const request = new BatchAppendReq().setCorrelationId(id).setOptions(options);
    return request.setProposedMessagesList(messages).setIsFinal(isFinal);
  });

const successes = fc
  .tuple(fc.option(unsigned), fc.option(fc.tuple(unsigned, unsigned)))
  .map(([revision, position]) => {
    const success = new BatchAppendResp.Success();
    if (revision === null) success.setNoStream(empty());
    else success.setCurrentRevision(revision);
    if (position === null) return success.setNoPosition(empty());
    const place = new shared.AllStreamPosition().setCommitPosition(position[0]);
    return success.setPosition(place.setPreparePosition(position[1]));
  });

const refusals = fc
  .tuple(fc.constantFrom(code.Code.OK, code.Code.NOT_FOUND, code.Code.DATA_LOSS), text, text, bytes)
  .map(([rpcCode, message, typeUrl, value]) => {
    const details = new protobufAny.Any().setTypeUrl(typeUrl).setValue(value);
    return new rpc.Status().setCode(rpcCode).setMessage(message).setDetails(details);
  });

export const batchResponses = fc
  .tuple(uuids, identifiers, fc.oneof(successes, refusals))
  .map(([id, identifier, result]) => {
    const response = new BatchAppendResp().setCorrelationId(id).setStreamIdentifier(identifier);
    return result instanceof rpc.Status ? response.setError(result) : response.setSuccess(result);
  });

export const wrongVersions = fc
  .tuple(fc.option(unsigned), fc.option(unsigned))
  .map(([current, expected]) => {
    const details = new shared.WrongExpectedVersion();
    if (current === null) details.setCurrentNoStream(empty());
    else details.setCurrentStreamRevision(current);
    if (expected === null) return details.setExpectedStreamExists(empty());
    return details.setExpectedStreamPosition(expected);
  });
