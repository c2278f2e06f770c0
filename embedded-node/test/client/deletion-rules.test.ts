// Which writes a stream takes in each of its states, with every expectation: what the real server's
// check of a commit allows, whether the stream has events, only metadata, or nothing any more.
import { describe, expect, test } from '@jest/globals';
import {
  ANY,
  NO_STREAM,
  STREAM_EXISTS,
  type AppendExpectedRevision,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { expecting, named, streamsClient, unary } from '../wire/given.js';
import { type Given, happened, newStream, onEachStore, series } from './given.js';

type Client = EventStoreDBClient;
type Answer = 'done' | 'wrong-expected-version' | 'stream-deleted';

/** How a stream comes into its state. */
const states = {
  absent: () => undefined,
  'with metadata only': (client: Client, stream: string) =>
    client.setStreamMetadata(stream, { own: 1 }),
  'with metadata only, soft-deleted': async (client: Client, stream: string) => {
    await client.setStreamMetadata(stream, { own: 1 });
    await client.deleteStream(stream);
  },
  'of two events': (client: Client, stream: string) => client.appendToStream(stream, series(2)),
  'of two events, soft-deleted': async (client: Client, stream: string) => {
    await client.appendToStream(stream, series(2));
    await client.deleteStream(stream);
  },
  tombstoned: async (client: Client, stream: string) => {
    await client.setStreamMetadata(stream, { own: 1 });
    await client.tombstoneStream(stream);
  },
} as const;

const calls = {
  'append of one': ({ client }: Given, stream: string, expectedRevision: AppendExpectedRevision) =>
    client.appendToStream(stream, happened(7), { expectedRevision }),
  'append of nothing': (
    { client }: Given,
    stream: string,
    expectedRevision: AppendExpectedRevision,
  ) => client.appendToStream(stream, [], { expectedRevision }),
  deletion: (given: Given, stream: string, expectedRevision: AppendExpectedRevision) =>
    removed(given, 'delete', stream, expectedRevision),
  tombstone: (given: Given, stream: string, expectedRevision: AppendExpectedRevision) =>
    removed(given, 'tombstone', stream, expectedRevision),
} as const;

const inWords = { [ANY]: 'any', [NO_STREAM]: 'no stream', [STREAM_EXISTS]: 'exists' } as const;

/** Without the official client, which cannot say of a deletion that the stream has to exist. */
async function removed(
  { node }: Given,
  how: 'delete' | 'tombstone',
  stream: string,
  expected: AppendExpectedRevision,
) {
  const word = typeof expected === 'bigint' ? expected : inWords[expected];
  const client = streamsClient(node);
  const answer = await unary((done) => {
    if (how === 'delete') {
      const options = new streams.DeleteReq.Options().setStreamIdentifier(named(stream));
      return client.delete(new streams.DeleteReq().setOptions(expecting(options, word)), done);
    }
    const options = new streams.TombstoneReq.Options().setStreamIdentifier(named(stream));
    return client.tombstone(new streams.TombstoneReq().setOptions(expecting(options, word)), done);
  });
  client.close();
  const { exception } = answer.trailers;
  if (exception !== undefined) throw Object.assign(new Error('Refused'), { type: exception });
}

const [done, wrong, gone] = ['done', 'wrong-expected-version', 'stream-deleted'] as const;

/** Expecting any, no stream, an existing stream, exactly 0 and exactly 1. */
const expectations = [ANY, NO_STREAM, STREAM_EXISTS, 0n, 1n] as const;

type Answers = readonly Answer[];

/** Every call gets the same answers. */
const alike = (answers: Answers): Record<keyof typeof calls, Answers> => ({
  'append of one': answers,
  'append of nothing': answers,
  deletion: answers,
  tombstone: answers,
});

const rules: Record<keyof typeof states, Record<keyof typeof calls, Answers>> = {
  absent: {
    ...alike([done, done, wrong, wrong, wrong]),
    deletion: [wrong, wrong, wrong, wrong, wrong],
  },
  'with metadata only': alike([done, done, done, wrong, wrong]),
  'with metadata only, soft-deleted': alike([done, done, gone, wrong, wrong]),
  'of two events': alike([done, wrong, done, wrong, done]),
  'of two events, soft-deleted': {
    ...alike([done, done, gone, wrong, done]),
    'append of nothing': [done, wrong, gone, wrong, done],
  },
  tombstoned: alike([gone, gone, gone, gone, gone]),
};

async function answerOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return error instanceof Error ? Reflect.get(error, 'type') : error;
  }
}

const namesOf = <Key extends string>(record: Record<Key, unknown>) => Object.keys(record) as Key[];

onEachStore('the rules of writing and deleting', (given) => {
  describe.each(namesOf(states))('a stream %s', (state) => {
    test.each(namesOf(calls))('%s', async (call) => {
      const answers = [];
      for (const expected of expectations) {
        const stream = newStream();
        await states[state](given.client, stream);
        answers.push(await answerOf(calls[call](given, stream, expected)));
      }
      expect(answers).toEqual(rules[state][call]);
    });
  });

  test.each([ANY, 1n] as const)(
    'an append of nothing that expects %p brings a soft-deleted stream back, empty',
    async (expectedRevision) => {
      const stream = newStream();
      await given.client.appendToStream(stream, series(2));
      await given.client.deleteStream(stream);
      await given.client.appendToStream(stream, [], { expectedRevision });
      const { metadata } = await given.client.getStreamMetadata(stream);
      expect(metadata).toEqual({ truncateBefore: 2 });
      const read = [];
      for await (const event of given.client.readStream(stream)) read.push(event);
      expect(read).toEqual([]);
    },
  );

  test('a soft-deleted stream that has never had events begins at 0', async () => {
    const stream = newStream();
    await given.client.setStreamMetadata(stream, { own: 1 });
    await given.client.deleteStream(stream);
    const written = await given.client.appendToStream(stream, happened(0));
    expect(written.nextExpectedRevision).toBe(0n);
    const { metadata } = await given.client.getStreamMetadata(stream);
    expect(metadata).toEqual({ truncateBefore: 0 });
  });

  test('metadata set on such a stream keeps it empty', async () => {
    const stream = newStream();
    await given.client.setStreamMetadata(stream, { own: 1 });
    await given.client.deleteStream(stream);
    await given.client.setStreamMetadata(stream, { own: 2 });
    const { metadata } = await given.client.getStreamMetadata(stream);
    expect(metadata).toEqual({ own: 2, truncateBefore: 0 });
  });

  test('metadata of a tombstoned stream: the first is refused, a further one is not', async () => {
    const [bare, described] = [newStream(), newStream()];
    await given.client.setStreamMetadata(described, { own: 1 });
    for (const stream of [bare, described]) await given.client.tombstoneStream(stream);
    const refused = given.client.setStreamMetadata(bare, { own: 2 });
    await expect(refused).rejects.toMatchObject({
      type: 'stream-deleted',
      streamName: `$$${bare}`,
    });
    const { nextExpectedRevision } = await given.client.setStreamMetadata(described, { own: 2 });
    expect(nextExpectedRevision).toBe(1n);
  });

  test('a repetition of a part of a write, with more behind it, is a wrong revision', async () => {
    const stream = newStream();
    const [first, ...others] = series(3);
    await given.client.appendToStream(stream, [first!, others[0]!], {
      expectedRevision: NO_STREAM,
    });
    await given.client.deleteStream(stream);
    const more = given.client.appendToStream(stream, [first!, others[1]!], {
      expectedRevision: NO_STREAM,
    });
    await expect(more).rejects.toMatchObject({ type: 'wrong-expected-version' });
  });
});
