// CouponWithdrawn → LapseCoupon for every cart that has the coupon. A cart that added it just
// before, and whose event came just after, is found by its own event: CouponApplied → LapseCoupon,
// if the coupon is withdrawn. Both repeat without effect, so every instance runs them. Rows
// that are too far behind: the event is tried again, then parked.
import { cartAggregate, couponAggregate } from '../commands/aggregates.js';
import type { CartCommands } from '../commands/cart-commands.js';
import type { CouponCommands } from '../commands/coupon-commands.js';
import { recorded } from '../event-store/recorded.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import type { Reaction } from './reaction.js';

export interface CouponLapsePorts {
  readonly carts: Pick<CartCommands, 'lapseCoupon'>;
  readonly coupons: Pick<CouponCommands, 'freshState'>;
}

export interface WithdrawalPorts extends CouponLapsePorts {
  /**
   * Carts that have the coupon and can still be changed, as of a position in the log or later.
   *
   * @throws when the rows do not reach the position in time; the signal's reason after an abort
   */
  readonly cartsWith: (
    code: string,
    position: bigint,
    signal: AbortSignal,
  ) => AsyncIterable<string>;
}

const CARTS = 'cart-';

/** The coupon is withdrawn now; one that is on offer again needs no cart to lose it. */
async function isWithdrawn({ coupons }: CouponLapsePorts, code: string): Promise<boolean> {
  const { code: known, available } = await coupons.freshState(code);
  return known !== null && !available;
}

export function couponWithdrawalReaction(ports: WithdrawalPorts): Reaction {
  const act = async (stored: StoredEvent, signal: AbortSignal) => {
    const event = recorded(couponAggregate.codec, stored);
    if (event?.type !== 'CouponWithdrawn') return;
    const { code } = event.data;
    if (!(await isWithdrawn(ports, code))) return;
    for await (const cartId of ports.cartsWith(code, stored.position, signal)) {
      signal.throwIfAborted();
      await ports.carts.lapseCoupon(cartId, code, 'WITHDRAWN');
    }
  };
  return {
    name: 'coupon-withdrawal',
    types: ['CouponWithdrawn'],
    prefix: 'coupon-',
    act,
  };
}

export function lateCouponReaction(ports: CouponLapsePorts): Reaction {
  const act = async (stored: StoredEvent) => {
    const event = recorded(cartAggregate.codec, stored);
    if (event?.type !== 'CouponApplied') return;
    const { code } = event.data;
    if (!(await isWithdrawn(ports, code))) return;
    await ports.carts.lapseCoupon(stored.stream.slice(CARTS.length), code, 'WITHDRAWN');
  };
  return {
    name: 'late-coupon',
    types: ['CouponApplied'],
    prefix: CARTS,
    act,
  };
}
