// Those who work for the shop: support reads the past of carts, an operator rebuilds, promotes and
// rolls back, and a merchandiser changes prices and coupons while people shop.
import type { ChangeCatalogue, Intent, Operate, Reply } from '../history.js';
import type { Randomness } from '../randomness.js';
import { weighted } from './weighted.js';
import type { Client } from './client.js';
import type { KnownCart, KnownCarts } from './known-carts.js';
import type { Goods } from './shopper.js';

export class Support implements Client {
  constructor(
    readonly name: string,
    private readonly instances: readonly string[],
    private readonly known: KnownCarts,
  ) {}

  next(random: Randomness): readonly Intent[] {
    const { all } = this.known;
    if (all.length === 0) return [];
    const cart = random.pick(all);
    const at = random.chance(0.4)
      ? { revision: random.below(cart.shown.revision + 2) }
      : { instant: instantOf(cart, random) };
    const instance = random.pick(this.instances);
    return [{ kind: 'read past', instance, cartId: cart.cartId, at }];
  }

  hears(_intent: Intent, _reply: Reply): void {
    // It reads, and that is all.
  }
}

/** At the ends of the cart's life and a millisecond beside them, or anywhere in between. */
function instantOf({ shown: { openedAt, updatedAt } }: KnownCart, random: Randomness): number {
  return random.pick([
    openedAt - 1,
    openedAt,
    updatedAt - 1,
    updatedAt,
    openedAt + random.below(updatedAt - openedAt + 1),
  ]);
}

const readModels = ['cart', 'order-summary', 'revenue-by-day', 'catalogue', 'coupons', 'stock'];

export class Operator implements Client {
  private isBusy = false;

  constructor(
    readonly name: string,
    private readonly instances: readonly string[],
  ) {}

  next(random: Randomness): readonly Intent[] {
    if (this.isBusy) return [];
    this.isBusy = true;
    const operation = weighted<Operate['operation']>(random, [
      [3, 'rebuild'],
      [4, 'promote'],
      [2, 'roll back'],
      [1, 'verify'],
    ]);
    const names = random.chance(0.5) ? [random.pick(readModels)] : [];
    const instance = random.pick(this.instances);
    const isFresh = random.chance(0.7);
    return [{ kind: 'operate', instance, operation, names, isFresh }];
  }

  hears(_intent: Intent, _reply: Reply): void {
    this.isBusy = false;
  }
}

export class Merchandiser implements Client {
  constructor(
    readonly name: string,
    private readonly instances: readonly string[],
    private readonly goods: Goods,
    /** In milliseconds since 1970: coupons end shortly after it. */
    private readonly now: () => number,
  ) {}

  next(random: Randomness): readonly Intent[] {
    const instance = random.pick(this.instances);
    const change = this.changed(random);
    const commandId = random.chance(0.8) ? { commandId: random.newId() } : {};
    return [{ kind: 'change catalogue', instance, change, ...commandId }];
  }

  hears(_intent: Intent, _reply: Reply): void {
    // Whatever became of it, the next change does not build on it.
  }

  private changed(random: Randomness): ChangeCatalogue['change'] {
    const sku = random.pick(this.goods.skus);
    const code = random.pick(this.goods.codes);
    const minorUnits = 1 + random.below(2_000);
    const validUntil = random.chance(0.5) ? this.now() + 1 + random.below(SOON_MS) : null;
    const basisPoints = 1 + random.below(10_000);
    return weighted<ChangeCatalogue['change']>(random, [
      [50, { type: 'ChangeProductPrice', sku, minorUnits }],
      [10, { type: 'DelistProduct', sku }],
      [20, { type: 'ListProduct', sku, minorUnits }],
      [12, { type: 'DefineCoupon', code, basisPoints, validUntil }],
      [3, { type: 'WithdrawCoupon', code }],
    ]);
  }
}

const SOON_MS = 20_000;

/** What the shop needs before anybody can buy: sent until each was accepted once. */
export function openingOf({ skus, codes }: Goods, instance: string): readonly ChangeCatalogue[] {
  const changes = [
    ...skus.map((sku, index) => ({
      type: 'ListProduct' as const,
      sku,
      minorUnits: 250 + 101 * index,
    })),
    ...codes.map((code, index) => ({
      type: 'DefineCoupon' as const,
      code,
      basisPoints: 500 + 333 * index,
      validUntil: null,
    })),
  ];
  return changes.map((change) => ({ kind: 'change catalogue', instance, change }));
}
