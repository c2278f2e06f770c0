// What follows a checkout in a shop without faults: units and uses are held, the order is paid or
// declined, shipped, cancelled and refunded, and its customer is told, all at once.
import {
  couponAggregate,
  inventoryAggregate,
  orderAggregate,
} from '../../../src/commands/aggregates.js';
import type { ExistingCartState } from '../../../src/domain/cart/state.js';
import { standardPricing } from '../../../src/domain/cart/pricing.js';
import { viewCart } from '../../../src/domain/cart/view.js';
import type { CouponCommand } from '../../../src/domain/coupon/commands.js';
import { hasUse, refusalOf } from '../../../src/domain/coupon/decide.js';
import type { InventoryCommand } from '../../../src/domain/inventory/commands.js';
import { shortageFor } from '../../../src/domain/inventory/decide.js';
import { outOfStock } from '../../../src/domain/inventory/rejections.js';
import type { OrderCommand } from '../../../src/domain/order/commands.js';
import type { OrderEvent } from '../../../src/domain/order/events.js';
import type { Rejection } from '../../../src/domain/rejection.js';
import type { ChangeOrder } from '../history.js';
import { Bank } from '../outside/bank.js';
import type { Deed } from '../outside/deeds.js';
import type { ModelLog } from './model-log.js';
import { mailOf, refundIdOf, TOLD } from './mails-due.js';

const HOLD_MS = 15_000;

export class ModelOrders {
  private readonly bank: Bank;
  /** By order. */
  private readonly tokens = new Map<string, string>();

  constructor(
    private readonly log: ModelLog,
    private readonly now: () => number,
    private readonly told: (deed: Deed) => void,
  ) {
    this.bank = new Bank(told);
  }

  /** Takes what a cart needs before it closes. */
  take(cart: ExistingCartState, orderId: string, token: string): Rejection | undefined {
    const at = this.now();
    const units = [...unitsOf(cart)];
    const shortages = units.flatMap(([sku, quantity]) => {
      const stock = this.log.fold(inventoryAggregate, `inventory-${sku}`);
      return shortageFor({ orderId, quantity }, stock) ?? [];
    });
    if (shortages.length > 0) return outOfStock(shortages);
    const codes = countingIn(cart, at);
    const attemptId = 'only';
    const asked = { orderId, cartId: cart.id, attemptId, customerKey: null };
    for (const code of codes) {
      const coupon = this.log.fold(couponAggregate, `coupon-${code}`);
      const refusal = hasUse(asked, coupon) ? undefined : refusalOf(asked, coupon);
      if (refusal !== undefined) return refusal;
    }
    for (const code of codes) {
      this.coupon(code, { type: 'RedeemCoupon', at, asked: [asked], expiresAt: at + HOLD_MS });
    }
    for (const [sku, quantity] of units) {
      const hold = { orderId, cartId: cart.id, attemptId, quantity, holdMs: HOLD_MS };
      this.stock(sku, { type: 'ChangeHolds', at, changes: [hold] });
    }
    this.tokens.set(orderId, token);
    return undefined;
  }

  /** Drives a placed order to its payment. */
  fulfil(cart: ExistingCartState, orderId: string): void {
    const at = this.now();
    this.tell(orderId, 'OrderPlaced', {});
    for (const [sku, quantity] of unitsOf(cart)) {
      this.stock(sku, { type: 'ConfirmStock', at, orderId, cartId: cart.id, quantity });
    }
    for (const code of countingIn(cart, cart.updatedAt)) {
      this.coupon(code, { type: 'ConfirmCouponUse', at, orderId, cartId: cart.id });
    }
    this.order(orderId, { type: 'ReserveInventory', at });
    const { total: amount, currency } = this.log.fold(orderAggregate, `order-${orderId}`);
    const refundId = `refund of ${orderId}`;
    if (amount === 0) {
      this.order(orderId, { type: 'RecordPayment', at, amount, gatewayReference: null, refundId });
      return;
    }
    const token = this.tokens.get(orderId) ?? '';
    const ask = () => this.bank.charge({ key: orderId, amount, currency, token });
    let outcome = ask();
    while (typeof outcome === 'string') outcome = ask();
    if (outcome.kind === 'CHARGED') {
      const gatewayReference = outcome.reference;
      this.order(orderId, { type: 'RecordPayment', at, amount, gatewayReference, refundId });
    } else this.order(orderId, { type: 'RecordDecline', at, reason: outcome.kind });
  }

  /** What staff do; undefined where it is accepted. */
  change({ orderId, change, commandId = '' }: ChangeOrder): Rejection | undefined {
    const at = this.now();
    const refundId = `refund ${commandId}`;
    const { type } = change;
    const known = this.log.streamOf(`order-${orderId}`);
    if (known.some(({ metadata }) => metadata.commandId === commandId)) return undefined;
    const key = { commandId };
    if (type === 'ShipOrder') {
      return this.order(orderId, { type, at, carrier: null, trackingNumber: null }, key);
    }
    if (type === 'CancelOrder') {
      return this.order(orderId, { type, at, reason: 'As agreed', by: 'STAFF', refundId }, key);
    }
    const { amount } = change;
    return this.order(
      orderId,
      { type: 'RequestRefund', at, refundId, amount, reason: 'As agreed' },
      key,
    );
  }

  private order(
    orderId: string,
    command: OrderCommand,
    key: { readonly commandId?: string } = {},
  ): Rejection | undefined {
    const stream = `order-${orderId}`;
    const decision = orderAggregate.decider.decide(command, this.log.fold(orderAggregate, stream));
    if ('rejected' in decision) return decision.rejected;
    this.log.append(orderAggregate, stream, decision.accepted, command.at, key);
    for (const event of decision.accepted) this.follow(orderId, event);
    return undefined;
  }

  private follow(orderId: string, event: OrderEvent): void {
    const at = this.now();
    this.tell(orderId, event.type, event.data);
    if (event.type === 'OrderShipped') {
      for (const sku of this.heldBy(orderId)) this.stock(sku, { type: 'ShipStock', at, orderId });
    }
    if (event.type === 'OrderCancelled') {
      const attemptId = null;
      const reason = 'ORDER_CANCELLED';
      for (const sku of this.heldBy(orderId))
        this.stock(sku, { type: 'ReleaseStock', at, orderId });
      for (const code of this.log.fold(orderAggregate, `order-${orderId}`).coupons) {
        this.coupon(code, { type: 'ReturnCouponUse', at, orderId, attemptId, reason });
      }
    }
    if (event.type !== 'RefundRequested') return;
    const { refundId, amount } = event.data;
    const { currency } = this.log.fold(orderAggregate, `order-${orderId}`);
    const outcome = this.bank.refund({ key: refundId, chargeKey: orderId, amount, currency });
    this.order(
      orderId,
      outcome.kind === 'REFUNDED'
        ? { type: 'RecordRefund', at, refundId, gatewayReference: outcome.reference }
        : { type: 'RefuseRefund', at, refundId, reason: outcome.reason },
    );
  }

  private tell(orderId: string, type: OrderEvent['type'], data: unknown): void {
    if (!TOLD.has(type)) return;
    const name = mailOf(orderId, type, refundIdOf(data));
    this.told({ kind: 'mailed', messageId: `<${name}@example.com>` });
  }

  private heldBy(orderId: string): readonly string[] {
    const { lines } = this.log.fold(orderAggregate, `order-${orderId}`);
    return [...new Set(lines.map(({ sku }) => sku))];
  }

  private stock(sku: string, command: InventoryCommand): void {
    const stream = `inventory-${sku}`;
    const state = this.log.fold(inventoryAggregate, stream);
    const decision = inventoryAggregate.decider.decide(command, state);
    if ('rejected' in decision) throw new RangeError(decision.rejected.message);
    this.log.append(inventoryAggregate, stream, decision.accepted, command.at);
  }

  private coupon(code: string, command: CouponCommand): void {
    const stream = `coupon-${code}`;
    const state = this.log.fold(couponAggregate, stream);
    const decision = couponAggregate.decider.decide(command, state);
    if ('rejected' in decision) throw new RangeError(decision.rejected.message);
    this.log.append(couponAggregate, stream, decision.accepted, command.at);
  }
}

function unitsOf({ lines }: ExistingCartState): ReadonlyMap<string, number> {
  const unitsIn = (portions: (typeof lines)[number]['portions']) =>
    portions.reduce((sum, { quantity }) => sum + quantity, 0);
  return new Map(lines.map(({ sku, portions }) => [sku, unitsIn(portions)]));
}

function countingIn(cart: ExistingCartState, at: number): readonly string[] {
  const { coupons } = viewCart(cart, at, standardPricing.current);
  return coupons.filter(({ discount }) => discount > 0).map(({ code }) => code);
}
