// event-store.proto against the official client's classes: the same bytes mean the same to both, in
// both directions, and bytes that mean nothing are refused.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { textOf } from '../../src/wire/event-messages.js';
import {
  batchAppendReqCodec,
  batchAppendRespCodec,
  type Codec,
  readReqCodec,
  readRespCodec,
  uuidCodec,
  uuidText,
  wrongExpectedVersionCodec,
} from '../../src/wire/codecs.js';
import {
  batchRequests,
  batchResponses,
  readRequests,
  readResponses,
  uuids,
  wrongVersions,
} from './official-messages.js';

interface Official {
  serializeBinary(): Uint8Array;
  toObject(): object;
}

interface Described {
  readonly codec: Codec<unknown, unknown>;
  readonly official: { deserializeBinary(bytes: Uint8Array): Official };
  readonly messages: fc.Arbitrary<Official>;
}

/** A codec takes what it gave. */
const asGiven = <Given, Message extends Given>(codec: Codec<Given, Message>) =>
  codec as Codec<unknown, unknown>;

const described: readonly (readonly [string, Described])[] = [
  ['ReadReq', { codec: asGiven(readReqCodec), official: streams.ReadReq, messages: readRequests }],
  [
    'ReadResp',
    { codec: asGiven(readRespCodec), official: streams.ReadResp, messages: readResponses },
  ],
  [
    'BatchAppendReq',
    {
      codec: asGiven(batchAppendReqCodec),
      official: streams.BatchAppendReq,
      messages: batchRequests,
    },
  ],
  [
    'BatchAppendResp',
    {
      codec: asGiven(batchAppendRespCodec),
      official: streams.BatchAppendResp,
      messages: batchResponses,
    },
  ],
  [
    'WrongExpectedVersion',
    {
      codec: asGiven(wrongExpectedVersionCodec),
      official: shared.WrongExpectedVersion,
      messages: wrongVersions,
    },
  ],
];

/** Fields that no message has, of every wire type there is. */
const unknownFields = fc
  .array(
    fc.oneof(
      fc.nat({ max: 127 }).map((value) => [0, value]),
      fc.uint8Array({ minLength: 8, maxLength: 8 }).map((value) => [1, ...value]),
      fc.uint8Array({ maxLength: 9 }).map((value) => [2, value.length, ...value]),
      fc.uint8Array({ minLength: 4, maxLength: 4 }).map((value) => [5, ...value]),
    ),
    { minLength: 1, maxLength: 3 },
  )
  // Field 200, whose tag takes two bytes.
  .map((fields) => fields.flatMap(([type = 0, ...rest]) => [0xc0 | type, 0x0c, ...rest]));

/** What becomes of the bytes, as text that can be compared. */
function outcomeOf({ codec }: Described, bytes: Uint8Array): 'message' | RangeError {
  try {
    codec.decode(bytes);
    return 'message';
  } catch (error) {
    if (error instanceof RangeError) return error;
    throw error;
  }
}

describe.each(described)('%s', (_, one) => {
  const { codec, official, messages } = one;
  const again = (bytes: Uint8Array) =>
    official.deserializeBinary(codec.encode(codec.decode(bytes))).toObject();

  test('is read as it was meant, and written so that it is read so again', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(again(message.serializeBinary())).toEqual(message.toObject());
      }),
    );
  });

  test('is read without the fields that it does not describe', () => {
    fc.assert(
      fc.property(messages, unknownFields, (message, unknown) => {
        const bytes = message.serializeBinary();
        expect(again(Uint8Array.from([...unknown, ...bytes]))).toEqual(message.toObject());
        expect(again(Uint8Array.from([...bytes, ...unknown]))).toEqual(message.toObject());
      }),
    );
  });

  test('that ends too early is refused, or is a shorter one to the official classes as well', () => {
    fc.assert(
      fc.property(messages, fc.nat(), (message, cut) => {
        const whole = message.serializeBinary();
        const bytes = whole.subarray(0, whole.length === 0 ? 0 : cut % whole.length);
        if (outcomeOf(one, bytes) !== 'message') return;
        expect(again(bytes)).toEqual(official.deserializeBinary(bytes).toObject());
      }),
    );
  });

  test('that was spoiled is a message or a RangeError, never anything else', () => {
    fc.assert(
      fc.property(messages, fc.nat(), fc.nat({ max: 255 }), (message, at, byte) => {
        const bytes = message.serializeBinary();
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        outcomeOf(one, bytes);
      }),
    );
  });

  test('that is no more than noise is a message or a RangeError, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        outcomeOf(one, bytes);
        outcomeOf(one, Buffer.from(bytes));
      }),
      { numRuns: 500 },
    );
  });
});

describe('bytes that are no message', () => {
  const within = (...inner: readonly number[]) => [0x0a, inner.length, ...inner];

  test.each([
    ['a message that is longer than the one that it is in', within(0x0a, 5, 0x0a, 0), []],
    ['the same message, with the bytes there', within(0x0a, 5, 0x0a, 0), [0x12, 1, 0, 0]],
    ['a text that is longer than its message', [0x12, 3, 0x0a, 9, 0x61], []],
    ['the same text, with the bytes there', [0x12, 3, 0x0a, 9, 0x61], Array<number>(9).fill(0)],
    ['a wire type that there is not', [0x0f], []],
    ['a revision whose end is missing', [0x28, 0x80, 0x80, 0x80, 0x80], []],
    ['a number that does not end', within(0x18, ...Array<number>(12).fill(0x80), 0), []],
    ['a number that ends beyond the message', [0x28, 0x80, 0x80, 0x80], []],
    ['groups in groups without end', Array<number>(500).fill(0x7b), []],
    ['a group that does not end', [0x7b], []],
  ])('%s', (_, bytes, after) => {
    const all = [...bytes, ...after];
    expect(() => readRespCodec.decode(Uint8Array.from(all))).toThrow(RangeError);
    expect(() => readRespCodec.decode(Buffer.from(all))).toThrow(RangeError);
  });
});

describe('of a oneof', () => {
  test('the member that came last counts, as with the official classes', () => {
    fc.assert(
      fc.property(readResponses, readResponses, (one, other) => {
        const bytes = Buffer.concat([one.serializeBinary(), other.serializeBinary()]);
        const official = streams.ReadResp.deserializeBinary(bytes);
        const isSet: Record<string, boolean> = {
          event: official.hasEvent(),
          confirmation: official.hasConfirmation(),
          checkpoint: official.hasCheckpoint(),
          streamNotFound: official.hasStreamNotFound(),
          firstStreamPosition: official.hasFirstStreamPosition(),
          lastStreamPosition: official.hasLastStreamPosition(),
          caughtUp: official.hasCaughtUp(),
        };
        const named = Object.keys(isSet).find((name) => isSet[name]);
        expect(readRespCodec.decode(bytes).content).toBe(named);
      }),
    );
  });
});

test('a UUID is the same text in both of its forms', () => {
  fc.assert(
    fc.property(uuids, uuids, (uuid, other) => {
      const text = (bytes: Uint8Array) => uuidText(uuidCodec.decode(bytes));
      expect(text(uuid.serializeBinary())).toBe(textOf(uuid));
      const both = Buffer.concat([other.serializeBinary(), uuid.serializeBinary()]);
      expect(text(both)).toBe(textOf(shared.UUID.deserializeBinary(both)));
    }),
  );
});
