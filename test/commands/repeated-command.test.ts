import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { tokenHashOf } from '../../src/commands/cart-secrets.js';
import { cartIdOf, inputHash } from '../../src/commands/command-id.js';
import { proposedEvents } from '../../src/commands/proposed-events.js';
import { cartCodec } from '../../src/domain/cart/codec.js';
import { NO_CHAIN } from '../../src/event-store/chain.js';
import { standardRules } from '../../src/domain/cart/pricing.js';
import type { CommandContext, CommandOutcome } from '../../src/commands/command-context.js';
import type { CartState } from '../../src/domain/cart/state.js';
import { viewCart } from '../../src/domain/cart/view.js';
import { BATCH } from '../../src/folds/snapshots/snapshots.js';
import { StreamFolds } from '../../src/folds/stream-folds.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';
import { SnapshotFolder } from '../folds/snapshot-folder.js';
import { openTerms } from '../../src/domain/cart/coupon-terms.js';
import {
  accepted,
  by,
  keyed,
  lantern,
  monday,
  quantityIn,
  refusalOf,
  Shop,
  startShop,
} from './shop.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const bare = ['remove', 'apply', 'take off', 'add several', 'accept prices', 'undo'] as const;
type Bare = (typeof bare)[number];

type Step =
  | { readonly kind: 'add' | 'change'; readonly quantity: number }
  | { readonly kind: Bare | 'check out' };

interface Sent {
  readonly step: Step;
  readonly context: CommandContext;
  /** What the cart came to before, which a checkout has to name. */
  readonly total: number;
}

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('add' as const, 'change' as const),
    quantity: fc.integer({ min: 0, max: 4 }),
  }),
  fc.record({
    kind: fc.constantFrom(...bare),
  }),
);

/**
 * As many events as are folded again at most before the first snapshots are taken of them, and
 * more.
 */
const toSnapshots = Array.from({ length: BATCH + 6 }, (_, at): Step => ({
  kind: at === 0 ? 'add' : 'change',
  quantity: 1 + (at % 4),
}));

async function send(shop: Shop, cartId: string, { step, context, total }: Sent) {
  const { sku } = lantern;
  switch (step.kind) {
    case 'add':
      return shop.carts.change({ type: 'AddItem', cartId, sku, quantity: step.quantity }, context);
    case 'change':
      return shop.carts.change(
        { type: 'ChangeQuantity', cartId, sku, quantity: step.quantity },
        context,
      );
    case 'remove':
      return shop.carts.change({ type: 'RemoveItem', cartId, sku }, context);
    case 'apply':
      return shop.carts.change({ type: 'ApplyCoupon', cartId, code: 'WELCOME10' }, context);
    case 'take off':
      return shop.carts.change({ type: 'RemoveCoupon', cartId, code: 'WELCOME10' }, context);
    case 'add several': {
      const lines = [
        { sku: 'GONE', quantity: 1 },
        { sku, quantity: 2 },
      ];
      return shop.carts.change({ type: 'AddItems', cartId, lines, partially: true }, context);
    }
    case 'accept prices':
      return shop.carts.change({ type: 'AcceptPrices', cartId }, context);
    case 'undo':
      return shop.carts.change({ type: 'Undo', cartId }, context);
    case 'check out':
      return (await shop.carts.checkOut({ cartId, expectedTotal: total }, context)).outcome;
  }
}

function gist(outcome: CommandOutcome<CartState>): unknown {
  return outcome.accepted ? { state: outcome.state, revision: outcome.revision } : outcome;
}

async function stock(shop: Shop): Promise<void> {
  await shop.list();
  const discount = { kind: 'PERCENTAGE' as const, basisPoints: 1_000 };
  const terms = { ...openTerms, discount };
  accepted(await shop.coupons.define({ code: 'WELCOME10', description: '10 % off', terms }, by()));
}

/** So that there is a price to accept. */
async function moveThePrice(shop: Shop): Promise<void> {
  const price = { minorUnits: 300 + (shop.clock.now % 97), currency: 'GBP' };
  accepted(await shop.catalog.changePrice({ sku: lantern.sku, price }, by()));
}

async function totalOf(shop: Shop, cartId: string): Promise<number> {
  return viewCart(await shop.carts.state(cartId), shop.clock.now, standardRules).totals.total;
}

describe('a command sent again with its key', () => {
  test.each([
    { cart: 'a cart', before: [], numRuns: 25 },
    { cart: 'a cart that snapshots are taken of', before: toSnapshots, numRuns: 4 },
  ])(
    'adds nothing to $cart and is answered as it was first, whatever came between',
    async ({ before, numRuns }) => {
      const { connectionString } = await startTestNode(cleanup);
      const store = connectTestStore(cleanup, connectionString);
      const folder = await SnapshotFolder.make(cleanup);
      const restarted = () => {
        const folds = new StreamFolds(store, folder.open());
        return { shop: new Shop(store, { folds }), folds };
      };
      await stock(new Shop(store));
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
          const { shop, folds } = restarted();
          const cartId = await shop.openCart();
          const sent: Sent[] = [];
          const first: CommandOutcome<CartState>[] = [];
          for (const step of [...before, ...steps, { kind: 'check out' as const }]) {
            sent.push({ step, context: keyed(), total: await totalOf(shop, cartId) });
            if (step.kind === 'accept prices') await moveThePrice(shop);
            first.push(await send(shop, cartId, sent.at(-1)!));
            shop.clock.now += 1_000;
          }
          await folds.settled();
          const events = await shop.eventsOf(`cart-${cartId}`);
          // Once with what the process remembers, once as after a restart.
          for (const again of [shop, restarted().shop]) {
            again.clock.now = monday + 86_400_000;
            for (const [index, outcome] of first.entries()) {
              if (!outcome.accepted) continue;
              const repeated = await send(again, cartId, sent[index]!);
              expect(gist(repeated)).toEqual(gist(outcome));
              expect(accepted(repeated).replayed).toBe(true);
            }
          }
          expect(await shop.eventsOf(`cart-${cartId}`)).toEqual(events);
        }),
        { numRuns },
      );
    },
  );

  test('at the same moment as itself acts once', async () => {
    const shop = await startShop(cleanup);
    await shop.list();
    const cartId = await shop.openCart();
    const context = keyed();
    const add = () =>
      shop.carts.change({ type: 'AddItem', cartId, sku: lantern.sku, quantity: 2 }, context);
    const outcomes = await Promise.all([add(), add(), add(), add()]);
    expect(outcomes.map((outcome) => accepted(outcome).revision)).toEqual([1, 1, 1, 1]);
    expect(await shop.typesOf(`cart-${cartId}`)).toEqual(['CartOpened', 'ItemAdded']);
  });

  test('with another input is refused', async () => {
    const shop = await startShop(cleanup);
    await shop.list();
    const cartId = await shop.openCart();
    const context = keyed();
    const { sku } = lantern;
    accepted(await shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 2 }, context));
    const other = await shop.carts.change({ type: 'AddItem', cartId, sku, quantity: 3 }, context);
    expect(refusalOf(other)).toBe('COMMAND_ID_REUSED');
    expect(refusalOf(await shop.carts.change({ type: 'RemoveItem', cartId, sku }, context))).toBe(
      'COMMAND_ID_REUSED',
    );
    expect(quantityIn(await shop.carts.state(cartId))).toBe(2);
  });

  test('after it was refused is decided anew', async () => {
    const shop = await startShop(cleanup);
    const cartId = await shop.openCart();
    const context = keyed();
    const add = () =>
      shop.carts.change({ type: 'AddItem', cartId, sku: lantern.sku, quantity: 2 }, context);
    expect(refusalOf(await add())).toBe('NOT_FOUND');
    await shop.list();
    expect(quantityIn(accepted(await add()).state)).toBe(2);
  });

  test('under the key of a command on another cart acts on its own', async () => {
    const shop = await startShop(cleanup);
    await shop.list();
    const context = keyed();
    for (const cartId of [await shop.openCart(), await shop.openCart()]) {
      const input = { cartId, sku: lantern.sku, quantity: 1 };
      expect(
        accepted(await shop.carts.change({ type: 'AddItem', ...input }, context)).replayed,
      ).toBe(false);
    }
  });
});

describe('opening a cart again with its key', () => {
  test('gives the same cart and the same token, also after a restart', async () => {
    const shop = await startShop(cleanup);
    const context = keyed();
    const input = { currency: 'GBP', customerId: null };
    const first = await shop.carts.open(input, context);
    const again = await new Shop(shop.store).carts.open(input, context);
    expect(accepted(again.outcome).state).toEqual(accepted(first.outcome).state);
    expect(again.cartToken).toBe(first.cartToken);
    expect(first.cartToken).toMatch(/^[\w-]{43}$/);
  });

  test('with what the log tells of it opens another cart, with another token', async () => {
    const shop = await startShop(cleanup);
    const context = keyed();
    const input = { currency: 'GBP', customerId: null };
    const { outcome, cartToken } = await shop.carts.open(input, context);
    const cartId = accepted(outcome).state.id ?? '';
    const stored = await shop.eventsOf(`cart-${cartId}`);
    const text = JSON.stringify(stored, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(text).not.toContain(context.commandId);
    const ids = [...text.matchAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g)].map(([id]) => id);
    expect(ids).toContain(stored[0]!.metadata.commandId);
    for (const commandId of ids) {
      const other = await shop.carts.open(input, by({ commandId }));
      expect(other.cartToken).not.toBe(cartToken);
      if (other.outcome.accepted) expect(other.outcome.state.id).not.toBe(cartId);
    }
  });

  test.each([
    ['all zeros', '00000000-0000-0000-0000-000000000000'],
    ['counted up', '00000000-0000-4000-8000-000000000017'],
    ['made of a time', 'c232ab00-9414-11ec-b3c8-9f6bdeced846'],
    ['made of a name', '74738ff5-5367-5958-9aee-98fffdcd1876'],
  ])('that is %s gives its token to nobody but its holder', async (_, commandId) => {
    const shop = await startShop(cleanup);
    const input = { currency: 'GBP', customerId: null };
    const first = await shop.carts.open(input, by({ commandId }));
    const again = await shop.carts.open(input, by({ commandId }));
    expect([refusalOf(again.outcome), again.cartToken]).toEqual(['COMMAND_ID_REUSED', null]);
    const wrong = await shop.carts.open(input, by({ commandId }), [tokenHashOf('another')]);
    expect([refusalOf(wrong.outcome), wrong.cartToken]).toEqual(['COMMAND_ID_REUSED', null]);
    const held = await shop.carts.open(input, by({ commandId }), [tokenHashOf(first.cartToken!)]);
    expect(held.cartToken).toBe(first.cartToken);
    expect(accepted(held.outcome).state).toEqual(accepted(first.outcome).state);
  });

  test.each([
    ['a guest', null],
    ['a customer', 'ann'],
  ])(
    'whose bare id an earlier release stored, by %s, asks for more than that',
    async (_, customerId) => {
      const shop = await startShop(cleanup);
      const context = keyed();
      const input = { currency: 'GBP', customerId };
      const cartId = cartIdOf(context.commandId!);
      const tokenHash = tokenHashOf('the token');
      const opened = { type: 'CartOpened' as const, data: { cartId, ...input, tokenHash } };
      const metadata = {
        occurredAt: new Date(monday).toISOString(),
        commandId: context.commandId!,
        commandHash: inputHash('openCart', input),
      };
      const stream = `cart-${cartId}`;
      const events = proposedEvents(cartCodec, stream, [opened], metadata, NO_CHAIN);
      await shop.store.append(stream, events, 'no_stream');
      const again = await shop.carts.open(input, context);
      const expected = customerId === null ? 'COMMAND_ID_REUSED' : 'accepted';
      expect(refusalOf(again.outcome)).toBe(expected);
      const held = await shop.carts.open(input, context, [tokenHash]);
      expect(accepted(held.outcome).state.id).toBe(cartId);
      expect(await shop.typesOf(stream)).toEqual(['CartOpened']);
    },
  );

  test('for somebody else is refused and shows no token', async () => {
    const shop = await startShop(cleanup);
    const context = keyed();
    await shop.carts.open({ currency: 'GBP', customerId: null }, context);
    const other = await shop.carts.open({ currency: 'GBP', customerId: randomUUID() }, context);
    expect(refusalOf(other.outcome)).toBe('COMMAND_ID_REUSED');
    expect(other.cartToken).toBeNull();
  });

  test('without a key gives another cart with another token each time', async () => {
    const shop = await startShop(cleanup);
    const input = { currency: 'GBP', customerId: null };
    const [one, two] = [await shop.carts.open(input, by()), await shop.carts.open(input, by())];
    expect(one.cartToken).not.toBe(two.cartToken);
    expect(accepted(one.outcome).state.id).not.toBe(accepted(two.outcome).state.id);
  });
});
