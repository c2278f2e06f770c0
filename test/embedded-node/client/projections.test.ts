// Projections written in JavaScript are the real server's alone: the client's calls to manage them are
// answered as unsupported, each at once and without harm; the system's projections are there as links.
import { describe, expect, test } from '@jest/globals';
import { EventStoreDBClient } from '@eventstore/db-client';
import { newStream, numberOf, numbers, onEachNode, series, take } from './given.js';

const query = 'fromAll().when({ $init: () => ({ count: 0 }) })';

describe.each([false, true])('with system projections: %p', (runProjections) => {
  onEachNode(
    'the management of projections',
    (given) => {
      test.each<[string, (client: EventStoreDBClient) => Promise<unknown>]>([
        ['createProjection', (client) => client.createProjection('mine', query)],
        [
          'createProjection that tracks emitted streams',
          (client) => client.createProjection('mine', query, { trackEmittedStreams: true }),
        ],
        ['updateProjection', (client) => client.updateProjection('mine', query)],
        ['deleteProjection', (client) => client.deleteProjection('mine')],
        ['enableProjection', (client) => client.enableProjection('mine')],
        ['disableProjection', (client) => client.disableProjection('mine')],
        ['resetProjection', (client) => client.resetProjection('mine')],
        ['getProjectionState', (client) => client.getProjectionState('mine')],
        ['getProjectionResult', (client) => client.getProjectionResult('mine')],
        ['getProjectionStatus', (client) => client.getProjectionStatus('mine')],
        ['listProjections', (client) => client.listProjections()],
        ['restartSubsystem', (client) => client.restartSubsystem()],
      ])('%s', async (_, call) => {
        await expect(call(given.client)).rejects.toMatchObject({ code: 12 });
        const stream = newStream();
        await given.client.appendToStream(stream, series(1));
        expect(await numbers(given.client.readStream(stream))).toEqual([0]);
      });
    },
    { runProjections },
  );
});

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
