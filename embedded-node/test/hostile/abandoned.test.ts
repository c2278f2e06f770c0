// Callers who begin and do not go on: streams opened and left, readers who never read, batches that
// are never finished. They cost the node little, and nobody else anything. The long form:
// ABANDONED=10000 npm test -- test/embedded-node/hostile.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { on, once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import {
  binaryEvent,
  persistentSubscriptionToStreamSettingsFromDefaults as streamSettings,
  START,
} from '@eventstore/db-client';
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import protobufEmpty from 'google-protobuf/google/protobuf/empty_pb.js';
import protobufTimestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { newStream } from '../client/given.js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { HostileNode } from './hostile-node.js';
import { statusOf, type RawCall, type RawClient } from './raw-client.js';

const ABANDONED = Number(process.env['ABANDONED'] ?? 2_000);
const CALLS_A_CONNECTION = 200;
/** What an open call may cost the node; most of it is its HTTP/2 stream. */
const CALL_KIB = 20;

const READ = '/event_store.client.streams.Streams/Read';
const APPEND = '/event_store.client.streams.Streams/Append';
const CONSUME = '/event_store.client.persistent_subscriptions.PersistentSubscriptions/Read';
const BATCH_APPEND = '/event_store.client.streams.Streams/BatchAppend';

const cleanup = new Cleanup();
let node: HostileNode;
beforeEach(async () => {
  node = await HostileNode.start(cleanup);
});
afterEach(() => cleanup.run());

const nameOf = (stream: string) =>
  new shared.StreamIdentifier().setStreamName(Buffer.from(stream).toString('base64'));

function readRequest(stream: string, count: number | 'subscription'): Buffer {
  const options = new streams.ReadReq.Options();
  const from = new streams.ReadReq.Options.StreamOptions();
  from.setStreamIdentifier(nameOf(stream));
  from.setStart(new shared.Empty());
  options.setStream(from);
  if (count === 'subscription') {
    options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions());
  } else options.setCount(String(count));
  options.setNoFilter(new shared.Empty());
  options.setUuidOption(new streams.ReadReq.Options.UUIDOption().setString(new shared.Empty()));
  return Buffer.from(new streams.ReadReq().setOptions(options).serializeBinary());
}

function consumeRequest(stream: string, group: string): Buffer {
  const options = new persistent.ReadReq.Options();
  options.setStreamIdentifier(nameOf(stream));
  options.setGroupName(group);
  options.setBufferSize(2 ** 31 - 1);
  options.setUuidOption(
    new persistent.ReadReq.Options.UUIDOption().setStructured(new shared.Empty()),
  );
  return Buffer.from(new persistent.ReadReq().setOptions(options).serializeBinary());
}

function partOfBatch(
  data: Buffer,
  begins: boolean,
  id: string = randomUUID(),
  stream = 'unfinished',
): Buffer {
  const request = new streams.BatchAppendReq();
  request.setCorrelationId(new shared.UUID().setString(id));
  if (begins) {
    const options = new streams.BatchAppendReq.Options();
    options.setStreamIdentifier(nameOf(stream));
    options.setAny(new protobufEmpty.Empty());
    options.setDeadline(protobufTimestamp.Timestamp.fromDate(new Date(Date.now() + 600_000)));
    request.setOptions(options);
  }
  const message = new streams.BatchAppendReq.ProposedMessage();
  message.setId(new shared.UUID().setString(randomUUID()));
  message.getMetadataMap().set('type', 'Part').set('content-type', 'application/octet-stream');
  message.setData(data);
  request.addProposedMessages(message);
  return Buffer.from(request.serializeBinary());
}

/** Half of the strangers go at once, the others when all have been there. */
async function openAndLeave(): Promise<void> {
  const staying: RawClient[] = [];
  for (let opened = 0; opened < ABANDONED; opened += CALLS_A_CONNECTION) {
    const stranger = node.stranger();
    const subscribed: Promise<unknown>[] = [];
    for (let i = 0; i < CALLS_A_CONNECTION; i++) {
      const path = [READ, APPEND, BATCH_APPEND][i % 3]!;
      const call = stranger.open(path);
      // Its end is the stranger's own going away.
      call.on('error', () => undefined);
      if (path !== READ) continue;
      call.end(readRequest('nothing', 'subscription'));
      subscribed.push(once(call, 'data'));
    }
    await Promise.all(subscribed);
    if (opened % (2 * CALLS_A_CONNECTION) === 0) stranger.close();
    else staying.push(stranger);
  }
  await node.works();
  for (const stranger of staying) stranger.close();
}

test(`${ABANDONED} calls are opened and left, twice`, async () => {
  const openMib = (ABANDONED * CALL_KIB) / 1024;
  await node.endures(openAndLeave, 50 + openMib);
  // Whoever left has left nothing behind: the same again needs no more.
  await node.endures(openAndLeave, 50 + openMib / 4);
});

test('a client that cancels 3,000 calls keeps its others', async () => {
  const stranger = node.stranger();
  const subscribed = async (stream: string) => {
    const call = stranger.open(READ);
    // The client's own cancelling.
    call.on('error', () => undefined);
    call.end(readRequest(stream, 'subscription'));
    await once(call, 'data');
    return call;
  };
  const kept = await subscribed('kept');
  for (let cancelled = 0; cancelled < 3_000; cancelled += 50) {
    const calls = await Promise.all(Array.from({ length: 50 }, () => subscribed('left')));
    for (const call of calls) call.cancel();
  }
  const answers = on(kept, 'data');
  await node.client.appendToStream('kept', binaryEvent({ type: 'Kept', data: new Uint8Array(1) }));
  for await (const [answer] of answers as AsyncIterable<[Buffer]>) {
    if (answer.includes('Kept')) break;
  }
});

async function largeStream(megabytes: number): Promise<string> {
  const stream = newStream();
  const data = new Uint8Array(200_000);
  for (let i = 0; i < megabytes; i++) {
    const events = Array.from({ length: 5 }, () => binaryEvent({ type: 'Large', data }));
    await node.client.appendToStream(stream, events);
  }
  return stream;
}

test('thirty readers who never read a large stream', async () => {
  const stream = await largeStream(40);
  await node.endures(async () => {
    const calls = Array.from({ length: 30 }, (_, i) => {
      const call = node.stranger().open(READ);
      call.on('error', () => undefined);
      call.pause();
      call.end(readRequest(stream, i % 2 === 0 ? 1_000 : 'subscription'));
      return call;
    });
    await Promise.all(calls.map((call) => once(call, 'metadata')));
    for (let i = 0; i < 20; i++) await node.works();
    for (const call of calls) call.cancel();
  });
});

test('ten consumers with a boundless buffer who never read', async () => {
  const stream = await largeStream(60);
  await node.endures(async () => {
    const calls: RawCall[] = [];
    for (let i = 0; i < 10; i++) {
      const group = `group-${i}`;
      const settings = streamSettings({ startFrom: START });
      await node.client.createPersistentSubscriptionToStream(stream, group, settings);
      const call = node.stranger().open(CONSUME);
      call.on('error', () => undefined);
      call.pause();
      call.write(consumeRequest(stream, group));
      await once(call, 'metadata');
      calls.push(call);
    }
    for (let i = 0; i < 20; i++) await node.works();
    for (const call of calls) call.cancel();
  });
});

/**
 * Sends until the node ends the call, or all is sent; whoever is not read from waits. A call that
 * the node is to end is not cancelled: its status may be on the way.
 */
async function flood(
  path: string,
  parts: Iterable<Buffer>,
  endedBy: 'client' | 'node' = 'client',
): Promise<status> {
  const call = node.stranger().open(path);
  const ended = statusOf(call);
  const over = new AbortController();
  void ended.then(() => over.abort());
  call.resume();
  for (const part of parts) {
    if (over.signal.aborted) break;
    if (!call.write(part)) await Promise.race([once(call, 'drain'), ended]);
  }
  await node.works();
  if (endedBy === 'client') call.cancel();
  return ended;
}

function* times<T>(count: number, make: (n: number) => T): Iterable<T> {
  for (let n = 0; n < count; n++) yield make(n);
}

test('a batch that grows for ever is not kept', async () => {
  await node.endures(async () => {
    const id = randomUUID();
    const data = Buffer.alloc(1_000_000);
    await flood(
      BATCH_APPEND,
      times(300, (n) => partOfBatch(data, n === 0, id)),
    );
  });
});

test('batches of which none is finished are not all kept', async () => {
  await node.endures(async () => {
    const data = Buffer.alloc(500_000);
    const code = await flood(
      BATCH_APPEND,
      times(600, () => partOfBatch(data, true)),
      'node',
    );
    expect(code).toBe(status.RESOURCE_EXHAUSTED);
  });
});

test('an append that grows for ever is not kept', async () => {
  await node.endures(async () => {
    const message = new streams.AppendReq.ProposedMessage();
    message.setId(new shared.UUID().setString(randomUUID()));
    message.getMetadataMap().set('type', 'Part').set('content-type', 'application/octet-stream');
    message.setData(Buffer.alloc(1_000_000));
    const part = Buffer.from(new streams.AppendReq().setProposedMessage(message).serializeBinary());
    await flood(
      APPEND,
      times(300, () => part),
    );
  });
});

const LONG_NAME = 'n'.repeat(1_000_000);

test('batches that only have long names are not all kept', async () => {
  await node.endures(async () => {
    const code = await flood(
      BATCH_APPEND,
      times(60, () => partOfBatch(Buffer.alloc(0), true, randomUUID(), LONG_NAME)),
      'node',
    );
    expect(code).toBe(status.RESOURCE_EXHAUSTED);
  });
});

test('appends that are begun and left take the memory of nobody else', async () => {
  const options = new streams.AppendReq.Options().setStreamIdentifier(nameOf(LONG_NAME));
  options.setAny(new shared.Empty());
  const begun = Buffer.from(new streams.AppendReq().setOptions(options).serializeBinary());
  const stranger = node.stranger();
  const ends: Promise<status>[] = [];
  for (let n = 0; n < 100; n++) {
    const call = stranger.open(APPEND);
    call.resume();
    ends.push(statusOf(call));
    call.write(begun);
  }
  // Of those that came first, whose memory the later ones and the other client need.
  expect(await ends[0]).toBe(status.RESOURCE_EXHAUSTED);
  await node.works();
  // A classic append, with a call of its own.
  const credentials = { username: 'makes', password: 'it classic' };
  const data = new Uint8Array(1_000_000);
  for (let n = 0; n < 3; n++) {
    await node.client.appendToStream('kept', binaryEvent({ type: 'Kept', data }), { credentials });
  }
});
