// The service is killed again and again while shoppers send commands. Whatever it acknowledged is
// in the log exactly once; whatever it did not is there once or not at all, and a retry settles
// which.
import { afterEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as documents from '../../schema/generated/graphql.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';

/** The long form: CARTOGRAPH_SOAK=10 npm test -- test/faults */
const SOAK = Number(process.env['CARTOGRAPH_SOAK'] ?? 1);
const KILLS = 6 * SOAK;
const SHOPPERS = 20;
const LONGEST_MS = 400;

let service: ServiceProcess | undefined;
afterEach(() => service?.remove());

interface Sent {
  readonly commandId: string;
  readonly sku: string;
  /** The cart's revision by the acknowledgement; undefined when none came. */
  acknowledged: number | undefined;
}

interface Cart {
  readonly cartId: string;
  readonly cartToken: string;
  readonly sent: Sent[];
}

const SKUS = ['85123A', '71053', '84406B', '84029G'];

async function add(shopper: Shopper, cart: Cart, sent: Sent): Promise<void> {
  const { commandId, sku } = sent;
  const input = { cartId: cart.cartId, sku, quantity: 1, commandId };
  const { addItem } = await shopper.ask(documents.AddItemDocument, { input });
  if (addItem.cart == null) throw new Error(JSON.stringify(addItem));
  sent.acknowledged = addItem.cart.revision;
}

/** Adds items one after another until the service is gone. */
async function shopUntilKilled(running: ServiceProcess, cart: Cart, acknowledged: () => void) {
  const shopper = new Shopper(running).holding(cart.cartToken);
  for (;;) {
    const sku = SKUS[cart.sent.length % SKUS.length]!;
    const sent: Sent = { commandId: randomUUID(), sku, acknowledged: undefined };
    cart.sent.push(sent);
    try {
      await add(shopper, cart, sent);
      acknowledged();
    } catch {
      // The connection broke: whether this one arrived is what the test is about.
      return;
    }
  }
}

async function settleTheRest(running: ServiceProcess, carts: readonly Cart[]): Promise<void> {
  for (const cart of carts) {
    const shopper = new Shopper(running).holding(cart.cartToken);
    for (const sent of cart.sent) {
      if (sent.acknowledged === undefined) await add(shopper, cart, sent);
    }
  }
}

interface Logged {
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly metadata: { readonly commandId?: string };
}

test('every acknowledged command is in the log once, after any number of kills', async () => {
  service = await ServiceProcess.start();
  const running = service;
  const carts: Cart[] = [];
  for (let n = 0; n < SHOPPERS; n += 1) {
    carts.push({ ...(await new Shopper(running).open()), sent: [] });
  }
  for (let kill = 0; kill < KILLS; kill += 1) {
    const shopping: Promise<void>[] = [];
    await new Promise<void>((resolve) => {
      shopping.push(...carts.map((cart) => shopUntilKilled(running, cart, resolve)));
    });
    const moment = Math.random() * LONGEST_MS;
    await new Promise((resolve) => setTimeout(resolve, moment));
    await running.kill();
    await Promise.all(shopping);
    await running.restart();
    await settleTheRest(running, carts);
  }

  const log = (await running.run('export', '--category', 'cart'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Logged);
  for (const { cartId, sent } of carts) {
    const stream = log.filter((event) => event.stream === `cart-${cartId}`);
    expect(stream.map(({ revision }) => revision)).toEqual(stream.map((_, index) => index));
    const added = stream.filter(({ type }) => type === 'ItemAdded');
    const ids = added.map(({ metadata }) => metadata.commandId);
    expect([...ids].sort()).toEqual(sent.map(({ commandId }) => commandId).sort());
    for (const { commandId, acknowledged } of sent) {
      expect(stream[acknowledged!]?.metadata.commandId).toBe(commandId);
    }
  }
  const verification = JSON.parse(await running.run('verify', '--json')) as {
    differences: string[];
  };
  expect(verification.differences).toEqual([]);
}, 300_000);
