// The carts of a filled log, each with its order, the units and the coupon's use that the order
// takes, and now and then a look of staff. Every cart has ended: a service that starts on the log
// has nothing left to do for it.
import { cartAggregate, orderAggregate } from '../commands/aggregates.js';
import { orderIdOf, stockCommandIdOf } from '../commands/command-id.js';
import { accessCodec } from '../domain/access/codec.js';
import type { CartCommand } from '../domain/cart/commands.js';
import type { CartEvent } from '../domain/cart/events.js';
import { price } from '../domain/cart/price.js';
import type { Pricing } from '../domain/cart/pricing.js';
import type { CartState, CheckedOutCartState } from '../domain/cart/state.js';
import { couponCodec } from '../domain/coupon/codec.js';
import { inventoryCodec } from '../domain/inventory/codec.js';
import type { InventoryEvent } from '../domain/inventory/events.js';
import { orderOf, type OrderCommand } from '../domain/order/commands.js';
import type { OrderEvent } from '../domain/order/events.js';
import type { OrderState } from '../domain/order/state.js';
import { CommandSeries } from './command-series.js';
import { codeOf, couponOf, isTracked, offerOf, skuOf } from './filled-catalogue.js';
import type { FilledAppend, FilledStreams } from './filled-streams.js';
import type { SeededNumbers } from './numbers.js';

export interface FilledCartPlan {
  /** When it is opened, in milliseconds since 1970. */
  readonly at: number;
  readonly customerId: string | null;
  /** By number, each once. */
  readonly products: readonly number[];
  /** How often a quantity changes. */
  readonly changes: number;
  /** Its number; null for none. */
  readonly coupon: number | null;
  readonly isOrdered: boolean;
  readonly isLookedAt: boolean;
}

type CartSeries = CommandSeries<CartState, CartCommand, CartEvent>;

const STEP_MS = 20_000;
const ABANDONED_AFTER_MS = 30 * 24 * 3_600_000;
const SHIPPED_AFTER_MS = 24 * 3_600_000;
const MOST_UNITS = 5;
/** Of a hundred orders, those whose payment is declined. */
const DECLINED = 4;
const CART_CAUSE = { actor: 'shopper' };
const FULFILMENT_CAUSE = { actor: 'order-fulfilment' };

export class FilledCarts {
  constructor(
    private readonly streams: FilledStreams,
    private readonly numbers: SeededNumbers,
    private readonly pricing: Pricing,
  ) {}

  *cart(plan: FilledCartPlan): Generator<FilledAppend> {
    const cartId = this.numbers.uuid();
    const cart: CartSeries = new CommandSeries(cartAggregate.decider);
    for (const command of this.shopping(cartId, plan, cart)) cart.take(command);
    yield this.streams.whole(`cart-${cartId}`, cartAggregate.codec, cart.events, CART_CAUSE);
    if (cart.state.status === 'CHECKED_OUT') yield* this.order(cart.state, plan);
    if (plan.isLookedAt) yield this.look(cartId, plan);
  }

  private *shopping(
    cartId: string,
    { at, customerId, products, changes, coupon, isOrdered }: FilledCartPlan,
    cart: CartSeries,
  ): Generator<CartCommand> {
    let now = at;
    const tokenHash = customerId === null ? hashLike(this.numbers) : null;
    yield { type: 'OpenCart', at: now, cartId, currency: 'GBP', customerId, tokenHash };
    for (const product of products) {
      const quantity = 1 + this.numbers.below(MOST_UNITS);
      const added = { sku: skuOf(product), quantity, offer: offerOf(product) };
      yield { type: 'AddItem', at: (now += STEP_MS), ...added };
    }
    for (let change = 0; change < changes; change += 1) {
      const product = products[change % products.length] ?? 0;
      const sku = skuOf(product);
      // Never the quantity that the line has, which would change nothing.
      const round = Math.floor(change / products.length);
      const changed = { sku, quantity: MOST_UNITS + 1 + (round % 3), offer: offerOf(product) };
      yield { type: 'ChangeQuantity', at: (now += STEP_MS), ...changed };
    }
    if (coupon !== null) {
      const applied = { code: codeOf(coupon), coupon: couponOf(coupon) };
      yield { type: 'ApplyCoupon', at: (now += STEP_MS), ...applied };
    }
    if (!isOrdered) {
      yield { type: 'AbandonCart', at: now + ABANDONED_AFTER_MS, idleSince: now };
      return;
    }
    const { state } = cart;
    if (state.status !== 'OPEN') throw new RangeError(`Cart ${cartId} is not open`);
    now += STEP_MS;
    const rules = this.pricing.current;
    const expectedTotal = price(state, now, rules).total;
    const orderId = orderIdOf(cartId);
    yield { type: 'CheckOut', at: now, expectedTotal, orderId, rules, contact: null };
  }

  private *order(cart: CheckedOutCartState, { coupon }: FilledCartPlan): Generator<FilledAppend> {
    const { orderId, updatedAt: at } = cart;
    const order = new CommandSeries<OrderState, OrderCommand, OrderEvent>(orderAggregate.decider);
    order.take(orderOf(cart, at, orderId, this.pricing));
    const isDeclined = this.numbers.below(100) < DECLINED;
    for (const command of fulfilment(orderId, at, order.state.total, isDeclined)) {
      order.take(command);
    }
    if (coupon !== null) yield* this.couponUse(cart, codeOf(coupon), isDeclined);
    const cause = { actor: 'checkout', commandId: orderId, commandHash: 'PlaceOrder' };
    yield this.streams.whole(`order-${orderId}`, orderAggregate.codec, order.events, cause);
    if (!isDeclined) yield* this.units(cart);
  }

  private *couponUse(
    { id: cartId, orderId, customerId, updatedAt: at }: CheckedOutCartState,
    code: string,
    isReturned: boolean,
  ): Generator<FilledAppend> {
    const stream = `coupon-${code}`;
    const use = { code, orderId, cartId, customerKey: customerId };
    const held = { ...use, attemptId: this.numbers.uuid(), expiresAt: at + 60_000 };
    const kept = { ...use, attemptId: null, expiresAt: null };
    for (const data of [held, kept]) {
      const event = { type: 'CouponRedeemed', data } as const;
      yield* this.streams.add(stream, couponCodec, { event, at }, CART_CAUSE);
    }
    if (!isReturned) return;
    const data = { code, orderId, attemptId: null, reason: 'ORDER_CANCELLED' } as const;
    const event = { type: 'CouponUseReturned', data } as const;
    yield* this.streams.add(stream, couponCodec, { event, at }, FULFILMENT_CAUSE);
  }

  /** The order keeps the units of tracked products, and ships them. */
  private *units({ id: cartId, orderId, lines, updatedAt: at }: CheckedOutCartState) {
    for (const { sku, portions } of lines) {
      if (!isTracked(productOf(sku))) continue;
      const quantity = portions.reduce((sum, portion) => sum + portion.quantity, 0);
      const kept = { sku, orderId, cartId, attemptId: null, quantity, expiresAt: null };
      yield* this.stock({ type: 'StockReserved', data: kept }, at, 'confirm', 'ConfirmStock');
      const shipped = { sku, orderId, quantity };
      const shippedAt = at + SHIPPED_AFTER_MS;
      yield* this.stock({ type: 'StockShipped', data: shipped }, shippedAt, 'ship', 'ShipStock');
    }
  }

  private stock(
    event: Extract<InventoryEvent, { data: { orderId: string } }>,
    at: number,
    step: 'confirm' | 'ship',
    commandHash: string,
  ): Generator<FilledAppend> {
    const { sku, orderId } = event.data;
    const cause = { ...FULFILMENT_CAUSE, commandId: stockCommandIdOf(step, orderId), commandHash };
    const dated = { event: event as InventoryEvent, at };
    return this.streams.add(`inventory-${sku}`, inventoryCodec, dated, cause);
  }

  private look(cartId: string, { at }: FilledCartPlan): FilledAppend {
    const data = { cartId, subject: 'fill', role: 'support', reason: 'A filled log' };
    const event = { type: 'CartAccessed', data } as const;
    const dated = [{ event, at: at + STEP_MS }];
    return this.streams.whole(`access-${cartId}`, accessCodec, dated, { actor: 'support' });
  }
}

function* fulfilment(
  orderId: string,
  at: number,
  amount: number,
  isDeclined: boolean,
): Generator<OrderCommand> {
  yield { type: 'ReserveInventory', at };
  if (isDeclined) {
    yield { type: 'RecordDecline', at, reason: 'insufficient_funds' };
    return;
  }
  const paid = { amount, gatewayReference: `filled-${orderId}`, refundId: orderId };
  yield { type: 'RecordPayment', at, ...paid };
  const shipment = { carrier: 'ROYAL MAIL', trackingNumber: null };
  yield { type: 'ShipOrder', at: at + SHIPPED_AFTER_MS, ...shipment };
}

const productOf = (sku: string) => Number(sku.slice(1));

/** 64 hexadecimal digits: a guest's token that nobody has. */
function hashLike(numbers: SeededNumbers): string {
  return [numbers.uuid(), numbers.uuid()].join('').replaceAll('-', '');
}
