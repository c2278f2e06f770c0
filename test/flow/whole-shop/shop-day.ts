// A day of a shop, from the catalogue to the accounts. All that people do goes over HTTP and
// websockets; the ledger is kept of their answers.
import { expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as documents from '../../../schema/generated/graphql.js';
import {
  askToCheckOut,
  caughtUp,
  checkOut,
  fillCart,
  type FilledCart,
  untilOrder,
} from './buying.js';
import { Ledger } from './ledger.js';
import { Person, type Site } from './sites.js';

const gbp = (minorUnits: number) => ({ minorUnits, currency: 'GBP' });

/** Its own names: the log may hold other days. */
const run = randomUUID().slice(0, 8).toUpperCase();

export const goods = {
  mug: { sku: `MUG ${run}`, price: 1_250, units: 40 },
  lamp: { sku: `LAMP ${run}`, price: 3_990, units: 5 },
  clock: { sku: `CLOCK ${run}`, price: 5_000, units: 10 },
  /** Nobody counts its units. */
  card: { sku: `CARD ${run}`, price: 300, units: 0 },
} as const;

export const coupons = {
  /** A tenth off. */
  tenth: { code: `TENTH-${run}`, limit: 100 },
  /** Five pounds off, for one order. */
  last: { code: `LAST-${run}`, limit: 1 },
} as const;

/** On a slow machine any cart is left alone for long enough. */
const timed: ReadonlySet<string> = new Set(['CartAbandoned', 'CartRevived']);

const { mug, lamp, clock, card } = goods;

export class ShopDay {
  readonly ledger = new Ledger();

  private constructor(
    private readonly site: Site,
    private readonly admin: Person,
    private readonly guest: Person,
  ) {}

  /** The admin fills the shop. */
  static async begin(site: Site, admin: Person): Promise<ShopDay> {
    const day = new ShopDay(site, admin, Person.guest(site));
    for (const { sku, price, units } of Object.values(goods)) {
      const product = { sku, name: sku.toLowerCase(), price: gbp(price) };
      await admin.ask(documents.ListProductDocument, { input: product });
      if (units > 0) await day.receive(sku, units);
    }
    await day.define(coupons.tenth, { percentageBasisPoints: 1_000 });
    await day.define(coupons.last, { amount: gbp(500) });
    return day;
  }

  /** @param terms what the coupon takes off */
  define(
    { code, limit }: (typeof coupons)['tenth' | 'last'] | { code: string; limit: number },
    terms: Pick<documents.DefineCouponInput, 'percentageBasisPoints' | 'amount'>,
  ) {
    const input = { code, description: code, usageLimit: limit, ...terms };
    return this.admin.ask(documents.DefineCouponDocument, { input });
  }

  private async receive(sku: string, quantity: number): Promise<void> {
    const { receiveStock } = await this.admin.ask(documents.ReceiveStockDocument, {
      input: { sku, quantity, reference: 'Delivery of the morning' },
    });
    this.ledger.stock(sku, quantity);
    expect(receiveStock.stock).toMatchObject(this.ledger.stockOf(sku)!);
  }

  /** A price moves under a guest, who is told, accepts it, and buys with a coupon. */
  async guestBuys(): Promise<void> {
    const cart = await fillCart(this.guest, { [mug.sku]: 2, [card.sku]: 1 });
    const { cartId, holder } = cart;
    const watch = holder.subscribe(documents.CartChangedDocument, { cartId, afterRevision: 0 });
    const raised = { sku: mug.sku, price: gbp(1_500) };
    await this.admin.ask(documents.ChangeProductPriceDocument, { input: raised });
    const { cart: shown } = await holder.ask(documents.CartProblemsDocument, { cartId });
    expect(shown?.problems).toMatchObject([
      { code: 'PRICE_CHANGED', sku: mug.sku, oldPrice: gbp(1_250), newPrice: gbp(1_500) },
    ]);
    await holder.ask(documents.AcceptPricesDocument, { input: { cartId } });
    const total = await this.apply(cart, coupons.tenth.code);
    expect(total).toBe((2 * 1_500 + 300) * 0.9);
    const refused = await askToCheckOut(cart, { paymentToken: 'tok_ok' });
    expect(refused.rejection).toMatchObject({ code: 'TOTAL_CHANGED', currentTotal: total });
    const orderId = await this.buys({ ...cart, total }, 'tok_ok', coupons.tenth.code);
    await untilOrder(holder, orderId, 'PAID');
    const seen: string[] = [];
    for await (const { cartChanged } of watch) {
      seen.push(cartChanged.event?.type ?? 'time');
      if (cartChanged.cart.status === 'CHECKED_OUT') break;
    }
    expect(seen.filter((type) => !timed.has(type))).toEqual([
      ...['ItemAdded', 'ItemAdded', 'PricesAccepted', 'CouponApplied', 'CartCheckedOut'],
    ]);
    await this.ship(orderId);
  }

  /** A guest signs in, is declined, pays another way, and sends one thing back. */
  async customerRetries(): Promise<void> {
    const ben = await Person.signedIn(this.site, 'customer', `ben-${run}`);
    const own = await fillCart(ben, { [clock.sku]: 1 });
    const guests = await fillCart(this.guest, { [clock.sku]: 1, [card.sku]: 4 });
    const { claimCart } = await ben.holding(guests.cartToken).ask(documents.ClaimCartDocument, {
      input: { cartId: guests.cartId, strategy: 'SUM' },
    });
    expect(claimCart.cart).toMatchObject({ id: own.cartId, totals: { itemCount: 6 } });
    const cart = { cartId: own.cartId, holder: ben, total: 2 * clock.price + 4 * card.price };
    const total = await this.apply(cart, coupons.tenth.code);
    expect(total).toBe(cart.total * 0.9);
    const declinedId = await this.buys({ ...cart, total }, 'tok_declined', coupons.tenth.code);
    const declined = await untilOrder(ben, declinedId, 'CANCELLED');
    expect(declined.cancelReason).toBe('PAYMENT_DECLINED');
    this.ledger.cancelled(declinedId, coupons.tenth.code);

    // As it was just before its checkout, with its coupon.
    await caughtUp(this.guest);
    const { activeCart } = await ben.ask(documents.ActiveCartDocument, {});
    expect(activeCart).toBeNull();
    const closed = await this.shown(cart);
    const { forkCart } = await ben.ask(documents.ForkCartDocument, {
      input: { cartId: cart.cartId, atRevision: closed.revision - 1 },
    });
    const copy = { cartId: forkCart.cart!.id, holder: ben, total };
    expect(forkCart.cart?.totals.total.minorUnits).toBe(total);
    const orderId = await this.buys(copy, 'tok_flaky', coupons.tenth.code);
    await untilOrder(ben, orderId, 'PAID');
    await this.ship(orderId);
    const refund = { orderId, amount: 270, reason: 'A card was bent' };
    await this.admin.ask(documents.RefundOrderDocument, { input: refund });
    await untilOrder(ben, orderId, ({ refunded }) => refunded.minorUnits === 270);
    this.ledger.refunded(orderId, 270);
    await caughtUp(this.guest);
    expect(await this.ordersOf(ben)).toEqual([declinedId, orderId].sort());
  }

  /** The bank's answer is lost; the customer changes their mind, and asks to be forgotten. */
  async customerLeaves(): Promise<void> {
    const subject = `cem-${run}`;
    const cem = await Person.signedIn(this.site, 'customer', subject);
    const cart = await fillCart(cem, { [clock.sku]: 2 });
    const orderId = await this.buys(cart, 'tok_lost_answer');
    await untilOrder(cem, orderId, 'PAID');
    const reason = 'Ordered twice';
    await this.admin.ask(documents.CancelOrderDocument, { input: { orderId, reason } });
    const order = await untilOrder(cem, orderId, ({ refunded }) => refunded.minorUnits > 0);
    expect(order).toMatchObject({ status: 'CANCELLED', refunded: gbp(cart.total) });
    this.ledger.cancelled(orderId);
    const erased = await this.admin.ask(documents.EraseCustomerDocument, {
      input: { customerId: subject },
    });
    expect(erased.eraseCustomer.keysDestroyed).toBe(1);
  }

  /** Five lamps, and a guest who wants six. */
  async lampsSellOut(): Promise<void> {
    const greedy = await fillCart(this.guest, { [lamp.sku]: 6 });
    const { rejection } = await askToCheckOut(greedy, { paymentToken: 'tok_ok' });
    expect(rejection).toMatchObject({ shortages: [{ sku: lamp.sku, available: 5 }] });
    const { cartId, holder } = greedy;
    const input = { cartId, sku: lamp.sku, quantity: 5 };
    await holder.ask(documents.ChangeQuantityDocument, { input });
    const orderId = await this.buys({ ...greedy, total: 5 * lamp.price }, 'tok_ok');
    await untilOrder(holder, orderId, 'PAID');
    const late = await fillCart(this.guest, { [lamp.sku]: 1 });
    const answer = await askToCheckOut(late, { paymentToken: 'tok_ok' });
    expect(answer.rejection?.code).toBe('OUT_OF_STOCK');
  }

  /** Two guests have the coupon that one of them can use. */
  async lastUse(): Promise<void> {
    const { code } = coupons.last;
    const carts = await Promise.all([1, 2].map(() => fillCart(this.guest, { [mug.sku]: 1 })));
    const answers = await Promise.all(
      carts.map(async (cart) => {
        const total = await this.apply(cart, code);
        return askToCheckOut({ ...cart, total }, { paymentToken: 'tok_ok' });
      }),
    );
    const codes = answers.map(({ rejection }) => rejection?.code ?? 'ordered');
    expect(codes.sort()).toEqual(['COUPON_EXHAUSTED', 'ordered']);
    const index = answers.findIndex(({ order }) => order != null);
    const { order } = answers[index]!;
    this.ledger.placed(order!, code);
    await untilOrder(carts[index]!.holder, order!.id, 'PAID');
  }

  /** The bank does not answer at first; a guest's cart is left alone, and taken up again. */
  async theSlow(): Promise<void> {
    const bought = await fillCart(this.guest, { [mug.sku]: 3 });
    const orderId = await this.buys(bought, 'tok_timeout');
    const { cartId, holder } = await fillCart(this.guest, { [mug.sku]: 1 });
    const watch = holder.subscribe(documents.CartChangedDocument, { cartId, afterRevision: 1 });
    const { value: abandoned } = await watch.next();
    expect(abandoned?.cartChanged).toMatchObject({ cart: { status: 'ABANDONED' }, revision: 2 });
    const more = { cartId, sku: card.sku, quantity: 2 };
    const { addItem } = await holder.ask(documents.AddItemDocument, { input: more });
    expect(addItem.cart).toMatchObject({ status: 'OPEN', totals: { itemCount: 3 } });
    await watch.return(undefined);
    const { cartAtRevision } = await holder.ask(documents.CartAtRevisionDocument, {
      ...{ cartId, revision: 2 },
    });
    expect(cartAtRevision?.status).toBe('ABANDONED');
    const total = addItem.cart!.totals.total.minorUnits;
    const revivedId = await this.buys({ cartId, holder, total }, 'tok_ok');
    await untilOrder(holder, revivedId, 'PAID');
    await untilOrder(bought.holder, orderId, 'PAID');
  }

  /** Checks a cart out, and writes its order down. */
  async buys(cart: FilledCart, paymentToken: string, ...used: string[]): Promise<string> {
    const orderId = await checkOut(cart, { paymentToken });
    const { order } = await cart.holder.ask(documents.OrderDocument, { orderId });
    expect(order?.total.minorUnits).toBe(cart.total);
    this.ledger.placed(order!, ...used);
    return orderId;
  }

  /** @returns the cart's total with the coupon, in minor units */
  async apply({ cartId, holder }: FilledCart, code: string): Promise<number> {
    const { applyCoupon } = await holder.ask(documents.ApplyCouponDocument, {
      input: { cartId, code },
    });
    expect(applyCoupon).toMatchObject({ rejection: null, cart: { coupons: [{ eligible: true }] } });
    return applyCoupon.cart!.totals.total.minorUnits;
  }

  private async shown({ cartId, holder }: FilledCart) {
    const { cart } = await holder.ask(documents.CartDocument, { cartId });
    return cart!;
  }

  private async ship(orderId: string): Promise<void> {
    const { shipOrder } = await this.admin.ask(documents.ShipOrderDocument, {
      input: { orderId, carrier: 'Royal Mail', trackingNumber: `RM ${run}` },
    });
    expect(shipOrder.order?.status).toBe('SHIPPED');
    this.ledger.shipped(orderId);
  }

  private async ordersOf(customer: Person): Promise<readonly string[]> {
    const { orders } = await customer.ask(documents.OrdersDocument, {});
    return orders.edges.map(({ node }) => node.id).sort();
  }
}
