// A shop on a node of its own: every command room that a test may want, a clock that stands where
// it is put, and a look at what the log holds.
import { randomUUID } from 'node:crypto';
import { type Pricing, standardPricing } from '../../src/domain/cart/pricing.js';
import { CartCommands } from '../../src/commands/cart-commands.js';
import type { ContactSealer } from '../../src/commands/cart-terms.js';
import type { OfferSource } from '../../src/commands/offers.js';
import type { CheckoutHold } from '../../src/commands/checkout-holds.js';
import { type CartLimits, defaultCartLimits } from '../../src/domain/cart/limits.js';
import { CheckoutStock } from '../../src/commands/checkout-stock.js';
import { CatalogCommands } from '../../src/commands/catalog-commands.js';
import type { CommandContext, CommandOutcome } from '../../src/commands/command-context.js';
import { CommandRunner } from '../../src/commands/command-runner.js';
import { CouponUses } from '../../src/commands/coupon-uses.js';
import { CouponCommands } from '../../src/commands/coupon-commands.js';
import { FulfilmentCommands } from '../../src/commands/fulfilment-commands.js';
import type { KeptPaymentTokens } from '../../src/commands/token-hold.js';
import { OrderCommands } from '../../src/commands/order-commands.js';
import { OrderStock } from '../../src/commands/order-stock.js';
import { StockCommands } from '../../src/commands/stock-commands.js';
import type { CartState } from '../../src/domain/cart/state.js';
import { AggregateStore } from '../../src/folds/aggregate-store.js';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { StreamFolds } from '../../src/folds/stream-folds.js';
import { type Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';
import { existing } from '../controls/cart.js';
import { unsealedContacts } from '../controls/contacts.js';
import { retrying } from '../../src/waiting/retrying.js';
import { systemTime } from '../../src/waiting/time.js';

export const monday = Date.parse('2026-11-02T08:00:00.000Z');
export const lantern = { sku: 'LANTERN', name: 'White metal lantern' };

/** How long a checkout that died keeps its units. */
export const HOLD_MS = 600_000;

export class Clock {
  now = monday;
  readonly read = (): number => this.now;
}

/** Knows nothing, so that everything is looked up in the log. */
const emptyCatalogue: OfferSource = {
  offer: () => Promise.resolve(null),
  coupon: () => Promise.resolve(null),
};

interface ShopOptions {
  readonly catalogue?: OfferSource;
  readonly secret?: string;
  readonly pricing?: Pricing;
  readonly folds?: StreamFolds;
  /** Default: units in stock. */
  readonly holds?: readonly CheckoutHold[];
  readonly paymentTokens?: KeptPaymentTokens;
  readonly contacts?: ContactSealer;
  readonly limits?: CartLimits;
  readonly holdMs?: number;
}

export class Shop {
  readonly clock = new Clock();
  readonly aggregates: AggregateStore;
  readonly runner: CommandRunner;
  readonly orders: OrderCommands;
  readonly fulfilment: FulfilmentCommands;
  readonly carts: CartCommands;
  readonly catalog: CatalogCommands;
  readonly coupons: CouponCommands;
  readonly couponUses: CouponUses;
  readonly stock: StockCommands;
  readonly checkoutStock: CheckoutStock;
  readonly orderStock: OrderStock;

  constructor(
    readonly store: EventStore,
    {
      catalogue = emptyCatalogue,
      secret = 'a secret of the tests',
      pricing = standardPricing,
      folds = new StreamFolds(store),
      holds,
      paymentTokens,
      contacts = unsealedContacts,
      limits = defaultCartLimits,
      holdMs = HOLD_MS,
    }: ShopOptions = {},
  ) {
    this.aggregates = new AggregateStore(store, { folds });
    this.runner = new CommandRunner(store, this.aggregates, {
      ...systemTime,
      now: this.clock.read,
    });
    this.orders = new OrderCommands(this.runner, pricing);
    this.couponUses = new CouponUses(this.runner, pricing, holdMs);
    const { runner, orders, couponUses } = this;
    this.stock = new StockCommands(runner);
    this.checkoutStock = new CheckoutStock(runner, holdMs);
    this.orderStock = new OrderStock(runner);
    const rulesInForce = () => pricing.current;
    this.carts = new CartCommands({
      runner,
      orders,
      catalogue,
      secret: Buffer.from(secret),
      rulesInForce,
      contacts,
      holds: [couponUses, ...(holds ?? [this.checkoutStock])],
      limits,
      ...(paymentTokens && { paymentTokens }),
    });
    this.fulfilment = new FulfilmentCommands(this.runner);
    this.catalog = new CatalogCommands(this.runner);
    this.coupons = new CouponCommands(this.runner);
  }

  /** Lists the lantern at `minorUnits` pence, from now on. */
  async list(minorUnits = 339): Promise<void> {
    const price = { minorUnits, currency: 'GBP' };
    accepted(await this.catalog.list({ ...lantern, price }, by()));
  }

  /** So many units come in. */
  async receive(quantity: number, sku = lantern.sku): Promise<void> {
    accepted(await this.stock.receive({ sku, quantity, reference: null }, by()));
  }

  async openCart(): Promise<string> {
    const { outcome } = await this.carts.open({ currency: 'GBP', customerId: null }, by());
    return accepted(outcome).state.id ?? '';
  }

  async eventsOf(stream: string): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    for await (const event of this.store.readStream(stream)) events.push(event);
    return events;
  }

  async typesOf(stream: string): Promise<string[]> {
    return (await this.eventsOf(stream)).map(({ type }) => type);
  }
}

export async function startShop(cleanup: Cleanup): Promise<Shop> {
  const [shop] = await startShops(cleanup, 1);
  return shop!;
}

/** Instances of one shop: one log, and nothing else in common. */
export async function startShops(cleanup: Cleanup, count: number): Promise<Shop[]> {
  const { connectionString } = await startTestNode(cleanup);
  return Array.from({ length: count }, () => new Shop(connectTestStore(cleanup, connectionString)));
}

/** Who asks does not matter to most tests; a `commandId` does. */
export function by(fields: Partial<CommandContext> = {}): CommandContext {
  return { actor: { kind: 'guest' }, ...fields };
}

/** The context of a command that can be repeated. */
export function keyed(fields: Partial<CommandContext> = {}): CommandContext {
  return by({ commandId: randomUUID(), ...fields });
}

/** As clients do, a caller who gets no answer in time asks again, with the same commandId. */
export function answered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  return retrying(ask, {
    retryIf: (error) => error instanceof StoreUnavailableError,
    pauseMs: { least: 50, most: 1_000 },
  });
}

export function accepted<State>(outcome: CommandOutcome<State>) {
  if (!outcome.accepted) throw new Error(`Refused: ${outcome.rejection.code}`);
  return outcome;
}

export function refusalOf(outcome: CommandOutcome<unknown>): string {
  return outcome.accepted ? 'accepted' : outcome.rejection.code;
}

export function quantityIn(cart: CartState, sku = lantern.sku): number {
  const portions = existing(cart).lines.find((line) => line.sku === sku)?.portions ?? [];
  return portions.reduce((sum, { quantity }) => sum + quantity, 0);
}
