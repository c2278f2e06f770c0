// The commands of the shop on one log, wired together.
import { cartAggregate, couponAggregate } from '../commands/aggregates.js';
import { CartCommands, type CartCommandsOptions } from '../commands/cart-commands.js';
import type { OrderHold } from '../commands/order-holds.js';
import { FulfilmentCommands } from '../commands/fulfilment-commands.js';
import { CartClaims, type CartClaimsPorts } from '../commands/cart-claims.js';
import { CartAbandonments } from '../commands/cart-abandonments.js';
import { CartMerges } from '../commands/cart-merges.js';
import { CartSecrets } from '../commands/cart-secrets.js';
import { CatalogCommands } from '../commands/catalog-commands.js';
import { CheckoutStock } from '../commands/checkout-stock.js';
import { CommandRunner, streamOf } from '../commands/command-runner.js';
import { CouponUses } from '../commands/coupon-uses.js';
import { CouponCommands } from '../commands/coupon-commands.js';
import { Erasure, type PeopleToErase } from '../commands/erasure.js';
import { OrderCommands } from '../commands/order-commands.js';
import { OrderStock } from '../commands/order-stock.js';
import { type Owner, ownerOf } from '../commands/owner.js';
import { Ownership } from '../commands/ownership.js';
import { ShippingCommands } from '../commands/shipping-commands.js';
import { StockCommands } from '../commands/stock-commands.js';
import { TaxCommands } from '../commands/tax-commands.js';
import type { CartLimits } from '../domain/cart/limits.js';
import type { CartState } from '../domain/cart/state.js';
import type { Pricing } from '../domain/cart/pricing.js';
import { AggregateStore, type LoadOption } from '../folds/aggregate-store.js';
import { IncompleteHistoryError } from '../event-store/errors.js';
import type { EventStore } from '../event-store/event-store.js';
import { StreamFolds } from '../folds/stream-folds.js';
import type { ReadModels } from '../read-models/read-models.js';
import { WebhookCommands } from '../commands/webhook-commands.js';
import type { Tracing } from '../tracing/tracing.js';
import type { Time } from '../waiting/time.js';
import { ReadModelsUnavailableError } from '../read-models/unavailable.js';

export interface ShopCommandsOptions {
  readonly folds?: StreamFolds;
  readonly aggregates?: AggregateStore;
  /**
   * How long a checkout that dies keeps what it took, in milliseconds: far longer than a checkout
   * may take.
   */
  readonly holdMs?: number;
  /** Default: nothing is traced. */
  readonly tracing?: Tracing | undefined;
}

const DEFAULT_HOLD_MS = 600_000;

export interface ShopCommands {
  readonly catalog: CatalogCommands;
  readonly coupons: CouponCommands;
  readonly couponUses: CouponUses;
  readonly orders: OrderCommands;
  readonly fulfilment: FulfilmentCommands;
  /** What an order keeps after its checkout took it. */
  readonly holds: readonly OrderHold[];
  readonly stock: StockCommands;
  readonly webhooks: WebhookCommands;
  /** A cart as the log has it now. @throws StoreUnavailableError */
  readonly freshCart: (cartId: string) => Promise<CartState>;
  readonly tax: TaxCommands;
  readonly shipping: ShippingCommands;
  /** What orders hold in stock, after their checkout took it. */
  readonly orderStock: OrderStock;
  readonly checkoutStock: CheckoutStock;
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
  /** People's keys are kept outside of the log. */
  erasure(people: PeopleToErase): Erasure;
  /** Carts need offers, which may be ready later than the rest. */
  carts(options: Omit<CartCommandsOptions, 'runner' | 'orders' | 'holds'>): CartCommands;
  merges(limits: CartLimits): CartMerges;
  /** @param idleMs in milliseconds */
  abandonments(idleMs: number): CartAbandonments;
  claims(
    options: Omit<CartClaimsPorts, 'runner' | 'secrets'> & { readonly secret: Buffer },
  ): CartClaims;
}

export function createShopCommands(
  store: EventStore,
  time: Time,
  pricing: Pricing,
  {
    folds = new StreamFolds(store),
    aggregates = new AggregateStore(store, { folds }),
    holdMs = DEFAULT_HOLD_MS,
    tracing,
  }: ShopCommandsOptions = {},
): ShopCommands {
  const runner = new CommandRunner(store, aggregates, time, tracing);
  const orders = new OrderCommands(runner, pricing);
  const couponUses = new CouponUses(runner, pricing, holdMs);
  const checkoutStock = new CheckoutStock(runner, holdMs);
  const orderStock = new OrderStock(runner);
  return {
    caches: aggregates,
    catalog: new CatalogCommands(runner),
    coupons: new CouponCommands(runner),
    couponUses,
    orders,
    fulfilment: new FulfilmentCommands(runner),
    holds: [couponUses, orderStock],
    stock: new StockCommands(runner),
    tax: new TaxCommands(runner),
    webhooks: new WebhookCommands(runner, store),
    freshCart: (cartId) => runner.stateOf(cartAggregate, cartId, 'fresh'),
    shipping: new ShippingCommands(runner),
    orderStock,
    checkoutStock,
    ownership: (reads, refusalMs = 0) => {
      const carts = {
        peek: (cartId: string) =>
          runner.aggregates.peek<CartState>(streamOf(cartAggregate, cartId))?.state,
        state: (cartId: string) => runner.stateOf(cartAggregate, cartId),
        readableState: (cartId: string, load: LoadOption) =>
          runner.stateOrPrefixOf(cartAggregate, cartId, load),
        shownOwner: (cartId: string) => shownOwner(reads, runner, cartId),
      };
      return new Ownership(store, carts, time, refusalMs);
    },
    isSeeded: async (lastCode) => (await runner.stateOf(couponAggregate, lastCode)).code !== null,
    erasure: (people) => new Erasure(runner, people),
    carts: (options) =>
      new CartCommands({ runner, orders, holds: [couponUses, checkoutStock], ...options }),
    merges: (limits) => new CartMerges(runner, limits),
    abandonments: (idleMs) => new CartAbandonments(runner, idleMs),
    claims: ({ secret, ...options }) =>
      new CartClaims({ runner, secrets: new CartSecrets(secret), ...options }),
  };
}

/**
 * While the read models are unavailable the log tells the owner. A refusal may then take longer for
 * a long cart than for an absent one.
 */
async function shownOwner(
  reads: Pick<ReadModels, 'cart'>,
  runner: CommandRunner,
  cartId: string,
): Promise<Owner | null> {
  try {
    return (await reads.cart(cartId))?.state ?? null;
  } catch (error) {
    if (!(error instanceof ReadModelsUnavailableError)) throw error;
    return ownerInLog(runner, cartId);
  }
}

async function ownerInLog(runner: CommandRunner, cartId: string): Promise<Owner | null> {
  try {
    return ownerOf(await runner.stateOrPrefixOf(cartAggregate, cartId));
  } catch (error) {
    // The check of the cart's own history reports that.
    if (error instanceof IncompleteHistoryError) return null;
    throw error;
  }
}
