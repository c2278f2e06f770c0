// Without faults the simulated store and the embedded node give the same answers to the same random
// histories, to the last position, checkpoint and event of the store's own. HISTORIES=1000 asks more.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { END, EventStoreDBClient, type Position } from '@eventstore/db-client';
import fc from 'fast-check';
import { startNode } from '../../../embedded-node/src/server/node.js';
import { Cleanup } from '../../event-store/nodes.js';
import { serveSimulatedStore } from './grpc-face.js';
import { AskedStore, histories } from './random-history.js';

/** Of 30 to 60 steps each. */
const RUNS = Number(process.env.HISTORIES ?? 50);

const cleanup = new Cleanup();
let clients: EventStoreDBClient[];
let runs = 0;

beforeAll(async () => {
  const stores = [await startNode(), await serveSimulatedStore()];
  clients = stores.map(({ connectionString, stop }) => {
    cleanup.add(stop);
    const client = EventStoreDBClient.connectionString(connectionString);
    cleanup.add(() => client.dispose());
    return client;
  });
});
afterAll(() => cleanup.run());

async function endOf(client: EventStoreDBClient): Promise<Position> {
  const options = { direction: 'backwards', fromPosition: END, maxCount: 1 } as const;
  let end: Position = { commit: 0n, prepare: 0n };
  // To its end: a read that is left half read keeps its client from being disposed of.
  for await (const { event } of client.readAll(options)) end = event?.position ?? end;
  return end;
}

test(
  `${RUNS} random histories`,
  async () => {
    let steps = 0;
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        runs += 1;
        const stores = await Promise.all(
          clients.map(async (client) => new AskedStore(client, runs, await endOf(client))),
        );
        for (const asked of history) {
          const [real, simulated] = await Promise.all(stores.map((store) => store.answer(asked)));
          expect({ asked, answer: simulated }).toEqual({ asked, answer: real });
          steps += 1;
        }
        const [real, simulated] = await Promise.all(
          stores.map(async (store) => [await store.followed(), await store.log()]),
        );
        expect(simulated).toEqual(real);
      }),
      { numRuns: RUNS },
    );
    expect(steps).toBeGreaterThan(RUNS * 30 - 1);
  },
  30_000 + RUNS * 2_000,
);
