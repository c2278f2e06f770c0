// The commands of the shop on one log, wired together.
import { cartAggregate, couponAggregate } from '../commands/aggregates.js';
import { CartCommands, type CartCommandsOptions } from '../commands/cart-commands.js';
import { CatalogCommands } from '../commands/catalog-commands.js';
import { CommandRunner, streamOf } from '../commands/command-runner.js';
import { CouponCommands } from '../commands/coupon-commands.js';
import { OrderCommands } from '../commands/order-commands.js';
import { type Owner, Ownership } from '../commands/ownership.js';
import type { CartState } from '../domain/cart/state.js';
import type { Pricing } from '../domain/cart/pricing.js';
import { AggregateStore } from '../folds/aggregate-store.js';
import type { EventStore } from '../event-store/event-store.js';
import { StreamFolds } from '../folds/stream-folds.js';
import type { ReadModels } from '../read-models/read-models.js';
import type { Time } from '../waiting/time.js';
import { ReadModelsUnavailableError } from '../read-models/unavailable.js';

export interface ShopCommands {
  readonly catalog: CatalogCommands;
  readonly coupons: CouponCommands;
  readonly orders: OrderCommands;
  /**
   * When the log does not tell the owner of a cart, the read models are asked.
   *
   * @param refusalMs the minimum time until a refusal
   */
  ownership(reads: Pick<ReadModels, 'cart'>, refusalMs?: number): Ownership;
  /** The caches that are told when the store removes events. */
  readonly caches: Pick<AggregateStore, 'noteRemoval' | 'forgetAll'>;
  /** Whether the sample shop exists, up to its last coupon. */
  isSeeded(lastCode: string): Promise<boolean>;
  /** Carts need offers, which may be ready later than the rest. */
  carts(options: Omit<CartCommandsOptions, 'runner' | 'orders'>): CartCommands;
}

export function createShopCommands(
  store: EventStore,
  time: Time,
  pricing: Pricing,
  folds = new StreamFolds(store),
  aggregates = new AggregateStore(store, { folds }),
): ShopCommands {
  const runner = new CommandRunner(store, aggregates, time);
  const orders = new OrderCommands(runner, pricing);
  return {
    caches: aggregates,
    catalog: new CatalogCommands(runner),
    coupons: new CouponCommands(runner),
    orders,
    ownership: (reads, refusalMs = 0) => {
      const carts = {
        peek: (cartId: string) =>
          runner.aggregates.peek<CartState>(streamOf(cartAggregate, cartId))?.state,
        state: (cartId: string) => runner.stateOf(cartAggregate, cartId),
        shownOwner: (cartId: string) => shownOwner(reads, cartId),
      };
      return new Ownership(store, carts, time, refusalMs);
    },
    isSeeded: async (lastCode) => (await runner.stateOf(couponAggregate, lastCode)).code !== null,
    carts: (options) => new CartCommands({ runner, orders, ...options }),
  };
}

async function shownOwner(reads: Pick<ReadModels, 'cart'>, cartId: string): Promise<Owner | null> {
  try {
    return (await reads.cart(cartId))?.state ?? null;
  } catch (error) {
    // Commands continue without the read models.
    if (error instanceof ReadModelsUnavailableError) return null;
    throw error;
  }
}
