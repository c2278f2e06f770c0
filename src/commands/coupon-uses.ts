// The uses of coupons: a checkout takes them before its cart closes, its order keeps them, and a
// cancellation gives them back. Only coupons with a limit have uses; of others it asks no more than
// whether they were withdrawn.
import { couponsCounting } from '../domain/cart/counting-coupons.js';
import type { Pricing } from '../domain/cart/pricing.js';
import type { CheckedOutCartState } from '../domain/cart/state.js';
import type { AskedUse, CouponCommand } from '../domain/coupon/commands.js';
import { hasUse, refusalOf } from '../domain/coupon/decide.js';
import type { CouponState } from '../domain/coupon/state.js';
import type { OrderState } from '../domain/order/state.js';
import type { Rejection } from '../domain/rejection.js';
import { cartAggregate, couponAggregate } from './aggregates.js';
import type { CheckoutHold, HeldOrder } from './checkout-holds.js';
import type { CommandOutcome } from './command-context.js';
import type { CommandRunner } from './command-runner.js';
import type { OrderHold } from './order-holds.js';

/**
 * The longest hold of a checkout: it has 2.8 s, and whatever it left undone after this time, it has
 * died.
 */
export const COUPON_HOLD_MS = 60_000;
const ACTOR = { kind: 'checkout' };

/** What it needs to know of an order. */
type UsingOrder = Pick<OrderState, 'id' | 'cartId'>;

/** A use that only a checkout holds. */
export interface HeldUse {
  readonly code: string;
  readonly orderId: string;
  readonly cartId: string;
}

interface WaitingUses {
  readonly asked: AskedUse[];
  readonly outcome: Promise<CommandOutcome<CouponState>>;
}

export class CouponUses implements CheckoutHold, OrderHold {
  /** By code: checkouts that ask for a use and whose command has not had its turn. */
  private readonly waiting = new Map<string, WaitingUses>();
  private readonly holdMs: number;

  /** @param holdMs how long a checkout that dies keeps its uses, at most `COUPON_HOLD_MS` */
  constructor(
    private readonly runner: CommandRunner,
    private readonly pricing: Pricing,
    holdMs = COUPON_HOLD_MS,
  ) {
    this.holdMs = Math.min(holdMs, COUPON_HOLD_MS);
  }

  /** One after the other: of two coupons that are used up, the first one is named. */
  async take(order: HeldOrder, before?: HeldOrder): Promise<Rejection | undefined> {
    const { orderId, attemptId, customerKey } = order;
    const codes = couponsCounting(order.cart, this.pricing);
    const earlier = before === undefined ? [] : couponsCounting(before.cart, this.pricing);
    for (const code of earlier.filter((one) => !codes.includes(one))) {
      await this.refused(code, orderId, attemptId);
    }
    for (const code of codes) {
      const refusal = await this.redeem(code, {
        orderId,
        cartId: order.cart.id,
        attemptId,
        customerKey,
      });
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  async confirm(order: UsingOrder): Promise<Rejection | undefined> {
    const { orderId, cart } = await this.placed(order);
    if (cart === undefined) return undefined;
    for (const code of couponsCounting(cart, this.pricing)) {
      const outcome = await this.confirmOne({ code, orderId, cartId: cart.id });
      if (!outcome.accepted) return outcome.rejection;
    }
    return undefined;
  }

  /** Of a checkout that was refused, or of an order that was cancelled. */
  async giveBack(order: HeldOrder | UsingOrder): Promise<void> {
    if ('attemptId' in order) {
      for (const { code } of order.cart.coupons) {
        await this.refused(code, order.orderId, order.attemptId);
      }
      return;
    }
    const { orderId, cart } = await this.placed(order);
    for (const { code } of cart?.coupons ?? []) await this.end(code, orderId, 'ORDER_CANCELLED');
  }

  /**
   * Settles the use of a checkout that has died: its order keeps it, if the cart was checked out
   * with the coupon. Repeating it changes nothing.
   *
   * @throws StoreUnavailableError
   */
  async settle(use: HeldUse): Promise<void> {
    const { orderId, cart } = await this.placed({ id: use.orderId, cartId: use.cartId });
    const isPlaced = cart !== undefined && couponsCounting(cart, this.pricing).includes(use.code);
    if (isPlaced) await this.confirmOne(use);
    else await this.end(use.code, orderId, 'EXPIRED');
  }

  /**
   * All checkouts that ask for a use while the coupon's stream is busy share one command: the last
   * use of a popular coupon is not asked for one by one.
   */
  private async redeem(code: string, asked: AskedUse): Promise<Rejection | undefined> {
    const waiting = this.waiting.get(code) ?? this.gather(code);
    waiting.asked.push(asked);
    const outcome = await waiting.outcome;
    if (!outcome.accepted) return outcome.rejection;
    return hasUse(asked, outcome.state) ? undefined : refusalOf(asked, outcome.state);
  }

  private gather(code: string): WaitingUses {
    const asked: AskedUse[] = [];
    const outcome = this.run(code, (at) => {
      // Its turn has come: who asks from now on is in the next command.
      if (this.waiting.get(code)?.asked === asked) this.waiting.delete(code);
      return { type: 'RedeemCoupon', at, asked, expiresAt: at + this.holdMs };
    });
    const waiting = { asked, outcome };
    this.waiting.set(code, waiting);
    const end = () => {
      if (this.waiting.get(code) === waiting) this.waiting.delete(code);
    };
    outcome.then(end, end);
    return waiting;
  }

  /** The order's cart, as its checkout left it; undefined when there was none. */
  private async placed({ id, cartId }: UsingOrder): Promise<{
    readonly orderId: string;
    readonly cart: CheckedOutCartState | undefined;
  }> {
    if (id === null) throw new RangeError('There is no such order');
    const cart = await this.runner.stateOf(cartAggregate, cartId, 'fresh');
    const isPlaced = cart.status === 'CHECKED_OUT' && cart.orderId === id;
    return { orderId: id, cart: isPlaced ? cart : undefined };
  }

  private confirmOne({ code, orderId, cartId }: HeldUse) {
    return this.run(code, (at) => ({ type: 'ConfirmCouponUse', at, orderId, cartId }));
  }

  private async refused(code: string, orderId: string, attemptId: string): Promise<void> {
    const reason = 'CHECKOUT_REFUSED' as const;
    await this.run(code, (at) => ({ type: 'ReturnCouponUse', at, orderId, attemptId, reason }));
  }

  private async end(
    code: string,
    orderId: string,
    reason: 'EXPIRED' | 'ORDER_CANCELLED',
  ): Promise<void> {
    const attemptId = null;
    await this.run(code, (at) => ({ type: 'ReturnCouponUse', at, orderId, attemptId, reason }));
  }

  private run(
    code: string,
    enrich: (at: number) => CouponCommand,
  ): Promise<CommandOutcome<CouponState>> {
    return this.runner.run(couponAggregate, { id: code, enrich, context: { actor: ACTOR } });
  }
}
