// A coupon with a limit is used by so many orders and no more. An order has its use before its cart
// closes, and gives it back once, when it is cancelled.
import { couponsCounting } from '../../../src/domain/cart/counting-coupons.js';
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import { CouponAccount, type CouponData } from './coupon-account.js';
import type { Law, World } from './law.js';
import { CART, COUPON, ORDER } from './log-model.js';

type Accounts = ReadonlyMap<string, CouponAccount>;

export const couponsKept: Law = {
  name: 'coupons are kept',
  promise:
    'A coupon has no more uses than its limit, and a cancelled order gives its use back once.',
  watch(world, report) {
    const accounts = new Map<string, CouponAccount>();
    return {
      stored(event) {
        const { stream, revision, type } = event;
        let problem: string | undefined;
        if (stream.startsWith(COUPON)) {
          const account = accounts.get(stream) ?? new CouponAccount();
          accounts.set(stream, account);
          problem = useProblem(world, account, event);
          account.add(event);
        } else if (type === 'CartCheckedOut' || type === 'InventoryReserved') {
          problem = orderProblem(world, accounts, event);
        }
        if (problem === undefined || world.foreign.has(event.id)) return;
        report(`${stream}@${revision}: ${problem}`);
      },
    };
  },
};

function useProblem({ log }: World, account: CouponAccount, { type, data }: StoredEvent) {
  const { orderId = '', attemptId, reason } = data as CouponData;
  const use = account.uses.get(orderId);
  if (type === 'CouponRedeemed') {
    if (use?.isReturned === true) return `used again by order ${orderId}, which was cancelled`;
    const { limit = Infinity, used } = account;
    const isFull = !account.isCounted(orderId) && used >= limit;
    return isFull ? `used by ${used + 1} orders, and the limit is ${limit}` : undefined;
  }
  if (type !== 'CouponUseReturned') return undefined;
  if (use === undefined || use.isReturned) return `order ${orderId} gives back what it has not`;
  if (reason !== 'ORDER_CANCELLED') {
    const isHeld = attemptId == null || use.attempts.has(attemptId);
    return use.isRedeemed || !isHeld ? `no checkout of order ${orderId} holds it` : undefined;
  }
  const isCancelled = log.orderEvents(orderId).some((event) => event.type === 'OrderCancelled');
  return isCancelled ? undefined : `given back, and order ${orderId} was not cancelled`;
}

/** A cart that closes, or an order that has everything, has a use of each coupon that counts. */
function orderProblem(
  { log, setting }: World,
  accounts: Accounts,
  { type, stream, revision, data }: StoredEvent,
): string | undefined {
  const cartId = type === 'CartCheckedOut' ? stream.slice(CART.length) : cartOf(log, stream);
  const { orderId } = data as { readonly orderId: string };
  const events = log.cartEvents(cartId);
  const at = type === 'CartCheckedOut' ? revision : events.findIndex(isCheckout);
  const cart = log.cartAt(cartId, at);
  if (cart?.status !== 'CHECKED_OUT') return undefined;
  for (const code of couponsCounting(cart, setting.pricing)) {
    const account = accounts.get(`${COUPON}${code}`);
    if (account === undefined || account.wasUnlimited) continue;
    const use = account.uses.get(orderId);
    const hasUse = type === 'CartCheckedOut' ? account.isCounted(orderId) : use?.isRedeemed;
    if (hasUse !== true && use?.hasExpired !== true) return `has no use of ${code}, which counts`;
  }
  return undefined;
}

function cartOf(log: World['log'], stream: string): string {
  const placed = log.orderEvents(stream.slice(ORDER.length))[0];
  return (placed?.data as { readonly cartId?: string } | undefined)?.cartId ?? '';
}

function isCheckout({ type }: StoredEvent): boolean {
  return type === 'CartCheckedOut';
}
