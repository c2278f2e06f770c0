// A node without projections answers the client's calls to manage them as unsupported, each at once
// and without harm. Those of the system can be looked at, and they are there as links.
import { expect, test } from '@jest/globals';
import {
  RUNNING,
  StreamNotFoundError,
  UnknownError,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import {
  all,
  happened,
  linkTo,
  newStream,
  numberOf,
  numbers,
  onEachNode,
  series,
  take,
  type Given,
} from './given.js';

const query = 'fromAll().when({ $init: () => ({ count: 0 }) })';

/** A name without a hyphen. */
const newCategory = () => newStream('category').replaceAll('-', '');

type Calls = [name: string, (client: EventStoreDBClient) => Promise<unknown>][];

const creatingTracking: Calls[number][1] = (client) =>
  client.createProjection('mine', query, { trackEmittedStreams: true });

/** What only a projection with a query can. */
const ofQueries: Calls = [
  ['createProjection', (client) => client.createProjection('mine', query)],
  ['updateProjection', (client) => client.updateProjection('mine', query)],
  ['resetProjection', (client) => client.resetProjection('$by_category')],
];

const ofTheSystem: Calls = [
  ['disableProjection', (client) => client.disableProjection('$by_category')],
  ['deleteProjection', (client) => client.deleteProjection('mine')],
  ['getProjectionResult', (client) => client.getProjectionResult('$by_category')],
  ['enableProjection', (client) => client.enableProjection('$by_category')],
  ['getProjectionState', (client) => client.getProjectionState('$by_category')],
  ['getProjectionStatus', (client) => client.getProjectionStatus('$by_category')],
  ['listProjections', (client) => client.listProjections()],
  ['restartSubsystem', (client) => client.restartSubsystem()],
];

async function isUnimplemented({ client }: Given, call: Calls[number][1]): Promise<void> {
  await expect(call(client)).rejects.toMatchObject({ code: 12 });
  const stream = newStream();
  await client.appendToStream(stream, series(1));
  expect(await numbers(client.readStream(stream))).toEqual([0]);
}

onEachNode('without projections, the management of them', (given) => {
  test.each([...ofQueries, ...ofTheSystem])('%s', (_, call) => isUnimplemented(given, call));

  test('createProjection that tracks emitted streams is not offered', async () => {
    // The client then asks by HTTP, which this node does not answer on its gRPC port.
    const asked = creatingTracking(given.client);
    await expect(asked).rejects.toMatchObject({ code: 'HPE_INVALID_CONSTANT' });
  });
});

onEachNode(
  'with projections of the system, the management of them',
  (given) => {
    test.each<Calls[number]>([
      ['deleteProjection', (client) => client.deleteProjection('$by_category')],
      ['resetProjection', (client) => client.resetProjection('$by_category')],
      ['updateProjection', (client) => client.updateProjection('$by_category', query)],
    ])('%s refuses one of the system', async (_, call) => {
      await expect(call(given.client)).rejects.toMatchObject({
        code: 2,
        message: expect.stringContaining('received OperationFailed instead'),
      });
    });

    test('createProjection refuses the name of one of the system', async () => {
      const created = given.client.createProjection('$by_category', query);
      await expect(created).rejects.toMatchObject({
        code: 2,
        message: expect.stringContaining('received Conflict instead'),
      });
    });

    test('shows them, all running', async () => {
      const found = await given.client.listProjections();
      expect(found.map(({ name, projectionStatus }) => [name, projectionStatus]).sort()).toEqual([
        ['$by_category', RUNNING],
        ['$by_correlation_id', RUNNING],
        ['$by_event_type', RUNNING],
        ['$stream_by_category', RUNNING],
        ['$streams', RUNNING],
      ]);
      const one = await given.client.getProjectionStatus('$streams');
      expect(one).toMatchObject({ name: '$streams', effectiveName: '$streams', stateReason: '' });
    });

    test('takes it that they are to run, and to be started anew', async () => {
      await given.client.enableProjection('$by_event_type');
      await given.client.restartSubsystem();
      expect(await given.client.getProjectionState('$by_event_type')).toEqual({});
      expect(await given.client.getProjectionResult('$by_event_type')).toEqual({});
    });

    test.each<Calls[number]>([
      ['enableProjection', (client) => client.enableProjection('nobody')],
      ['getProjectionState', (client) => client.getProjectionState('nobody')],
      ['getProjectionStatus', (client) => client.getProjectionStatus('nobody')],
      ['disableProjection', (client) => client.disableProjection('nobody')],
      ['deleteProjection', (client) => client.deleteProjection('nobody')],
    ])('says of another one that there is none: %s', async (_, call) => {
      const error = await call(given.client).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(UnknownError);
      expect(String(error)).toContain('received NotFound instead');
    });
  },
  { runProjections: true, startStandardProjections: true },
);

onEachNode(
  'the system projections',
  (given) => {
    /** Every link of a projected stream, once there are so many. */
    const links = async (stream: string, count: number) => {
      const found = await take(given.client.subscribeToStream(stream), count);
      return found.map(({ event }) => ({
        target: Buffer.from(event!.data as Uint8Array).toString(),
        metadata: event!.metadata,
      }));
    };
    /** The links of a projected stream that mention this one. */
    const linksAbout = async (stream: string, projected: string, count: number) => {
      const found: { target: string; metadata: unknown }[] = [];
      for await (const { event } of given.client.subscribeToStream(projected)) {
        const target = Buffer.from(event!.data as Uint8Array).toString();
        if (target.endsWith(stream)) found.push({ target, metadata: event!.metadata });
        if (found.length === count) break;
      }
      return found;
    };

    test('take a link in a category over as it is, and index it by nothing else', async () => {
      const [category, type] = [newCategory(), `Type${newCategory()}`];
      const append = (event: Parameters<typeof given.client.appendToStream>[1]) =>
        given.client.appendToStream(`${category}-1`, event);
      await append([linkTo('7@elsewhere'), linkTo('no link'), { ...happened(0), type }]);
      const found = await links(`$ce-${category}`, 3);
      expect(found.map(({ target }) => target)).toEqual([
        '7@elsewhere',
        'no link',
        `2@${category}-1`,
      ]);
      expect(found[0]!.metadata).toMatchObject({ $o: `${category}-1` });
      // What comes before in the log was looked at before.
      await links(`$et-${type}`, 1);
      const byLinks = all(given.client.readStream('$et-$>'));
      await expect(byLinks).rejects.toBeInstanceOf(StreamNotFoundError);
    });

    test('index metadata by their type, and the end of a stream by a type of its own', async () => {
      const [soft, hard] = [newStream(), newStream()];
      await given.client.appendToStream(soft, series(2));
      await given.client.appendToStream(hard, series(1));
      await given.client.setStreamMetadata(soft, { own: 1 });
      await given.client.deleteStream(soft);
      await given.client.tombstoneStream(hard);
      expect(await linksAbout(soft, '$et-$metadata', 1)).toMatchObject([{ target: `0@$$${soft}` }]);
      const metadata = { $deleted: -1 };
      expect(await linksAbout(soft, '$et-$deleted', 1)).toMatchObject([
        { target: `1@${soft}`, metadata },
      ]);
      expect(await linksAbout(hard, '$et-$deleted', 1)).toMatchObject([
        { target: `9223372036854775807@${hard}`, metadata },
      ]);
    });

    test('carry the correlation of an event on, and say when a correlated event was written', async () => {
      const [category, $correlationId] = [newCategory(), newStream()];
      const event = { ...happened(0), metadata: { $correlationId } };
      await given.client.appendToStream(`${category}-1`, event);
      const [byCategory] = await links(`$ce-${category}`, 1);
      expect(byCategory!.metadata).toMatchObject({ $causedBy: event.id, $correlationId });
      const [byCorrelation] = await links(`$bc-${$correlationId}`, 1);
      expect(byCorrelation).toMatchObject({
        target: `0@${category}-1`,
        metadata: { $eventTimestamp: expect.stringMatching(/^[-\d]+T[:\d]+\.\d{6}Z$/) },
      });
      expect(byCorrelation!.metadata).not.toHaveProperty('$o');
    });

    test('leave the metadata of system streams alone', async () => {
      const system = `$${newStream()}`;
      const stream = newStream();
      await given.client.setStreamMetadata(system, { own: 1 });
      await given.client.setStreamMetadata(stream, { own: 1 });
      const found = await linksAbout(stream, '$streams', 1);
      expect(found).toMatchObject([{ target: `0@$$${stream}` }]);
      const listed = await all(given.client.readStream('$streams'));
      const targets = listed.map(({ event }) => Buffer.from(event!.data as Uint8Array).toString());
      expect(targets).not.toContain(`0@$$${system}`);
    });

    test('link every event to the stream of its category and of its type', async () => {
      const category = newCategory();
      const stream = `${category}-1`;
      await given.client.appendToStream(stream, series(3));
      const byCategory = given.client.subscribeToStream(`$ce-${category}`, {
        resolveLinkTos: true,
      });
      expect((await take(byCategory, 3)).map(numberOf)).toEqual([0, 1, 2]);
      const own: unknown[] = [];
      const byType = given.client.subscribeToStream('$et-Happened', { resolveLinkTos: true });
      for await (const { event, link } of byType) {
        if (event?.streamId === stream) own.push([event.revision, link?.streamId]);
        if (own.length === 3) break;
      }
      expect(own).toEqual([0n, 1n, 2n].map((revision) => [revision, '$et-Happened']));
    });
  },
  { runProjections: true, startStandardProjections: true },
);
