// Projections written in JavaScript are the real server's alone: the client's calls to manage them are
// answered as unsupported, each at once and without harm. Those of the system can be looked at, and they
// are there as links.
import { expect, test } from '@jest/globals';
import { RUNNING, UnknownError, type EventStoreDBClient } from '@eventstore/db-client';
import { newStream, numberOf, numbers, onEachNode, series, take, type Given } from './given.js';

const query = 'fromAll().when({ $init: () => ({ count: 0 }) })';

type Calls = [name: string, (client: EventStoreDBClient) => Promise<unknown>][];

/** What needs JavaScript, or would stop what runs as long as the node does. */
const unimplemented: Calls = [
  ['createProjection', (client) => client.createProjection('mine', query)],
  [
    'createProjection that tracks emitted streams',
    (client) => client.createProjection('mine', query, { trackEmittedStreams: true }),
  ],
  ['updateProjection', (client) => client.updateProjection('mine', query)],
  ['deleteProjection', (client) => client.deleteProjection('mine')],
  ['disableProjection', (client) => client.disableProjection('$by_category')],
  ['resetProjection', (client) => client.resetProjection('$by_category')],
  ['getProjectionResult', (client) => client.getProjectionResult('$by_category')],
];

const ofTheSystem: Calls = [
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
  test.each([...unimplemented, ...ofTheSystem])('%s', (_, call) => isUnimplemented(given, call));
});

onEachNode(
  'with projections of the system, the management of them',
  (given) => {
    test.each(unimplemented)('%s', (_, call) => isUnimplemented(given, call));

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
    });

    test.each<Calls[number]>([
      ['enableProjection', (client) => client.enableProjection('nobody')],
      ['getProjectionState', (client) => client.getProjectionState('nobody')],
      ['getProjectionStatus', (client) => client.getProjectionStatus('nobody')],
    ])('says of another one that there is none: %s', async (_, call) => {
      const error = await call(given.client).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(UnknownError);
      expect(String(error)).toContain('received NotFound instead');
    });
  },
  { runProjections: true },
);

onEachNode(
  'the system projections',
  (given) => {
    test('link every event to the stream of its category and of its type', async () => {
      const category = `category${newStream().replaceAll('-', '')}`;
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
  { runProjections: true },
);
