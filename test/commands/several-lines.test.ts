// Several lines at once, accepted prices: what the log holds, and what a repetition is told.
import { afterEach, describe, expect, test } from '@jest/globals';
import { tokenHashOf } from '../../src/commands/cart-secrets.js';
import { refusedLinesOf } from '../../src/commands/line-report.js';
import { Cleanup } from '../event-store/nodes.js';
import { accepted, by, keyed, lantern, quantityIn, refusalOf, Shop, startShop } from './shop.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const vase = { sku: 'VASE', name: 'A vase' };
const price = (minorUnits: number) => ({ minorUnits, currency: 'GBP' });
const lines = [
  { sku: lantern.sku, quantity: 2 },
  { sku: vase.sku, quantity: 1 },
];

/** What the report says of each line: the code of its refusal, or that it was added. */
async function reportOf(shop: Shop, cartId: string, revision: number) {
  const report = await shop.carts.linesAdded(cartId, revision);
  return report.map(({ sku, refusal }) => [sku, refusal?.code ?? 'added']);
}

describe('addItems', () => {
  const request = (cartId: string, partially: boolean) =>
    ({ type: 'AddItems', cartId, lines, partially }) as const;

  test('adds all lines in one event', async () => {
    const shop = await startShop(cleanup);
    await shop.list();
    accepted(await shop.catalog.list({ ...vase, price: price(900) }, by()));
    const cartId = await shop.openCart();
    const outcome = accepted(await shop.carts.change(request(cartId, false), by()));
    expect(await shop.typesOf(`cart-${cartId}`)).toEqual(['CartOpened', 'ItemsAdded']);
    expect(await reportOf(shop, cartId, outcome.revision)).toEqual([
      [lantern.sku, 'added'],
      [vase.sku, 'added'],
    ]);
  });

  test('adds none where one cannot be added, and names it', async () => {
    const shop = await startShop(cleanup);
    await shop.list();
    const cartId = await shop.openCart();
    const outcome = await shop.carts.change(request(cartId, false), by());
    if (outcome.accepted) throw new Error('accepted');
    expect(outcome.rejection.code).toBe('LINES_REFUSED');
    expect(refusedLinesOf(outcome.rejection)).toMatchObject([
      { sku: vase.sku, quantity: 1, refusal: { code: 'NOT_FOUND' } },
    ]);
    expect(await shop.typesOf(`cart-${cartId}`)).toEqual(['CartOpened']);
  });

  test('gives a repetition the same report, although the refused line could be added now', async () => {
    const shop = await startShop(cleanup);
    await shop.list();
    const cartId = await shop.openCart();
    const context = keyed();
    const first = accepted(await shop.carts.change(request(cartId, true), context));
    const report = await reportOf(shop, cartId, first.revision);
    expect(report).toEqual([
      [lantern.sku, 'added'],
      [vase.sku, 'NOT_FOUND'],
    ]);
    accepted(await shop.catalog.list({ ...vase, price: price(900) }, by()));
    const again = accepted(await new Shop(shop.store).carts.change(request(cartId, true), context));
    expect(again).toMatchObject({ replayed: true, revision: first.revision, state: first.state });
    expect(await reportOf(shop, cartId, again.revision)).toEqual(report);
    expect(await shop.typesOf(`cart-${cartId}`)).toEqual(['CartOpened', 'ItemsAdded']);
  });

  test('with the key of other lines: the key was used before', async () => {
    const shop = await startShop(cleanup);
    await shop.list();
    const cartId = await shop.openCart();
    const context = keyed();
    accepted(await shop.carts.change(request(cartId, true), context));
    expect(refusalOf(await shop.carts.change(request(cartId, false), context))).toBe(
      'COMMAND_ID_REUSED',
    );
  });
});

describe('openCart with first lines', () => {
  test('opens the cart and adds them in one append; a repetition gets cart, token and report', async () => {
    const shop = await startShop(cleanup);
    await shop.list();
    const context = keyed();
    const input = { currency: 'GBP', customerId: null, lines };
    const first = await shop.carts.open(input, context);
    const { state, revision } = accepted(first.outcome);
    expect(await shop.typesOf(`cart-${state.id}`)).toEqual(['CartOpened', 'ItemsAdded']);
    expect(state).toMatchObject({ tokenHash: tokenHashOf(first.cartToken!) });
    accepted(await shop.catalog.list({ ...vase, price: price(900) }, by()));
    const again = await new Shop(shop.store).carts.open(input, context);
    expect(again.cartToken).toBe(first.cartToken);
    expect(accepted(again.outcome)).toMatchObject({ replayed: true, revision, state });
    expect(await reportOf(shop, state.id!, revision)).toEqual([
      [lantern.sku, 'added'],
      [vase.sku, 'NOT_FOUND'],
    ]);
  });

  test('with the key of an opening without lines: the key was used before', async () => {
    const shop = await startShop(cleanup);
    await shop.list();
    const context = keyed();
    accepted((await shop.carts.open({ currency: 'GBP', customerId: null }, context)).outcome);
    const other = await shop.carts.open({ currency: 'GBP', customerId: null, lines }, context);
    expect(refusalOf(other.outcome)).toBe('COMMAND_ID_REUSED');
  });
});

describe('acceptPrices', () => {
  test('takes the prices of now, once, whatever they are when it is repeated', async () => {
    const shop = await startShop(cleanup);
    await shop.list(339);
    const cartId = await shop.openCart();
    accepted(
      await shop.carts.change({ type: 'AddItem', cartId, sku: lantern.sku, quantity: 2 }, by()),
    );
    expect(refusalOf(await shop.carts.change({ type: 'AcceptPrices', cartId }, by()))).toBe(
      'PRICES_UNCHANGED',
    );
    const change = (minorUnits: number) =>
      shop.catalog.changePrice({ sku: lantern.sku, price: price(minorUnits) }, by());
    accepted(await change(400));
    const context = keyed();
    const first = accepted(await shop.carts.change({ type: 'AcceptPrices', cartId }, context));
    expect(first.state).toMatchObject({ lines: [{ portions: [{ quantity: 2, unitPrice: 400 }] }] });
    accepted(await change(500));
    const again = await new Shop(shop.store).carts.change(
      { type: 'AcceptPrices', cartId },
      context,
    );
    expect(accepted(again)).toMatchObject({ replayed: true, state: first.state });
    expect(quantityIn(first.state)).toBe(2);
  });
});
