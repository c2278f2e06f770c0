// An instance is told to stop while its way to the event store or to Postgres lets nothing through.
// No connection breaks, so every call waits for its timeout. It stops in order all the same.
import { afterEach, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import * as documents from '../../schema/generated/graphql.js';
import { Cleanup } from '../event-store/nodes.js';
import { Shopper } from '../flow/shopper.js';
import { describeOnPostgres } from '../read-models/databases.js';
import { Stage, type StageOptions } from '../soak/stage.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** Long enough for its rounds and reactions to have asked what nobody answers. */
const HELD_UP_MS = 2_000;

async function stopHeldUp(
  database: StageOptions['database'],
  ways: readonly ('store' | 'database')[],
) {
  const stage = await Stage.start({ instances: 1, database });
  cleanup.add(() => stage.remove());
  cleanup.add(() => stage.stop());
  const instance = stage.instance('instance-1');
  const { service } = instance;
  const { cartId, shopper } = await new Shopper(service).open();
  for (const way of ways) instance[way]?.holdUp();
  const input = { cartId, sku: 'TEAPOT', quantity: 1 };
  const asked = shopper.ask(documents.AddItemDocument, { input });
  const failed = asked.then(
    () => 'answered',
    () => 'failed',
  );
  await delay(HELD_UP_MS);
  const exit = await service.stop();
  await failed;
  const complaints = service.log.split('\n').filter((line) => line.includes('did not stop'));
  return { exit, complaints };
}

const inOrder = { exit: { code: 0, signal: null }, complaints: [] };

test('while the event store does not answer', async () => {
  expect(await stopHeldUp('sqlite', ['store'])).toEqual(inOrder);
});

describeOnPostgres('with Postgres', () => {
  test('while neither the event store nor the database answers', async () => {
    expect(await stopHeldUp('postgres', ['store', 'database'])).toEqual(inOrder);
  });
});
