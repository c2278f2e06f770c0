// Lengths that are lies, in every request there is, three messages deep: they are refused before
// anything walks to their end. Where it does walk, a test of this file takes a minute or the heap.
import { describe, expect, test } from '@jest/globals';
import type { Message } from 'google-protobuf';
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import projections from '@eventstore/db-client/generated/projections_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { boundedMessage, type MessageClass } from '../../src/wire/bounded-reader.js';
import { batchAppendReqCodec } from '../../src/wire/codecs.js';
import { requestClasses } from './request-classes.js';

/** As protobuf writes it, of up to 32 bits. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

/** The head of a field of the wire type of texts, bytes, messages and packed numbers. */
const head = (field: number, length: number) => [...varint(field * 8 + 2), ...varint(length)];

const LIES = [2 ** 32 - 1, 2 ** 31, 2 ** 30, 5_000];
const FIELDS = Array.from({ length: 20 }, (_, index) => index + 1);

function* lying(depth: number, length: number): Generator<number[]> {
  for (const field of FIELDS) {
    yield head(field, length);
    if (depth === 1) continue;
    for (const inner of lying(depth - 1, length)) yield [...head(field, inner.length), ...inner];
  }
}

function demandRefusal(by: MessageClass, bytes: ArrayLike<number>) {
  expect(() => boundedMessage(by, Uint8Array.from(bytes))).toThrow();
}

/** Where the outer field is no message, the inner one is but bytes, and sound. */
function demandAnEnd(by: MessageClass, bytes: readonly number[]) {
  let message: Message;
  try {
    message = boundedMessage(by, Uint8Array.from(bytes));
  } catch {
    return;
  }
  const { length } = message.serializeBinary();
  if (length > bytes.length) throw new Error(`${length} bytes were read of ${String(bytes)}`);
}

describe.each(requestClasses)('%s', (_, by) => {
  test('refuses a field of any length beyond its end', () => {
    for (const length of LIES) for (const bytes of lying(1, length)) demandRefusal(by, bytes);
  });

  test.each([2, 3])('ends with what such a field is in, %i deep', (depth) => {
    for (const length of depth === 3 ? LIES.slice(0, 1) : LIES) {
      for (const bytes of lying(depth, length)) demandAnEnd(by, bytes);
    }
  });

  test('refuses such a field within a group, which is passed over', () => {
    const [groupBegins, groupEnds] = [varint(30 * 8 + 3), varint(30 * 8 + 4)];
    for (const length of LIES) {
      demandRefusal(by, [...groupBegins, ...head(1, length), ...groupEnds]);
    }
  });

  test('refuses a length that does not end', () => {
    demandRefusal(by, [...varint(10), 255, 255]);
    demandRefusal(by, [...varint(10), 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]);
  });
});

test('refuses lies about the keys and values of a map', () => {
  for (const field of [1, 2]) {
    const entry = head(field, 2 ** 32 - 1);
    const map = [...head(2, entry.length), ...entry];
    demandRefusal(streams.AppendReq, [...head(2, map.length), ...map]);
  }
});

describe('messages of millions of empty ones', () => {
  test.each(requestClasses)('%s', (_, by) => {
    for (const field of [1, 2, 4]) {
      const bytes = Buffer.from(head(field, 0)).toString('latin1').repeat(100_001);
      demandRefusal(by, Buffer.from(bytes, 'latin1'));
    }
  });

  test('an acknowledgement of so many ids', () => {
    const ids = Buffer.alloc(400_000, Buffer.from(head(2, 0)));
    const ack = Buffer.concat([Buffer.from(head(2, ids.length)), ids]);
    demandRefusal(persistent.ReadReq, ack);
    const fewer = ids.subarray(0, 40_000);
    const sound = Buffer.concat([Buffer.from(head(2, fewer.length)), fewer]);
    const read = boundedMessage(persistent.ReadReq, sound) as InstanceType<
      typeof persistent.ReadReq
    >;
    expect(read.getAck()?.getIdsList()).toHaveLength(20_000);
  });

  test('a batch of so many events', () => {
    const events = Buffer.alloc(12 * 1024 * 1024, Buffer.from(head(3, 0)));
    expect(() => batchAppendReqCodec.decode(events)).toThrow('Too many fields');
    const fewer = batchAppendReqCodec.decode(events.subarray(0, 400_000));
    expect(fewer.proposedMessages).toHaveLength(200_000);
  });
});

describe('reads what is sound as the library does', () => {
  const stream = new shared.StreamIdentifier();
  stream.setStreamName(Buffer.from('cart-ünï'));

  const append = new streams.AppendReq();
  const proposed = new streams.AppendReq.ProposedMessage();
  proposed.getMetadataMap().set('type', 'ItemAdded').set('content-type', 'application/json');
  proposed.setData(Buffer.alloc(70_000, 7));
  append.setProposedMessage(proposed);

  const acknowledgement = new persistent.ReadReq();
  const ack = new persistent.ReadReq.Ack();
  const id = new shared.UUID();
  id.setString('0d0e0f10-1112-1314-1516-1718191a1b1c');
  ack.setIdsList([id, id]);
  acknowledgement.setAck(ack);

  const remove = new streams.DeleteReq();
  const options = new streams.DeleteReq.Options();
  options.setStreamIdentifier(stream);
  options.setRevision('18446744073709551615');
  remove.setOptions(options);

  const creation = new projections.CreateReq();
  const query = new projections.CreateReq.Options();
  query.setQuery('fromAll()');
  creation.setOptions(query);

  test.each<[string, MessageClass, Message]>([
    ['an append with a map', streams.AppendReq, append],
    ['an acknowledgement of two', persistent.ReadReq, acknowledgement],
    ['a deletion', streams.DeleteReq, remove],
    ['a projection', projections.CreateReq, creation],
    ['a message without a field', streams.AppendReq, new streams.AppendReq()],
  ])('%s', (_, by, message) => {
    const read = boundedMessage(by, message.serializeBinary());
    expect(read.toObject()).toEqual(message.toObject());
  });
});
