// Consuming on the wire: what a consumer asks for, what it may say afterwards, and how its call
// ends.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { credentials, status } from '@grpc/grpc-js';
import {
  EventStoreDBClient,
  persistentSubscriptionToAllSettingsFromDefaults as settingsToAllFrom,
  persistentSubscriptionToStreamSettingsFromDefaults as settingsFrom,
  START,
} from '@eventstore/db-client';
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import messages from '@eventstore/db-client/generated/persistent_pb.js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { startNode } from '../../src/server/node.js';
import { newStream, series, happened } from '../client/given.js';
import { closed, Inbox, listened, named, nothing, unary, uuid } from './given.js';

const { CreateReq, ReadReq } = messages;
type Resp = InstanceType<typeof messages.ReadResp>;

const cleanup = new Cleanup();
const group = 'group';
let client: EventStoreDBClient;
let wire: InstanceType<typeof persistentGrpc.PersistentSubscriptionsClient>;

beforeAll(async () => {
  const node = await startNode();
  cleanup.add(() => node.stop());
  client = EventStoreDBClient.connectionString(node.connectionString);
  cleanup.add(() => client.dispose());
  wire = new persistentGrpc.PersistentSubscriptionsClient(
    `${node.host}:${node.port}`,
    credentials.createInsecure(),
  );
  cleanup.add(() => closed(wire));
});
afterAll(() => cleanup.run());

async function newGroup(events = 3): Promise<string> {
  const stream = newStream();
  if (events > 0) await client.appendToStream(stream, series(events));
  const settings = settingsFrom({ startFrom: START });
  await client.createPersistentSubscriptionToStream(stream, group, settings);
  return stream;
}

function options(stream: string, bufferSize = 10) {
  const asked = new ReadReq.Options().setStreamIdentifier(named(stream)).setGroupName(group);
  asked.setBufferSize(bufferSize);
  return asked.setUuidOption(new ReadReq.Options.UUIDOption().setString(nothing()));
}

function opened(asked: InstanceType<typeof ReadReq.Options>) {
  const call = wire.read();
  call.write(new ReadReq().setOptions(asked));
  return call;
}

const revisionsOf = (got: readonly Resp[]) =>
  got.map((message) => message.getEvent()?.getEvent()?.getStreamRevision());

function ack(...ids: readonly string[]) {
  return new ReadReq().setAck(new ReadReq.Ack().setIdsList(ids.map(uuid)));
}

describe('a consumer', () => {
  test.each([0, -1, -(2 ** 31)])('cannot have a buffer of %p', async (size) => {
    const stream = await newGroup();
    const call = opened(options(stream, size));
    expect(await listened<Resp>(call)).toMatchObject({ code: status.UNKNOWN, messages: [] });
  });

  test('is told so before it is told that there is no such group', async () => {
    const call = opened(options(newStream(), 0));
    expect(await listened<Resp>(call)).toMatchObject({ code: status.UNKNOWN, trailers: {} });
  });

  test('has to say how it wants ids', async () => {
    const stream = await newGroup();
    const call = opened(options(stream).setUuidOption(undefined));
    expect(await listened<Resp>(call)).toMatchObject({ code: status.UNKNOWN, messages: [] });
  });

  test.each([1n, 63n, 65n])('of $all from %p, where no event is, is dropped', async (place) => {
    await newGroup();
    const name = `from-${place}`;
    const startFrom = { commit: place, prepare: place };
    await client.createPersistentSubscriptionToAll(name, settingsToAllFrom({ startFrom }));
    const asked = options('').setAll(nothing()).setGroupName(name);
    const { code, trailers, messages } = await listened<Resp>(opened(asked));
    expect(messages.map((message) => message.hasSubscriptionConfirmation())).toEqual([true]);
    expect(code).toBe(status.CANCELLED);
    expect(trailers).toMatchObject({
      exception: 'persistent-subscription-dropped',
      'stream-name': '$all',
      'group-name': name,
    });
  });

  test('that asks for nothing and ends is ended', async () => {
    const call = wire.read();
    call.end();
    expect(await listened<Resp>(call)).toMatchObject({ code: status.OK, messages: [] });
  });

  test('that has said all that it wants to say still gets events', async () => {
    const stream = await newGroup(2);
    const call = opened(options(stream));
    const inbox = new Inbox<Resp>(call);
    call.end();
    const [confirmation, ...events] = await inbox.next(3);
    expect(confirmation?.hasSubscriptionConfirmation()).toBe(true);
    expect(revisionsOf(events)).toEqual(['0', '1']);
    await client.appendToStream(stream, happened(2));
    expect(revisionsOf(await inbox.next(1))).toEqual(['2']);
    expect(await inbox.cancel()).toMatchObject({ code: status.CANCELLED });
  });

  test.each([
    ['options once more', (stream: string) => new ReadReq().setOptions(options(stream))],
    ['nothing', () => new ReadReq()],
    ['an id that is none', () => ack('no id')],
  ])('that says %s is not heard any more, and still gets events', async (_, said) => {
    const stream = await newGroup(2);
    const call = opened(options(stream, 2));
    const inbox = new Inbox<Resp>(call);
    const [, first] = await inbox.next(3);
    call.write(said(stream));
    const id = first?.getEvent()?.getEvent()?.getId()?.getString() ?? '';
    call.write(ack(id));
    await client.appendToStream(stream, happened(2));
    const info = await client.getPersistentSubscriptionToStreamInfo(stream, group);
    expect(info.stats.outstandingMessagesCount).toBe(2);
    await inbox.cancel();
  });
});

describe('a group on a stream that is tombstoned', () => {
  const dropped = {
    code: status.CANCELLED,
    trailers: { exception: 'persistent-subscription-dropped', 'group-name': group },
  };

  test('is confirmed to a consumer, which is dropped at once', async () => {
    const stream = newStream();
    await client.appendToStream(stream, series(3));
    await client.tombstoneStream(stream);
    const settings = settingsFrom({ startFrom: START });
    await client.createPersistentSubscriptionToStream(stream, group, settings);
    for (let consumer = 0; consumer < 2; consumer += 1) {
      const answer = await listened<Resp>(opened(options(stream)));
      expect(answer).toMatchObject(dropped);
      expect(answer.messages).toHaveLength(1);
      expect(answer.messages[0]?.hasSubscriptionConfirmation()).toBe(true);
    }
  });

  test('that had read nothing drops whoever comes after a restart', async () => {
    const stream = await newGroup(0);
    await client.tombstoneStream(stream);
    await client.restartPersistentSubscriptionSubsystem();
    expect(await listened<Resp>(opened(options(stream)))).toMatchObject(dropped);
  });

  test('gives a consumer that is connected what was left, and the tombstone', async () => {
    const stream = await newGroup(1);
    const inbox = new Inbox<Resp>(opened(options(stream)));
    await inbox.next(2);
    await Promise.all([client.appendToStream(stream, happened(1)), client.tombstoneStream(stream)]);
    expect(revisionsOf(await inbox.next(2))).toEqual(['1', String(2n ** 63n - 1n)]);
    await inbox.cancel();
  });

  test('that starts from the end keeps its consumer waiting', async () => {
    const stream = newStream();
    await client.tombstoneStream(stream);
    await client.createPersistentSubscriptionToStream(stream, group, settingsFrom());
    const inbox = new Inbox<Resp>(opened(options(stream)));
    expect((await inbox.next(1))[0]?.hasSubscriptionConfirmation()).toBe(true);
    const { settings } = await client.getPersistentSubscriptionToStreamInfo(stream, group);
    expect(settings.startFrom).toBe('end');
    expect((await inbox.cancel()).messages).toHaveLength(1);
  });
});

test('what is parked tells the number of the event, where that is not 0', async () => {
  const stream = await newGroup(2);
  const call = opened(options(stream));
  const inbox = new Inbox<Resp>(call);
  const [, ...events] = await inbox.next(3);
  const ids = events.map((event) => event.getEvent()?.getEvent()?.getId()?.getString() ?? '');
  const nack = new ReadReq.Nack().setAction(ReadReq.Nack.Action.PARK).setReason('too heavy');
  call.write(new ReadReq().setNack(nack.setIdsList(ids.map(uuid))));
  const parked = `$persistentsubscription-${stream}::${group}-parked`;
  const found = [];
  for await (const { event } of client.subscribeToStream(parked, { fromRevision: START })) {
    found.push(event?.metadata);
    if (found.length === 2) break;
  }
  const reason = "Client explicitly NAK'ed message.\ntoo heavy";
  const added = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  expect(found).toEqual([
    { added, reason },
    { added, reason, subscriptionEventNumber: 1 },
  ]);
  await inbox.cancel();
});

test.each(['9223372036854775807', '-9223372036854775808', '15', '1'])(
  'a group with a timeout of %s ticks is told of, and so are all others',
  async (ticks) => {
    const stream = newStream();
    const settings = new CreateReq.Settings().setConsumerStrategy('RoundRobin');
    settings.setReadBatchSize(20).setHistoryBufferSize(500).setLiveBufferSize(500);
    settings.setMessageTimeoutTicks(ticks).setCheckpointAfterTicks(ticks);
    const source = new CreateReq.StreamOptions().setStreamIdentifier(named(stream));
    const created = new CreateReq.Options().setStream(source.setStart(nothing()));
    created.setGroupName(group).setSettings(settings);
    const request = new CreateReq().setOptions(created);
    await unary((done) => wire.create(request, done));
    const [info] = await client.listPersistentSubscriptionsToStream(stream);
    expect(info?.settings.messageTimeout).toBe(
      Math.trunc(Math.max(-(2 ** 31 - 1), Math.min(Number(ticks) / 10_000, 2 ** 31 - 1))),
    );
    const groups = await client.listAllPersistentSubscriptions();
    expect(groups.map(({ eventSource }) => eventSource)).toContain(stream);
  },
);
