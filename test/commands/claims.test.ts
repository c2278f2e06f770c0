// A guest's cart becomes a customer's: alone, or merged into the one that the customer has.
import { afterEach, describe, expect, test } from '@jest/globals';
import { cartAggregate } from '../../src/commands/aggregates.js';
import { CartClaims } from '../../src/commands/cart-claims.js';
import { CartMerges } from '../../src/commands/cart-merges.js';
import { CartSecrets, tokenHashOf } from '../../src/commands/cart-secrets.js';
import type { CommandContext } from '../../src/commands/command-context.js';
import { inheritingCartIdOf } from '../../src/commands/command-id.js';
import { Ownership } from '../../src/commands/ownership.js';
import type { ClaimStrategy } from '../../src/domain/cart/lifecycle-events.js';
import type { CartState } from '../../src/domain/cart/state.js';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import { recorded } from '../../src/event-store/recorded.js';
import { cartMergingReaction, mergesAfter } from '../../src/process-managers/cart-merging.js';
import { systemTime } from '../../src/waiting/time.js';
import { existing } from '../controls/cart.js';
import { Cleanup } from '../event-store/nodes.js';
import { accepted, by, keyed, lantern, quantityIn, refusalOf, Shop, startShop } from './shop.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const { sku } = lantern;
const ann = { kind: 'customer', subject: 'ann' };
const secrets = new CartSecrets(Buffer.from('a secret of the tests'));

/** The claims of one instance, where the read model knows these carts to be open. */
function claimsOf(shop: Shop, ...open: string[]) {
  const { runner } = shop;
  const merges = new CartMerges(runner);
  const customersCarts = { openCartsOf: () => Promise.resolve(open) };
  const claims = new CartClaims({ runner, merges, secrets, customersCarts });
  const claim = (cartId: string, context: CommandContext, strategy: ClaimStrategy = 'SUM') =>
    claims.claim({ cartId, customerId: 'ann', strategy }, { ...context, actor: ann });
  return { claims, claim, merges };
}

const add = async (shop: Shop, cartId: string, quantity: number) =>
  accepted(await shop.carts.change({ type: 'AddItem', cartId, sku, quantity }, by()));

async function guestsCart(shop: Shop, quantity = 2) {
  await shop.list();
  const { outcome, cartToken } = await shop.carts.open({ currency: 'GBP', customerId: null }, by());
  const cartId = accepted(outcome).state.id!;
  await add(shop, cartId, quantity);
  return { cartId, cartToken: cartToken! };
}

async function annsCart(shop: Shop, quantity = 3, currency = 'GBP'): Promise<string> {
  const { outcome } = await shop.carts.open({ currency, customerId: 'ann' }, by({ actor: ann }));
  const cartId = accepted(outcome).state.id!;
  if (quantity > 0) await add(shop, cartId, quantity);
  return cartId;
}

const claimOf = async (shop: Shop, cartId: string) => {
  const stored = (await shop.eventsOf(`cart-${cartId}`)).find(
    ({ type }) => type === 'CartClaimed',
  )!;
  return { stored, event: recorded(cartAggregate.codec, stored)! };
};

describe('a claim', () => {
  test('of a customer without a cart: the guest’s goes on as theirs, with another secret', async () => {
    const shop = await startShop(cleanup);
    const { cartId, cartToken } = await guestsCart(shop);
    const { claims, claim } = claimsOf(shop);
    const outcome = accepted(await claim(cartId, keyed()));
    expect(outcome.state).toMatchObject({ id: cartId, status: 'OPEN', customerId: 'ann' });
    expect(existing(outcome.state).tokenHash).not.toBe(tokenHashOf(cartToken));
    expect((await claims.reportOf(outcome)).lines).toEqual([
      {
        ...{ sku, name: lantern.name, guestQuantity: 2, customerQuantity: 0, quantity: 2 },
        refusal: null,
      },
    ]);
    await add(shop, cartId, 1);
  });

  test.each([
    { strategy: 'SUM', quantity: 5 },
    { strategy: 'MAX', quantity: 3 },
    { strategy: 'GUEST', quantity: 2 },
    { strategy: 'CUSTOMER', quantity: 3 },
  ] as const)('by $strategy of 2 and 3: $quantity, one event each side', async (example) => {
    const shop = await startShop(cleanup);
    const { cartId } = await guestsCart(shop);
    const anns = await annsCart(shop);
    const { claims, claim } = claimsOf(shop, anns);
    const outcome = accepted(await claim(cartId, keyed(), example.strategy));
    expect(outcome.state.id).toBe(anns);
    expect(quantityIn(outcome.state)).toBe(example.quantity);
    expect(await claims.reportOf(outcome)).toMatchObject({
      lines: [{ sku, guestQuantity: 2, customerQuantity: 3, quantity: example.quantity }],
    });
    expect((await shop.typesOf(`cart-${cartId}`)).slice(-1)).toEqual(['CartClaimed']);
    expect(await shop.typesOf(`cart-${anns}`)).toEqual(['CartOpened', 'ItemAdded', 'CartMerged']);
    expect(await shop.carts.freshState(cartId)).toMatchObject({
      ...{ status: 'MERGED', intoCartId: anns },
    });
  });

  test('repeated with its key acts once and answers alike, also after a restart', async () => {
    const shop = await startShop(cleanup);
    const { cartId } = await guestsCart(shop);
    const anns = await annsCart(shop);
    const context = keyed();
    const first = accepted(await claimsOf(shop, anns).claim(cartId, context));
    await add(shop, anns, 1);
    const restarted = claimsOf(new Shop(shop.store), anns);
    const again = accepted(await restarted.claim(cartId, context));
    expect(again).toMatchObject({ replayed: true, state: first.state, revision: first.revision });
    expect(refusalOf(await restarted.claim(cartId, context, 'MAX'))).toBe('COMMAND_ID_REUSED');
    expect(quantityIn(await shop.carts.freshState(anns))).toBe(6);
  });

  test('passes over carts that are closed, another’s, or of another currency', async () => {
    const shop = await startShop(cleanup);
    const { cartId } = await guestsCart(shop);
    const closed = await annsCart(shop, 1);
    await shop.carts.checkOut({ cartId: closed, expectedTotal: 339 }, by());
    const others = [closed, await annsCart(shop, 0, 'EUR'), await shop.openCart(), 'no cart'];
    const outcome = accepted(await claimsOf(shop, ...others).claim(cartId, keyed()));
    expect(outcome.state).toMatchObject({ id: cartId, status: 'OPEN', customerId: 'ann' });
  });

  test('by two customers at once is given to one', async () => {
    const shop = await startShop(cleanup);
    const { cartId, cartToken } = await guestsCart(shop);
    const other = new Shop(shop.store);
    const mayAct = ({ tokenHash }: { readonly tokenHash: string | null }) =>
      tokenHash === tokenHashOf(cartToken);
    const claimedBy = (of: Shop, customerId: string) =>
      claimsOf(of).claims.claim(
        { cartId, customerId, strategy: 'SUM' },
        keyed({ actor: { kind: 'customer', subject: customerId }, mayAct }),
      );
    const outcomes = await Promise.all([claimedBy(shop, 'ann'), claimedBy(other, 'ben')]);
    expect(outcomes.map(refusalOf).sort()).toEqual(['NOT_FOUND', 'accepted']);
  });

  test('whose merge is larger than one append: nothing happens', async () => {
    const shop = await startShop(cleanup);
    const { cartId } = await guestsCart(shop);
    const anns = await annsCart(shop);
    const merges = new CartMerges(shop.runner);
    const name = 'A lantern with a very long name '.repeat(6).slice(0, 190);
    const portions = [{ quantity: 1, unitPrice: 1, eventId: '', revision: 1 }];
    const lines = Array.from({ length: 4_000 }, (_, index) => ({
      ...{ sku: `LANTERN-${index}`, name, addedAt: 0, portions },
    }));
    const large = { ...existing(await shop.carts.state(cartId)), lines };
    expect(merges.refusalFor(large, 'ann')).toMatchObject({ code: 'TOO_LARGE' });
    const { claim } = claimsOf(shop, anns);
    expect(refusalOf(await claim(cartId, keyed()))).toBe('accepted');
  });
});

describe('a crash between the claim and the merge', () => {
  /** Claims, and dies before the merge. */
  async function interrupted(shop: Shop, cartId: string, anns: string, context: CommandContext) {
    const { claims } = claimsOf(shop, anns);
    const carryOut = () => Promise.reject(new StoreUnavailableError('the merge'));
    const merges = Object.assign(new CartMerges(shop.runner), { carryOut });
    const customersCarts = { openCartsOf: () => Promise.resolve([anns]) };
    const dying = new CartClaims({ runner: shop.runner, merges, secrets, customersCarts });
    const request = { cartId, customerId: 'ann', strategy: 'SUM' as const };
    await expect(dying.claim(request, { ...context, actor: ann })).rejects.toThrow();
    return { claims, request };
  }

  test('is healed by the reaction, once', async () => {
    const shop = await startShop(cleanup);
    const { cartId } = await guestsCart(shop);
    const anns = await annsCart(shop);
    await interrupted(shop, cartId, anns, keyed());
    const { stored, event } = await claimOf(shop, cartId);
    expect(mergesAfter(cartId, event)).toEqual([
      {
        ...{ fromCartId: cartId, fromRevision: 2, intoCartId: anns },
        ...{ strategy: 'SUM', customerId: 'ann' },
      },
    ]);
    const { signal } = new AbortController();
    for (const instance of [shop, new Shop(shop.store)]) {
      await cartMergingReaction(new CartMerges(instance.runner)).act(stored, signal);
    }
    expect(await shop.typesOf(`cart-${anns}`)).toEqual(['CartOpened', 'ItemAdded', 'CartMerged']);
    expect(quantityIn(await shop.carts.freshState(anns))).toBe(5);
  });

  test('is healed by the repeated command', async () => {
    const shop = await startShop(cleanup);
    const { cartId } = await guestsCart(shop);
    const anns = await annsCart(shop);
    const context = keyed();
    const { claims, request } = await interrupted(shop, cartId, anns, context);
    const outcome = accepted(await claims.claim(request, { ...context, actor: ann }));
    expect(quantityIn(outcome.state)).toBe(5);
  });

  test('and the checkout of the customer’s cart meanwhile: a new cart takes the contents', async () => {
    const shop = await startShop(cleanup);
    const { cartId } = await guestsCart(shop);
    const anns = await annsCart(shop);
    await interrupted(shop, cartId, anns, keyed());
    await shop.carts.checkOut({ cartId: anns, expectedTotal: 3 * 339 }, by());
    const { stored } = await claimOf(shop, cartId);
    const { signal } = new AbortController();
    const reaction = cartMergingReaction(new CartMerges(shop.runner));
    await reaction.act(stored, signal);
    await reaction.act(stored, signal);
    const heir = inheritingCartIdOf(cartId);
    expect(await shop.typesOf(`cart-${heir}`)).toEqual(['CartOpened', 'CartMerged']);
    expect(await shop.carts.freshState(heir)).toMatchObject({ customerId: 'ann', status: 'OPEN' });
    expect(quantityIn(await shop.carts.freshState(heir))).toBe(2);
    expect(await shop.typesOf(`cart-${anns}`)).not.toContain('CartMerged');
  });

  test('by an outage of the store: the reaction tells of it, and its runner waits', async () => {
    const shop = await startShop(cleanup);
    const { cartId } = await guestsCart(shop);
    await interrupted(shop, cartId, await annsCart(shop), keyed());
    const { stored } = await claimOf(shop, cartId);
    const away = () => Promise.reject(new StoreUnavailableError('a merge'));
    const { signal } = new AbortController();
    const acting = cartMergingReaction({ carryOut: away }).act(stored, signal);
    await expect(acting).rejects.toThrow(StoreUnavailableError);
  });

  test('nothing is left to do after a claim without a merge', async () => {
    const shop = await startShop(cleanup);
    const { cartId } = await guestsCart(shop);
    accepted(await claimsOf(shop).claim(cartId, keyed()));
    expect(mergesAfter(cartId, (await claimOf(shop, cartId)).event)).toEqual([]);
  });
});

describe('the guest’s secret after a claim', () => {
  const holds = (cartToken: string) => (owner: { readonly tokenHash: string | null }) =>
    owner.tokenHash === tokenHashOf(cartToken);
  const isAnn = ({ customerId }: { readonly customerId: string | null }) => customerId === 'ann';

  function ownershipOf(shop: Shop, row: () => CartState | null) {
    const { runner } = shop;
    const shown = row();
    return new Ownership(
      shop.store,
      {
        peek: (id) => runner.aggregates.peek<CartState>(`cart-${id}`)?.state,
        state: (id) => runner.stateOf(cartAggregate, id),
        readableState: (id, load) => runner.stateOrPrefixOf(cartAggregate, id, load),
        shownOwner: () =>
          Promise.resolve(shown === null || shown.status === 'ABSENT' ? null : shown),
      },
      systemTime,
      0,
    );
  }

  test('opens nothing on an instance that starts then, and the customer is let in', async () => {
    const shop = await startShop(cleanup);
    const { cartId, cartToken } = await guestsCart(shop);
    const { state } = accepted(await claimsOf(shop).claim(cartId, keyed()));
    const ownership = ownershipOf(new Shop(shop.store), () => state);
    expect(await ownership.ofCart(cartId, holds(cartToken))).toBe(false);
    expect(await ownership.ofCart(cartId, isAnn)).toBe(true);
  });

  test('opens nothing on an instance that remembered it, once it has noticed', async () => {
    const shop = await startShop(cleanup);
    const { cartId, cartToken } = await guestsCart(shop);
    const there = new Shop(shop.store);
    const before = await there.carts.state(cartId);
    const ownership = ownershipOf(there, () => before);
    expect(await ownership.ofCart(cartId, holds(cartToken))).toBe(true);
    accepted(await claimsOf(shop).claim(cartId, keyed()));
    ownership.forget(cartId);
    expect(await ownership.ofCart(cartId, holds(cartToken))).toBe(false);
  });

  test('changes nothing, not even where the claim is not noticed yet', async () => {
    const shop = await startShop(cleanup);
    const { cartId, cartToken } = await guestsCart(shop);
    const there = new Shop(shop.store);
    await there.carts.state(cartId);
    accepted(await claimsOf(shop).claim(cartId, keyed()));
    const mayAct = holds(cartToken);
    const request = { type: 'AddItem', cartId, sku, quantity: 1 } as const;
    expect(refusalOf(await there.carts.change(request, by({ mayAct })))).toBe('NOT_FOUND');
    const { outcome } = await there.carts.checkOut({ cartId, expectedTotal: 678 }, by({ mayAct }));
    expect(refusalOf(outcome)).toBe('NOT_FOUND');
  });
});
