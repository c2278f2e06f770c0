// Somebody who knows what to buy: opens a cart, puts something in, pays, and may come back for more.
// What is not answered is asked again, now and then at two instances at once. Some of them buy before
// anything befalls an instance, so that there are orders to ship, cancel and refund from then on.
import type { CartChangeAsked, ChangeCart, Intent, Reply } from '../history.js';
import type { Randomness } from '../randomness.js';
import type { SeenCart } from '../seen-cart.js';
import { type Going, going } from './clerk.js';
import type { Client } from './client.js';
import type { KnownCarts } from './known-carts.js';

export interface Purchases extends Going {
  readonly skus: readonly string[];
  /** One of them is tried, now and then. */
  readonly codes?: readonly string[];
  /** One of them pays, with an ending of its own. */
  readonly paymentTokens: readonly string[];
  /** How many carts are filled; Infinity: one after the other, for ever. */
  readonly carts: number;
  /** How often a request goes to two instances in one moment, from 0 to 1. */
  readonly sentTwice?: number;
  /** Where mails go; default: an address that all such buyers have. */
  readonly email?: string;
}

const PATIENCE = 6;
const SAVES = 0.5;
/** Where a purchase takes longer, there are fewer of them. */
const SAVES_WHERE_SHIPPED = 0.9;

/** What is known of the cart of now. */
interface Visit {
  cart: SeenCart | undefined;
  cartToken: string | undefined;
  hasItem: boolean;
  hasTriedCode: boolean;
  /** What is still to be said of where it goes. */
  toSay: readonly CartChangeAsked[] | undefined;
  /** What a checkout was told that it comes to now. */
  totalTold: number | undefined;
  unanswered: ChangeCart | undefined;
  /** Requests of it that are under way. */
  open: number;
  failures: number;
}

const newVisit = (): Visit => ({
  ...{ cart: undefined, cartToken: undefined, hasItem: false, hasTriedCode: false },
  ...{ toSay: undefined, totalTold: undefined },
  ...{ unanswered: undefined, open: 0, failures: 0 },
});

export class PlainBuyer implements Client {
  private visit = newVisit();
  private cartsLeft: number;

  constructor(
    readonly name: string,
    private readonly instances: readonly string[],
    private readonly purchases: Purchases,
    private readonly known: KnownCarts,
  ) {
    this.cartsLeft = purchases.carts;
  }

  /** Every order is placed, or will not be. */
  get isDone(): boolean {
    return this.cartsLeft === 0;
  }

  next(random: Randomness): readonly Intent[] {
    const { visit } = this;
    if (this.isDone || visit.open > 0) return [];
    const asked = (visit.unanswered ??= this.asking(random));
    const isTwice = random.chance(this.purchases.sentTwice ?? 0);
    const intents = (isTwice ? [1, 2] : [1]).map(() => {
      return { ...asked, instance: random.pick(this.instances) };
    });
    visit.open = intents.length;
    return intents;
  }

  hears(intent: Intent, reply: Reply): void {
    const { visit } = this;
    // The second answer to what was sent twice says nothing new.
    if (intent.kind !== 'change cart' || intent.commandId !== visit.unanswered?.commandId) return;
    if (reply.kind === 'failed') {
      visit.open -= 1;
      visit.failures += 1;
      if (visit.failures >= PATIENCE) this.leave();
      return;
    }
    visit.unanswered = undefined;
    visit.open = 0;
    if (reply.kind === 'accepted' && reply.cart !== null) this.hasGot(intent.change, reply.cart);
    if (reply.kind === 'accepted') visit.cartToken = reply.cartToken ?? visit.cartToken;
    if (visit.cart !== undefined && visit.cartToken !== undefined) {
      this.known.isShown(visit.cart, visit.cartToken);
    }
    if (reply.kind === 'accepted' && reply.order !== null) this.known.isOrdered(reply.order.id);
    if (reply.kind === 'refused') visit.totalTold = reply.currentTotal;
    // Prices change while people buy; where nothing is shipped, such a visit has always ended there.
    const isAnew = this.purchases.places !== undefined && visit.totalTold !== undefined;
    if (!isAnew && isOver(intent.change, reply)) this.leave();
  }

  private hasGot(change: CartChangeAsked, cart: SeenCart): void {
    this.visit.cart = cart;
    if (change.type === 'AddItem') this.visit.hasItem = true;
  }

  private leave(): void {
    this.visit = newVisit();
    this.cartsLeft -= 1;
  }

  private asking(random: Randomness): ChangeCart {
    const { cart, cartToken } = this.visit;
    return {
      kind: 'change cart',
      instance: random.pick(this.instances),
      cartId: cart?.id ?? null,
      change: this.change(random),
      commandId: random.newId(),
      ...(cartToken !== undefined && { cartToken }),
    };
  }

  private change(random: Randomness): CartChangeAsked {
    const { purchases, visit } = this;
    const { skus, codes = [], paymentTokens } = purchases;
    if (visit.cart === undefined) return { type: 'OpenCart', currency: 'GBP' };
    if (!visit.hasItem) {
      return { type: 'AddItem', sku: random.pick(skus), quantity: 1 + random.below(2) };
    }
    if (codes.length > 0 && !visit.hasTriedCode) {
      visit.hasTriedCode = true;
      const isShipped = purchases.places !== undefined;
      if (random.chance(isShipped ? SAVES_WHERE_SHIPPED : SAVES))
        return { type: 'ApplyCoupon', code: random.pick(codes) };
    }
    visit.toSay ??= going(purchases, random);
    const [said] = visit.toSay;
    visit.toSay = visit.toSay.slice(1);
    if (said !== undefined) return said;
    const paymentToken = `${random.pick(paymentTokens)}#${random.newId()}`;
    const expectedTotal = visit.totalTold ?? visit.cart.totals.total;
    const { email = 'plain@example.com' } = purchases;
    return { type: 'CheckOut', expectedTotal, email, paymentToken };
  }
}

/** A coupon or a way of shipping that is refused is done without; any other refusal ends a visit, as an order does. */
function isOver({ type }: CartChangeAsked, reply: Reply): boolean {
  if (reply.kind === 'refused') return type !== 'ApplyCoupon' && type !== 'ChooseShippingMethod';
  if (reply.kind !== 'accepted' || reply.cart === null) return true;
  return reply.order !== null;
}
