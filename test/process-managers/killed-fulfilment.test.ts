// A process dies before or after each effect of an order's life, from its checkout to its end.
// Another one starts: one order, one charge, one reservation, and nothing is left to do.
import { afterEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { accepted, by, lantern } from '../commands/shop.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';
import { type Death, Killed, outOfStock, type Process, Surroundings } from './mortal-shop.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

interface Life {
  readonly token: string;
  /** What staff do when the order has come so far. */
  readonly staff?: (process: Process, orderId: string) => Promise<unknown>;
  readonly isOutOfStock?: boolean;
  readonly ends: {
    readonly status: string;
    readonly held: string;
    readonly charges: number;
    readonly refunded: number;
  };
}

const staffed = { commandId: randomUUID(), actor: { kind: 'admin' } };
const paid = { status: 'PAID', held: 'CONFIRMED', charges: 1, refunded: 0 };
const cancelled = { status: 'CANCELLED', held: 'GIVEN_BACK', charges: 0, refunded: 0 };

const lives: Readonly<Record<string, Life>> = {
  'is paid': { token: 'tok_ok', ends: paid },
  'is paid after a fault of the gateway': { token: 'tok_flaky', ends: paid },
  'is paid though the answer is lost': { token: 'tok_lost_answer', ends: paid },
  'is declined': { token: 'tok_declined', ends: cancelled },
  'cannot be reserved': { token: 'tok_ok', isOutOfStock: true, ends: cancelled },
  'is shipped': {
    token: 'tok_ok',
    staff: ({ shop }, orderId) =>
      shop.fulfilment.ship({ orderId, carrier: null, trackingNumber: null }, staffed),
    ends: { ...paid, status: 'SHIPPED', held: 'SHIPPED' },
  },
  'is cancelled after its payment': {
    token: 'tok_ok',
    staff: ({ shop }, orderId) => shop.fulfilment.cancel({ orderId, reason: 'no need' }, staffed),
    ends: { ...cancelled, charges: 1, refunded: 339 },
  },
};

/** The whole life in one process; repeating it in another one goes on with it. */
async function live(process: Process, cartId: string, life: Life): Promise<string> {
  const { shop } = process;
  const checkout = { cartId, expectedTotal: 339 };
  const key = by({ commandId: '11111111-1111-4111-8111-111111111111' });
  const { order } = await shop.carts.checkOut(checkout, key, life.token);
  const orderId = order?.id ?? '';
  await process.settle(cartId);
  await life.staff?.(process, orderId);
  await process.settle(cartId);
  return orderId;
}

async function prepared(life: Life) {
  const { connectionString } = await startTestNode(cleanup);
  const around = await Surroundings.on(connectTestStore(cleanup, connectionString));
  if (life.isOutOfStock === true) around.stock.refusal = outOfStock;
  const { shop } = around.process();
  await shop.list(339);
  const filled = async () => {
    const cartId = await shop.openCart();
    const item = { type: 'AddItem' as const, cartId, sku: lantern.sku, quantity: 1 };
    accepted(await shop.carts.change(item, by()));
    return cartId;
  };
  return { around, filled };
}

/** The life as far as the process gets. */
async function dies(process: Process, cartId: string, life: Life): Promise<void> {
  try {
    await live(process, cartId, life);
  } catch (error) {
    if (!process.mortality.isDead) throw error;
    // A store that is dead for the process is unavailable to it, so other errors may follow.
    expect(error instanceof Killed || error instanceof Error).toBe(true);
  }
}

describe.each(Object.entries(lives))('an order that %s', (_name, life) => {
  test('is the same order whenever a process dies', async () => {
    const { around, filled } = await prepared(life);
    let effects = Infinity;
    for (let at = 1; at <= effects; at += 1) {
      for (const when of ['before', 'after'] as const) {
        const death: Death = { at, when };
        const cartId = await filled();
        const process = around.process(death);
        await dies(process, cartId, life);
        if (!process.mortality.isDead) effects = at;
        const orderId = await live(around.process(), cartId, life);
        const order = await around.process().shop.orders.freshState(orderId);
        const charges = (await around.bank.charges(orderId)).filter(
          ({ outcome }) => outcome === 'CHARGED',
        );
        const refunds = await around.bank.refunds(orderId);
        expect({
          death,
          status: order.status,
          held: around.stock.held.get(orderId),
          charges: charges.length,
          refunded: refunds.reduce((sum, { amount }) => sum + amount, 0),
          orders: (await around.process().shop.typesOf(`order-${orderId}`)).filter(
            (type) => type === 'OrderPlaced',
          ).length,
          token:
            order.payment.kind === 'GATEWAY' && (await around.tokens.find(order.payment.intentId)),
        }).toEqual({ death, ...life.ends, orders: 1, token: undefined });
      }
    }
    expect(effects).toBeGreaterThan(5);
    expect(effects).toBeLessThan(40);
  }, 60_000);
});
