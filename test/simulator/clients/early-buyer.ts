// Somebody who buys before anything befalls an instance, one step after the other, so that there are
// orders to pay, ship, cancel and refund from then on. What is not answered is asked again.
import type { CartChangeAsked, ChangeCart, Intent, Reply } from '../history.js';
import type { Randomness } from '../randomness.js';
import type { SeenCart } from '../seen-cart.js';
import type { Client } from './client.js';
import type { KnownCarts } from './known-carts.js';

export interface EarlyPurchase {
  readonly skus: readonly string[];
  /** One of them pays, with an ending of its own. */
  readonly paymentTokens: readonly string[];
}

const PATIENCE = 6;

export class EarlyBuyer implements Client {
  private cart: SeenCart | undefined;
  private cartToken: string | undefined;
  private hasItem = false;
  private unanswered: ChangeCart | undefined;
  private failures = 0;
  /** The order is placed, or will not be. */
  isDone = false;

  constructor(
    readonly name: string,
    private readonly instances: readonly string[],
    private readonly purchase: EarlyPurchase,
    private readonly known: KnownCarts,
  ) {}

  next(random: Randomness): readonly Intent[] {
    if (this.isDone) return [];
    const { cart, cartToken } = this;
    const instance = random.pick(this.instances);
    if (this.unanswered !== undefined) return [{ ...this.unanswered, instance }];
    this.unanswered = {
      kind: 'change cart',
      instance,
      cartId: cart?.id ?? null,
      change: this.change(random),
      commandId: random.newId(),
      ...(cartToken !== undefined && { cartToken }),
    };
    return [this.unanswered];
  }

  hears(intent: Intent, reply: Reply): void {
    if (reply.kind === 'failed') {
      this.failures += 1;
      this.isDone = this.failures >= PATIENCE;
      return;
    }
    this.unanswered = undefined;
    if (reply.kind !== 'accepted' || reply.cart === null) {
      this.isDone = true;
      return;
    }
    this.cart = reply.cart;
    this.cartToken = reply.cartToken ?? this.cartToken;
    if (this.cartToken !== undefined) this.known.isShown(reply.cart, this.cartToken);
    if (intent.kind === 'change cart') this.hasItem = intent.change.type !== 'OpenCart';
    if (reply.order === null) return;
    this.known.isOrdered(reply.order.id);
    this.isDone = true;
  }

  private change(random: Randomness): CartChangeAsked {
    const { cart, hasItem, purchase } = this;
    if (cart === undefined) return { type: 'OpenCart', currency: 'GBP' };
    if (!hasItem) {
      return { type: 'AddItem', sku: random.pick(purchase.skus), quantity: 1 + random.below(2) };
    }
    const paymentToken = `${random.pick(purchase.paymentTokens)}#${random.newId()}`;
    const expectedTotal = cart.totals.total;
    return { type: 'CheckOut', expectedTotal, email: 'early@example.com', paymentToken };
  }
}
