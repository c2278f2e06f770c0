// Thousands of random operations on the node and on a plain model of its rules: they must agree on
// every answer, in memory, on disk, and on the simulator's store. MODEL_SEED repeats a run; the long
// form is MODEL_OPERATIONS=10000 npm test -- embedded-node/test/model-check.
import { afterEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { startNode } from '../src/server/node.js';
import { Cleanup } from '../../test/event-store/nodes.js';
import { serveSimulatedStore } from '../../test/simulator/store/grpc-face.js';
import { logOf } from './model/log-operations.js';
import { Operations } from './model/operations.js';
import { Random } from './model/random.js';
import { StoreModel } from './model/store-model.js';

const seed = Number(process.env.MODEL_SEED ?? Date.now() % 1_000_000);
const operationCount = Number(process.env.MODEL_OPERATIONS ?? 2_000);

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function startOn(place: 'in memory' | 'on disk' | 'on the simulated store') {
  if (place === 'on the simulated store') return serveSimulatedStore();
  if (place === 'in memory') return startNode();
  const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-model-'));
  cleanup.add(() => rm(dataDir, { recursive: true, force: true }));
  return startNode({ dataDir });
}

test.each(['in memory', 'on disk', 'on the simulated store'] as const)(
  `${String(operationCount)} random operations %s, seed ${String(seed)}`,
  async (place) => {
    const node = await startOn(place);
    cleanup.add(() => node.stop());
    const client = EventStoreDBClient.connectionString(node.connectionString);
    cleanup.add(() => client.dispose());
    const model = new StoreModel();
    const streams = Array.from({ length: operationCount / 25 }, (_, i) => `model-${String(i)}`);
    const operations = new Operations(new Random(seed), model, streams);
    for (let i = 0; i < operationCount; i++) {
      const operation = operations.next();
      const expected = operation.onModel(model);
      const observed = await operation.onNode(client);
      const at = `seed ${String(seed)}, operation ${String(i)}: ${operation.description}`;
      expect({ at, answer: observed }).toEqual({ at, answer: expected });
    }
    expect(await logOf(client)).toEqual(model.log);
  },
  30_000 + operationCount * 60,
);
