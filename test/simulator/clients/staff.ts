// Those who work for the shop: support reads the past of carts, an operator rebuilds, promotes and
// rolls back, and a merchandiser changes prices and coupons while people shop.
import type { ChangeCatalogue, Intent, Operate, Reply } from '../history.js';
import type { Choice } from './choice.js';
import type { Client } from './client.js';
import type { KnownCart, KnownCarts } from './known-carts.js';
import type { Goods } from './shopper.js';

export class Support implements Client {
  constructor(
    readonly name: string,
    private readonly instances: readonly string[],
    private readonly known: KnownCarts,
  ) {}

  next(choice: Choice): readonly Intent[] {
    const { all } = this.known;
    if (all.length === 0) return [];
    const cart = choice.pick(all);
    const at = choice.chance(0.4)
      ? { revision: choice.below(cart.shown.revision + 2) }
      : { instant: instantOf(cart, choice) };
    const instance = choice.pick(this.instances);
    return [{ kind: 'read past', instance, cartId: cart.cartId, at }];
  }

  hears(_intent: Intent, _reply: Reply): void {
    // It reads, and that is all.
  }
}

/** At the ends of the cart's life and a millisecond beside them, or anywhere in between. */
function instantOf({ shown: { openedAt, updatedAt } }: KnownCart, choice: Choice): number {
  return choice.pick([
    openedAt - 1,
    openedAt,
    updatedAt - 1,
    updatedAt,
    openedAt + choice.below(updatedAt - openedAt + 1),
  ]);
}

const readModels = ['cart', 'order-summary', 'revenue-by-day', 'catalogue', 'coupons'];

export class Operator implements Client {
  private isBusy = false;

  constructor(
    readonly name: string,
    private readonly instances: readonly string[],
  ) {}

  next(choice: Choice): readonly Intent[] {
    if (this.isBusy) return [];
    this.isBusy = true;
    const operation = choice.weighted<Operate['operation']>([
      [3, 'rebuild'],
      [4, 'promote'],
      [2, 'roll back'],
      [1, 'verify'],
    ]);
    const names = choice.chance(0.5) ? [choice.pick(readModels)] : [];
    const instance = choice.pick(this.instances);
    const isFresh = choice.chance(0.7);
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

  next(choice: Choice): readonly Intent[] {
    const instance = choice.pick(this.instances);
    const change = this.changed(choice);
    const commandId = choice.chance(0.8) ? { commandId: choice.uuid() } : {};
    return [{ kind: 'change catalogue', instance, change, ...commandId }];
  }

  hears(_intent: Intent, _reply: Reply): void {
    // Whatever became of it, the next change does not build on it.
  }

  private changed(choice: Choice): ChangeCatalogue['change'] {
    const sku = choice.pick(this.goods.skus);
    const code = choice.pick(this.goods.codes);
    const minorUnits = 1 + choice.below(2_000);
    const validUntil = choice.chance(0.5) ? this.now() + 1 + choice.below(SOON_MS) : null;
    const basisPoints = 1 + choice.below(10_000);
    return choice.weighted<ChangeCatalogue['change']>([
      [50, { type: 'ChangeProductPrice', sku, minorUnits }],
      [10, { type: 'DelistProduct', sku }],
      [20, { type: 'ListProduct', sku, minorUnits }],
      [12, { type: 'DefineCoupon', code, basisPoints, validUntil }],
      [6, { type: 'WithdrawCoupon', code }],
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
