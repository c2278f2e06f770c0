// Somebody who shops as a guest, signs in, and brings the cart along: in two tabs, at any instance,
// now and then twice, and while the same tab still changes the cart or checks it out. What was in the
// tab before goes on trying with the guest's token.
import type { ClaimStrategy } from '../../../src/domain/cart/lifecycle-events.js';
import type { CartChangeAsked, ClaimGuestsCart, Intent, Reply } from '../history.js';
import type { Randomness } from '../randomness.js';
import type { SeenCart } from '../seen-cart.js';
import type { Client } from './client.js';
import type { KnownCarts } from './known-carts.js';
import type { Goods } from './shopper.js';
import { weighted } from './weighted.js';

/** What the tabs of one customer share. */
export class Customer {
  /** The cart that is the customer's own, as it was last shown. */
  own: SeenCart | undefined;

  constructor(readonly id: string) {}

  isShown(cart: SeenCart): void {
    const isOther = this.own !== undefined && this.own.id !== cart.id;
    if (cart.status === 'OPEN') {
      if (isOther || cart.revision > (this.own?.revision ?? -1)) this.own = cart;
    } else if (!isOther) this.own = undefined;
  }
}

/** What one tab knows of the guest's cart of now. */
interface Visit {
  guests: SeenCart | undefined;
  cartToken: string | undefined;
  claim: ClaimGuestsCart | undefined;
  isClaimed: boolean;
  /** Asked, and not answered yet. */
  open: number;
  /** Acts after the claim. */
  actsLeft: number;
}

const strategies: readonly ClaimStrategy[] = ['SUM', 'SUM', 'MAX', 'GUEST', 'CUSTOMER'];
/** How often a tab waits for its answers. */
const WAITS = 0.8;
const MOST_LINES = 2;

export class Returner implements Client {
  private visit: Visit = this.anew();

  constructor(
    readonly name: string,
    private readonly customer: Customer,
    private readonly instances: readonly string[],
    private readonly goods: Goods,
    private readonly known: KnownCarts,
  ) {}

  next(random: Randomness): readonly Intent[] {
    const { visit } = this;
    if (visit.open > 0 && random.chance(WAITS)) return [];
    const intents = this.acts(visit, random);
    visit.open += intents.length;
    return intents;
  }

  hears(intent: Intent, reply: Reply): void {
    const { visit, customer } = this;
    visit.open = Math.max(0, visit.open - 1);
    if (reply.kind === 'accepted' && reply.order !== null) this.known.isOrdered(reply.order.id);
    if (reply.kind === 'failed' && reply.code === 'EVENT_NOT_UNDERSTOOD') this.leave();
    const cart = 'cart' in reply ? reply.cart : null;
    if (intent.kind === 'claim cart') {
      if (intent.cartId !== visit.claim?.cartId || reply.kind === 'failed') return;
      visit.isClaimed = true;
      if (cart !== null && reply.kind === 'accepted') customer.isShown(cart);
      return;
    }
    if (intent.kind !== 'change cart' || cart === null) return;
    if (intent.customerId !== undefined) customer.isShown(cart);
    else if (reply.kind === 'accepted') this.isShownGuests(cart, reply.cartToken);
  }

  private isShownGuests(cart: SeenCart, cartToken: string | null): void {
    const { visit } = this;
    if (visit.guests !== undefined && visit.guests.id !== cart.id) return;
    visit.cartToken ??= cartToken ?? undefined;
    if (cart.revision >= (visit.guests?.revision ?? -1)) visit.guests = cart;
    if (visit.cartToken !== undefined) this.known.isShown(cart, visit.cartToken);
  }

  private acts(visit: Visit, random: Randomness): readonly Intent[] {
    const { guests, cartToken, claim } = visit;
    if (guests === undefined || cartToken === undefined) {
      return [this.change(random, null, { type: 'OpenCart', currency: 'GBP' })];
    }
    const isFull = guests.lines.length >= MOST_LINES || random.chance(0.2);
    if (claim === undefined && !isFull) return [this.asGuest(random, this.adding(random))];
    if (claim === undefined) return this.signIn(visit, guests.id, cartToken, random);
    if (!visit.isClaimed) return [this.elsewhere(claim, random)];
    visit.actsLeft -= 1;
    const acts = this.afterwards(claim, random);
    if (visit.actsLeft <= 0) this.leave();
    return acts;
  }

  /** With the claim go, at times, another one, and what the tabs were about to do. */
  private signIn(
    visit: Visit,
    cartId: string,
    cartToken: string,
    random: Randomness,
  ): readonly Intent[] {
    const { customer } = this;
    if (customer.own === undefined && random.chance(0.5)) {
      return [this.asCustomer(random, { type: 'OpenCart', currency: 'GBP' }, null)];
    }
    const strategy = random.pick(strategies);
    const claim: ClaimGuestsCart = {
      ...{ kind: 'claim cart', instance: random.pick(this.instances), cartId, cartToken },
      ...{ customerId: customer.id, strategy, commandId: random.newId() },
    };
    visit.claim = claim;
    const beside: readonly (readonly [chance: number, intent: () => Intent])[] = [
      [0.3, () => this.elsewhere(claim, random)],
      [0.2, () => ({ ...this.elsewhere(claim, random), commandId: random.newId() })],
      [0.3, () => this.asGuest(random, this.adding(random))],
      [0.15, () => this.asGuest(random, this.checkOut(visit.guests, random))],
      [0.25, () => this.asCustomer(random, this.adding(random))],
      [0.15, () => this.asCustomer(random, this.checkOut(customer.own, random))],
    ];
    const chosen = beside.filter(([chance]) => random.chance(chance));
    return [claim, ...chosen.map(([, intent]) => intent())];
  }

  private afterwards(claim: ClaimGuestsCart, random: Randomness): readonly Intent[] {
    const { cartId, cartToken } = claim;
    const instance = random.pick(this.instances);
    const { customer } = this;
    return weighted<() => readonly Intent[]>(random, [
      [25, () => [{ kind: 'query cart', instance, cartId, cartToken }]],
      [15, () => [{ kind: 'read past', instance, cartId, cartToken, at: { revision: 0 } }]],
      [20, () => [this.asGuest(random, this.adding(random))]],
      [20, () => [this.elsewhere(claim, random)]],
      [25, () => [this.asCustomer(random, this.adding(random))]],
      [12, () => [this.asCustomer(random, this.checkOut(customer.own, random))]],
    ])();
  }

  private adding(random: Randomness): CartChangeAsked {
    const { skus, codes } = this.goods;
    if (random.chance(0.15)) return { type: 'ApplyCoupon', code: random.pick(codes) };
    return { type: 'AddItem', sku: random.pick(skus), quantity: 1 + random.below(3) };
  }

  private checkOut(cart: SeenCart | undefined, random: Randomness): CartChangeAsked {
    const { paymentTokens } = this.goods;
    const expectedTotal = cart?.totals.total ?? 0;
    const asked = { type: 'CheckOut', email: 'returner@example.com', expectedTotal } as const;
    if (paymentTokens === undefined) return asked;
    return { ...asked, paymentToken: `${random.pick(paymentTokens)}#${random.newId()}` };
  }

  private asGuest(random: Randomness, change: CartChangeAsked): Intent {
    const { guests, cartToken } = this.visit;
    const asked = this.change(random, guests?.id ?? null, change);
    return { ...asked, ...(cartToken !== undefined && { cartToken }) };
  }

  private asCustomer(
    random: Randomness,
    change: CartChangeAsked,
    cartId = this.customer.own?.id ?? this.visit.guests?.id ?? null,
  ): Intent {
    return { ...this.change(random, cartId, change), customerId: this.customer.id };
  }

  private change(random: Randomness, cartId: string | null, change: CartChangeAsked) {
    const instance = random.pick(this.instances);
    return { kind: 'change cart', instance, cartId, change, commandId: random.newId() } as const;
  }

  private elsewhere(claim: ClaimGuestsCart, random: Randomness): ClaimGuestsCart {
    return { ...claim, instance: random.pick(this.instances) };
  }

  private leave(): void {
    this.visit = this.anew();
  }

  private anew(): Visit {
    const unknown = { guests: undefined, cartToken: undefined, claim: undefined };
    return { ...unknown, isClaimed: false, open: 0, actsLeft: 5 };
  }
}
