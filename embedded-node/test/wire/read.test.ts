// Reads on the wire as the .NET client asks for them: positions and revisions as numbers where
// others name the start or the end, filters without an interval, and the ends of a stream told.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { status } from '@grpc/grpc-js';
import { EventStoreDBClient } from '@eventstore/db-client';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { startNode } from '../../src/server/node.js';
import { newStream, series } from '../client/given.js';
import { type Answer, closed, listened, named, nothing, streamsClient } from './given.js';

const { Options } = streams.ReadReq;
type Resp = InstanceType<typeof streams.ReadResp>;

const END = String(2n ** 64n - 1n);
const { FORWARDS, BACKWARDS } = Options.ReadDirection;

const cleanup = new Cleanup();
let client: EventStoreDBClient;
let wire: ReturnType<typeof streamsClient>;

beforeAll(async () => {
  const node = await startNode();
  cleanup.add(() => node.stop());
  client = EventStoreDBClient.connectionString(node.connectionString);
  cleanup.add(() => client.dispose());
  wire = streamsClient(node);
  cleanup.add(() => closed(wire));
});
afterAll(() => cleanup.run());

/** What every read of the .NET client has, up to its version 23. */
function options(count = 10, compatibility = 1) {
  const asked = new Options().setCount(String(count)).setNoFilter(nothing());
  asked.setUuidOption(new Options.UUIDOption().setStructured(nothing()));
  return asked.setControlOption(new Options.ControlOption().setCompatibility(compatibility));
}

function fromPosition(commit: string, prepare = commit) {
  const position = new Options.Position().setCommitPosition(commit).setPreparePosition(prepare);
  return new Options.AllOptions().setPosition(position);
}

function ofStream(stream: string, revision: string) {
  return new Options.StreamOptions().setStreamIdentifier(named(stream)).setRevision(revision);
}

function read(asked: InstanceType<typeof Options>): Promise<Answer<Resp>> {
  return listened<Resp>(wire.read(new streams.ReadReq().setOptions(asked)));
}

const revisionsOf = ({ messages }: Answer<Resp>) =>
  messages.flatMap((message) => message.getEvent()?.getEvent()?.getStreamRevision() ?? []);

describe('$all', () => {
  test('backwards from the end as a position', async () => {
    const stream = newStream();
    await client.appendToStream(stream, series(2));
    const answer = await read(options(2).setAll(fromPosition(END)).setReadDirection(BACKWARDS));
    expect(answer.code).toBe(status.OK);
    expect(revisionsOf(answer)).toEqual(['1', '0']);
  });

  test('forwards from the end as a position gives nothing', async () => {
    const answer = await read(options().setAll(fromPosition(END)).setReadDirection(FORWARDS));
    expect(answer).toMatchObject({ code: status.OK, messages: [] });
  });

  test.each([
    [END, '5'],
    ['5', END],
    ['5', '6'],
    [String(2n ** 63n), '0'],
  ])('from commit %s and prepare %s, which is no position', async (commit, prepare) => {
    const answer = await read(
      options().setAll(fromPosition(commit, prepare)).setReadDirection(BACKWARDS),
    );
    expect(answer).toMatchObject({ code: status.UNKNOWN, messages: [] });
  });

  test.each([FORWARDS, BACKWARDS])(
    'filtered without an interval for checkpoints, direction %p',
    async (direction) => {
      const stream = newStream();
      await client.appendToStream(stream, series(2));
      const filter = new Options.FilterOptions().setCount(nothing());
      filter.setStreamIdentifier(new Options.FilterOptions.Expression().setPrefixList([stream]));
      const asked = options().setFilter(filter).setReadDirection(direction);
      const answer = await read(asked.setAll(fromPosition(direction === FORWARDS ? '0' : END)));
      expect(answer.code).toBe(status.OK);
      expect(revisionsOf(answer).toSorted()).toEqual(['0', '1']);
      const subscription = asked.setSubscription(new Options.SubscriptionOptions());
      const refused = await read(subscription.setReadDirection(FORWARDS));
      expect(refused.code).toBe(status.UNKNOWN);
    },
  );

  test('a filter of neither an expression nor prefixes finds nothing', async () => {
    const filter = new Options.FilterOptions().setCount(nothing());
    filter.setStreamIdentifier(new Options.FilterOptions.Expression());
    const answer = await read(options().setFilter(filter).setAll(fromPosition('0')));
    expect(answer).toMatchObject({ code: status.OK, messages: [] });
  });
});

describe('a stream', () => {
  test('backwards from the end as a revision', async () => {
    const stream = newStream();
    await client.appendToStream(stream, series(3));
    const asked = options(2).setStream(ofStream(stream, END)).setReadDirection(BACKWARDS);
    expect(revisionsOf(await read(asked))).toEqual(['2', '1']);
  });

  test('from what is no revision', async () => {
    const stream = newStream();
    await client.appendToStream(stream, series(1));
    const asked = options().setStream(ofStream(stream, String(2n ** 63n)));
    expect(await read(asked.setReadDirection(BACKWARDS))).toMatchObject({ code: status.UNKNOWN });
  });

  /** The first position that is told, the revisions that are given, and the last position. */
  async function toldOf(stream: string, revision: string, count: number, compatibility?: number) {
    const answer = await read(options(count, compatibility).setStream(ofStream(stream, revision)));
    return {
      firsts: answer.messages.flatMap((message) =>
        message.hasFirstStreamPosition() ? [message.getFirstStreamPosition()] : [],
      ),
      revisions: revisionsOf(answer),
      lasts: answer.messages.flatMap((message) =>
        message.hasLastStreamPosition() ? [message.getLastStreamPosition()] : [],
      ),
    };
  }

  test.each<[from: string, count: number, firsts: readonly string[], revisions: readonly string[]]>(
    [
      // A page is as many as are asked for, and 32 at most: an empty one is told.
      ['0', 3, ['40'], ['40', '41', '42']],
      ['0', 100, ['40'], Array.from({ length: 20 }, (_, n) => String(40 + n))],
      ['8', 100, ['40'], Array.from({ length: 20 }, (_, n) => String(40 + n))],
      ['9', 100, [], Array.from({ length: 20 }, (_, n) => String(40 + n))],
      ['38', 2, ['40'], ['40', '41']],
      ['38', 3, [], ['40', '41', '42']],
      ['58', 5, [], ['58', '59']],
      ['60', 5, [], []],
      ['75', 5, ['60'], []],
    ],
  )('truncated before 40, from %s and %p events', async (from, count, firsts, revisions) => {
    const stream = newStream();
    await client.appendToStream(stream, series(60));
    await client.setStreamMetadata(stream, { truncateBefore: 40 });
    expect(await toldOf(stream, from, count)).toEqual({ firsts, revisions, lasts: ['59'] });
    expect(await toldOf(stream, from, count, 0)).toEqual({ firsts: [], revisions, lasts: [] });
  });

  test('truncated beyond its end', async () => {
    const stream = newStream();
    await client.appendToStream(stream, series(3));
    await client.setStreamMetadata(stream, { truncateBefore: 50 });
    const told = await toldOf(stream, '0', 10);
    expect(told).toEqual({ firsts: ['50'], revisions: [], lasts: ['2'] });
  });
});
