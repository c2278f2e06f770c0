// Many people who each buy once, and staff who cancel or ship some of the orders.
import * as documents from '../../../schema/generated/graphql.js';
import { inParallel } from '../../../src/commands/in-parallel.js';
import type { Randomness } from '../../simulator/randomness.js';
import type { PersistentCaller } from './persistent-caller.js';

/** Each appears as often as it is listed. */
const paymentTokens = [
  ...['tok_ok', 'tok_ok', 'tok_ok', 'tok_ok', 'tok_ok', 'tok_ok'],
  ...['tok_declined', 'tok_flaky', 'tok_lost_answer'],
];
const SLOW = 0.01;
const CANCELLED = 0.1;
const SHIPPED = 0.2;
const WITH_COUPON = 0.5;
const PRICE = 1_250;

export const plenty = { sku: 'TEAPOT OF THE RUN', name: 'Teapot', stock: 1_000_000 };
/** Fewer than there are people who want it. */
export const rare = { sku: 'LAMP OF THE RUN', name: 'Lamp' };
export const COUPON = 'TENTH-OF-THE-RUN';

export interface CrowdOptions {
  readonly guest: PersistentCaller;
  readonly admin: PersistentCaller;
  readonly random: Randomness;
  readonly orders: number;
  /** Units of the rare product. */
  readonly rareUnits: number;
  /** People who buy at once. */
  readonly width: number;
  /** Called with the number of answered checkouts. */
  readonly onAnswer: (answered: number) => void;
}

export class BuyingCrowd {
  readonly orderIds: string[] = [];
  /** Rejections of checkouts, by code. */
  readonly refusals = new Map<string, number>();
  private answered = 0;
  private readonly desk: Promise<unknown>[] = [];

  constructor(private readonly options: CrowdOptions) {}

  /** Puts on sale what people buy. */
  async open(): Promise<void> {
    const { admin, random, rareUnits } = this.options;
    const price = { minorUnits: PRICE, currency: 'GBP' };
    for (const [{ sku, name }, quantity] of [
      [plenty, plenty.stock],
      [rare, rareUnits],
    ] as const) {
      const listed = { sku, name, price, commandId: random.newId() };
      await admin.ask(documents.ListProductDocument, { input: listed });
      const received = { sku, quantity, commandId: random.newId() };
      await admin.ask(documents.ReceiveStockDocument, { input: received });
    }
    const terms = { percentageBasisPoints: 1_000, usageLimit: 1_000_000 };
    const coupon = { code: COUPON, description: 'A tenth', ...terms, commandId: random.newId() };
    await admin.ask(documents.DefineCouponDocument, { input: coupon });
  }

  /** Resolves when everybody has an answer, and staff have theirs. */
  async shop(): Promise<void> {
    const { orders, width, onAnswer, random } = this.options;
    const buyers = Array.from({ length: orders }, (_, index) => random.fork(`buyer ${index}`));
    await inParallel(buyers, width, async (own) => {
      await this.buy(own);
      this.answered += 1;
      onAnswer(this.answered);
    });
    await Promise.all(this.desk);
  }

  /** Staff ship some of the orders that are paid. */
  paid(orderId: string): void {
    const random = this.options.random.fork(orderId);
    if (!random.chance(SHIPPED)) return;
    const input = { orderId, commandId: random.newId() };
    this.desk.push(this.options.admin.ask(documents.ShipOrderDocument, { input }));
  }

  private async buy(random: Randomness): Promise<void> {
    const { guest, admin } = this.options;
    const opening = { input: { commandId: random.newId() } };
    const { openCart } = await guest.ask(documents.OpenCartDocument, opening);
    const cartId = openCart.cart!.id;
    const holder = guest.holding(openCart.cartToken!);
    const { sku } = random.chance(0.2) ? rare : plenty;
    const adding = { cartId, sku, quantity: 1 + random.below(3), commandId: random.newId() };
    const { addItem } = await holder.ask(documents.AddItemDocument, { input: adding });
    let total = addItem.cart!.totals.total.minorUnits;
    if (random.chance(WITH_COUPON)) {
      const input = { cartId, code: COUPON, commandId: random.newId() };
      const { applyCoupon } = await holder.ask(documents.ApplyCouponDocument, { input });
      total = applyCoupon.cart!.totals.total.minorUnits;
    }
    const paymentToken = random.chance(SLOW) ? 'tok_timeout' : random.pick(paymentTokens);
    const paying = { expectedTotal: total, email: 'ann@example.org', paymentToken };
    const input = { cartId, ...paying, commandId: random.newId() };
    const { checkout } = await holder.ask(documents.CheckoutDocument, { input });
    if (checkout.order == null) {
      this.refused(checkout.rejection?.code ?? 'nothing');
      return;
    }
    const orderId = checkout.order.id;
    this.orderIds.push(orderId);
    if (!random.chance(CANCELLED)) return;
    const cancelling = { orderId, reason: 'A mistake', commandId: random.newId() };
    await admin.ask(documents.CancelOrderDocument, { input: cancelling });
  }

  private refused(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }
}
