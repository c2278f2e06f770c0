// Thousands of random operations on the node and on a plain model of its rules: they must agree on
// every answer. MODEL_SEED repeats a run, MODEL_OPERATIONS makes it longer.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { EventStoreDBClient } from '@eventstore/db-client';
import { startNode } from '../../src/embedded-node/node.js';
import { logOf, Operations } from './model/operations.js';
import { Random } from './model/random.js';
import { StoreModel } from './model/store-model.js';

const seed = Number(process.env.MODEL_SEED ?? Date.now() % 1_000_000);
const operationCount = Number(process.env.MODEL_OPERATIONS ?? 2_000);

let node: Awaited<ReturnType<typeof startNode>>;
let client: EventStoreDBClient;

beforeAll(async () => {
  node = await startNode({ insecure: true });
  client = EventStoreDBClient.connectionString(node.connectionString);
});

afterAll(async () => {
  await client.dispose();
  await node.stop();
});

test(`${String(operationCount)} random operations, seed ${String(seed)}`, async () => {
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
  expect(await logOf(client, streams)).toEqual(model.log);
}, 300_000);
