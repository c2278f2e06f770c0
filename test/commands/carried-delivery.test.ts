// What copies, claims and undos carry of where a cart goes, over the log: to whom, and nothing of a
// person who was erased meanwhile.
import { afterEach, describe, expect, test } from '@jest/globals';
import { CartClaims } from '../../src/commands/cart-claims.js';
import { CartMerges } from '../../src/commands/cart-merges.js';
import { CartSecrets } from '../../src/commands/cart-secrets.js';
import { Erasure } from '../../src/commands/erasure.js';
import { ShippingCommands } from '../../src/commands/shipping-commands.js';
import { TaxCommands } from '../../src/commands/tax-commands.js';
import type { CartDelivery } from '../../src/domain/cart/delivery/state.js';
import type { CartState } from '../../src/domain/cart/state.js';
import { existing } from '../controls/cart.js';
import { unsealedKeyOf } from '../controls/contacts.js';
import { GB } from '../controls/delivery.js';
import { vat } from '../controls/tax.js';
import { Cleanup } from '../event-store/nodes.js';
import { accepted, by, monday, refusalOf, type Shop, startShop } from './shop.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const customer = (subject: string) => by({ actor: { kind: 'customer', subject } });
const email = 'ann@example.org';
const address = {
  ...{ name: 'Ann', lines: ['1 High Street'], city: 'Bath' },
  ...{ postalCode: null, phone: null },
};

async function shopWithTaxAndPost(): Promise<Shop> {
  const shop = await startShop(cleanup);
  await shop.list();
  accepted(
    await new TaxCommands(shop.runner).define(
      { country: 'GB', ...vat(20), holdsFrom: monday },
      by(),
    ),
  );
  const prices = [{ currency: 'GBP', minorUnits: 490, freeFrom: null }];
  const terms = { name: 'Post', countries: ['GB'], taxCategory: 'standard', prices };
  accepted(await new ShippingCommands(shop.runner).define({ code: 'POST', ...terms }, by()));
  return shop;
}

/** A cart with an address, a shipping method and a gift note. */
async function cartOf(shop: Shop, customerId: string | null): Promise<string> {
  const context = customerId === null ? by() : customer(customerId);
  const { outcome } = await shop.carts.open({ currency: 'GBP', customerId }, context);
  const cartId = accepted(outcome).state.id!;
  await send(shop, cartId, context);
  accepted(
    await shop.carts.change({ type: 'ChooseShippingMethod', cartId, code: 'POST' }, context),
  );
  const personal = { email, note: 'For you' };
  accepted(await shop.carts.change({ type: 'SetGiftNote', cartId, personal }, context));
  return cartId;
}

async function send(shop: Shop, cartId: string, context = by(), place = GB) {
  const personal = { email, address };
  const request = { type: 'SetShippingAddress' as const, cartId, ...place, personal };
  return accepted(await shop.carts.change(request, context));
}

const erase = (shop: Shop, keyId: string) =>
  new Erasure(shop.runner, {
    beginErasure: () => Promise.resolve([keyId]),
    destroy: () => Promise.resolve(),
  }).erase({ email }, { kind: 'admin', subject: 'ann' });

const shown = (state: CartState) => {
  const { shipTo, tax, method, giftNote }: Partial<CartDelivery> = existing(state).delivery ?? {};
  return {
    ...{ country: shipTo?.country, taxes: tax?.rules.length, method: method?.code },
    ...{ address: shipTo?.address != null, note: giftNote != null },
  };
};
const whole = { country: 'GB', taxes: 1, method: 'POST', address: true, note: true };
const none = {
  ...{ country: undefined, taxes: undefined, method: undefined },
  ...{ address: false, note: false },
};

describe('a copy', () => {
  const fork = async (shop: Shop, cartId: string, customerId: string | null, context = by()) => {
    const { revision } = await shop.carts.freshState(cartId);
    const source = { fromCartId: cartId, fromRevision: revision, customerId };
    return shown(accepted((await shop.carts.fork(source, context)).outcome).state);
  };

  test('of the same owner goes where its source goes; of another one, or by staff, nowhere', async () => {
    const shop = await shopWithTaxAndPost();
    const guests = await cartOf(shop, null);
    const anns = await cartOf(shop, 'ann');
    const admin = by({ actor: { kind: 'admin', subject: 'root' } });
    expect(await fork(shop, guests, null)).toEqual(whole);
    expect(await fork(shop, anns, 'ann', customer('ann'))).toEqual(whole);
    expect(await fork(shop, guests, 'bob', customer('bob'))).toEqual(none);
    expect(await fork(shop, anns, 'bob', customer('bob'))).toEqual(none);
    expect(await fork(shop, guests, null, admin)).toEqual(none);
  });

  test('of a revision from before its claim is the customer’s, and carries', async () => {
    const shop = await shopWithTaxAndPost();
    const cartId = await cartOf(shop, null);
    const { revision } = await shop.carts.freshState(cartId);
    await claim(shop, cartId);
    const source = { fromCartId: cartId, fromRevision: revision, customerId: 'ann' };
    const { outcome } = await shop.carts.fork(source, customer('ann'));
    expect(shown(accepted(outcome).state)).toEqual(whole);
  });

  test('has the place alone once the person was erased', async () => {
    const shop = await shopWithTaxAndPost();
    const cartId = await cartOf(shop, null);
    await erase(shop, unsealedKeyOf(null, email));
    expect(await fork(shop, cartId, null)).toEqual({ ...whole, address: false, note: false });
  });
});

const claim = async (shop: Shop, cartId: string, ...open: string[]) => {
  const { runner } = shop;
  const claims = new CartClaims({
    ...{ runner, merges: new CartMerges(runner) },
    secrets: new CartSecrets(Buffer.from('a secret of the tests')),
    customersCarts: { openCartsOf: () => Promise.resolve(open) },
  });
  const request = { cartId, customerId: 'ann', strategy: 'SUM' as const };
  return accepted(await claims.claim(request, customer('ann'))).state;
};

describe('a claim', () => {
  const emptyCart = async (shop: Shop) => {
    const input = { currency: 'GBP', customerId: 'ann' };
    return accepted((await shop.carts.open(input, customer('ann'))).outcome).state.id!;
  };

  test('brings address, taxes, method and note into the customer’s cart', async () => {
    const shop = await shopWithTaxAndPost();
    const anns = await emptyCart(shop);
    expect(shown(await claim(shop, await cartOf(shop, null), anns))).toEqual(whole);
    expect((await shop.typesOf(`cart-${anns}`)).at(-1)).toBe('CartMerged');
  });

  test('brings the place alone once the person was erased', async () => {
    const shop = await shopWithTaxAndPost();
    const [anns, guests] = [await emptyCart(shop), await cartOf(shop, null)];
    await erase(shop, unsealedKeyOf(null, email));
    const after = shown(await claim(shop, guests, anns));
    expect(after).toEqual({ ...whole, address: false, note: false });
  });
});

describe('an undo', () => {
  test('restores the address before with its taxes, and an undo of it takes them back', async () => {
    const shop = await shopWithTaxAndPost();
    const cartId = await cartOf(shop, null);
    const undo = async () =>
      shown(accepted(await shop.carts.change({ type: 'Undo', cartId }, by())).state);
    await send(shop, cartId, by(), { country: 'US', region: null });
    shop.clock.now += 1;
    expect(await undo()).toEqual(whole);
    shop.clock.now += 1;
    expect(await undo()).toEqual({ ...whole, country: 'US', taxes: undefined });
    shop.clock.now += 1;
    expect(await undo()).toEqual(whole);
  });

  test('restores the place alone once the person was erased, and no note', async () => {
    const shop = await shopWithTaxAndPost();
    const cartId = await cartOf(shop, null);
    accepted(await shop.carts.change({ type: 'RemoveGiftNote', cartId }, by()));
    await erase(shop, unsealedKeyOf(null, email));
    const undo = () => shop.carts.change({ type: 'Undo', cartId }, by());
    expect(refusalOf(await undo())).toBe('NOTHING_TO_UNDO');
    accepted(await shop.carts.change({ type: 'RemoveShippingAddress', cartId }, by()));
    const { address: isThere, country } = shown(accepted(await undo()).state);
    expect({ isThere, country }).toEqual({ isThere: false, country: 'GB' });
  });

  test('of taxes that came with the prices of now leaves the address alone', async () => {
    const shop = await shopWithTaxAndPost();
    const cartId = await shop.openCart();
    await send(shop, cartId);
    shop.clock.now += 1;
    const rule = { country: 'GB', ...vat(10), category: 'books', holdsFrom: shop.clock.now };
    accepted(await new TaxCommands(shop.runner).define(rule, by()));
    accepted(await shop.carts.change({ type: 'AcceptPrices', cartId }, by()));
    expect(refusalOf(await shop.carts.change({ type: 'Undo', cartId }, by()))).toBe(
      'NOTHING_TO_UNDO',
    );
  });
});
