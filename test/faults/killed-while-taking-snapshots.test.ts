// The service is killed while it takes snapshots of what it has just acknowledged. Whatever of them
// is there after that is the fold of the log, and whatever is not is missed by nobody.
import { afterEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as documents from '../../schema/generated/graphql.js';
import { BATCH } from '../../src/folds/snapshots/snapshots.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';

/** The long form: CARTOGRAPH_SOAK=10 npm test -- test/faults */
const SOAK = Number(process.env['CARTOGRAPH_SOAK'] ?? 1);
const KILLS = 3 * SOAK;

let service: ServiceProcess | undefined;
afterEach(() => service?.remove());

test('a cart outlives kills in the middle of its snapshots, and its commands act once', async () => {
  service = await ServiceProcess.start();
  const running = service;
  const { cartId, cartToken } = await new Shopper(running).open();
  const commandIds: string[] = [];
  const add = async (commandId: string) => {
    const shopper = new Shopper(running).holding(cartToken);
    const input = { cartId, sku: '85123A', quantity: 1, commandId };
    const { addItem } = await shopper.ask(documents.AddItemDocument, { input });
    return addItem.cart?.revision;
  };
  for (let kill = 1; kill <= KILLS; kill += 1) {
    // With the last of these the batch is full, and snapshots of it are being taken when it is
    // answered.
    while (commandIds.length < kill * BATCH) {
      commandIds.push(randomUUID());
      expect(await add(commandIds.at(-1)!)).toBe(commandIds.length);
    }
    await running.kill();
    await running.restart();
    for (let revision = commandIds.length; revision > 0; revision -= 13) {
      expect(await add(commandIds[revision - 1]!)).toBe(revision);
    }
  }
  await running.stop();
  const { differences, snapshots } = JSON.parse(await running.run('verify', '--json')) as {
    readonly differences: string[];
    readonly snapshots: { readonly checked: number };
  };
  expect(differences).toEqual([]);
  expect(snapshots).toMatchObject({ ofOtherLogs: 0, faults: [] });
  expect(snapshots.checked).toBeGreaterThan(0);
  const events = (await running.run('inspect', `cart-${cartId}`)).trim().split('\n');
  expect(events).toHaveLength(1 + commandIds.length);
}, 120_000);
