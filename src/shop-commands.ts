// The commands of the shop over one log, wired together.
import { couponAggregate } from './commands/aggregates.js';
import { CartCommands, type Catalogue } from './commands/cart-commands.js';
import { CatalogCommands } from './commands/catalog-commands.js';
import { CommandRunner } from './commands/command-runner.js';
import { CouponCommands } from './commands/coupon-commands.js';
import { OrderCommands } from './commands/order-commands.js';
import type { CartLimits } from './domain/cart/limits.js';
import type { Pricing, PricingRules } from './domain/cart/pricing.js';
import { offerOf } from './domain/catalog/state.js';
import { couponOfferOf } from './domain/coupon/state.js';
import { AggregateStore } from './event-store/aggregate-store.js';
import type { EventStore } from './event-store/event-store.js';
import type { ReadModels } from './read-models/read-models.js';

export interface ShopCommands {
  readonly catalog: CatalogCommands;
  readonly coupons: CouponCommands;
  readonly orders: OrderCommands;
  /** Whether a sample shop was put in, as far as this coupon, the last of it. */
  isSeeded(lastCode: string): Promise<boolean>;
  /** Carts need to look up offers, which may be ready later than the rest. */
  carts(
    offers: Catalogue,
    secret: Buffer,
    rulesInForce: () => PricingRules,
    limits: CartLimits,
  ): CartCommands;
}

export function createShopCommands(
  store: EventStore,
  clock: () => number,
  pricing: Pricing,
): ShopCommands {
  const runner = new CommandRunner(store, new AggregateStore(store), clock);
  const orders = new OrderCommands(runner, pricing);
  return {
    catalog: new CatalogCommands(runner),
    coupons: new CouponCommands(runner),
    orders,
    isSeeded: async (lastCode) => (await runner.stateOf(couponAggregate, lastCode)).code !== null,
    carts: (offers, secret, rulesInForce, limits) =>
      new CartCommands(runner, orders, offers, secret, rulesInForce, limits),
  };
}

/** Offers from the read models, which are near; what they do not have is looked up in the log. */
export function offersFrom(reads: Pick<ReadModels, 'product' | 'coupon'>): Catalogue {
  return {
    offer: async (sku) => {
      const product = await reads.product(sku);
      return product && offerOf(product);
    },
    coupon: async (code) => {
      const coupon = await reads.coupon(code);
      return coupon && couponOfferOf(coupon);
    },
  };
}
