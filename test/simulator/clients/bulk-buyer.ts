// Who orders for a whole house: fills a cart with up to 600 lines, some at a time, changes a few of
// them, and checks out. What is not answered is asked again, anywhere.
import type { CartChangeAsked, ChangeCart, ChangeCatalogue, Intent, Reply } from '../history.js';
import type { Randomness } from '../randomness.js';
import type { SeenCart } from '../seen-cart.js';
import type { Client } from './client.js';
import type { KnownCarts } from './known-carts.js';

const AT_ONCE = 100;
const LISTED_AT_ONCE = 30;
const CHANGES = 4;

export function bulkOf(lines: number): readonly string[] {
  return Array.from({ length: lines }, (_, index) => `BULK-${index + 1}`);
}

/** What has to be on sale first, some at a time: a shop that is asked for all at once is slow. */
export function bulkOpening(
  skus: readonly string[],
  instance: string,
): readonly (readonly ChangeCatalogue[])[] {
  const listings = skus.map((sku, index): ChangeCatalogue => {
    const change = { type: 'ListProduct', sku, minorUnits: 10 + index } as const;
    return { kind: 'change catalogue', instance, change };
  });
  return listings.flatMap((_, index) =>
    index % LISTED_AT_ONCE === 0 ? [listings.slice(index, index + LISTED_AT_ONCE)] : [],
  );
}

export class BulkBuyer implements Client {
  private cart: SeenCart | undefined;
  private cartToken: string | undefined;
  private unanswered: ChangeCart | undefined;
  private isWaiting = false;
  private filled = 0;
  private changed = 0;

  constructor(
    readonly name: string,
    private readonly instances: readonly string[],
    private readonly skus: readonly string[],
    private readonly known: KnownCarts,
    /** What it pays with; nothing where orders are not paid. */
    private readonly paymentToken?: string,
  ) {}

  next(random: Randomness): readonly Intent[] {
    if (this.isWaiting) return [];
    this.isWaiting = true;
    const { cart, cartToken } = this;
    this.unanswered ??= {
      ...{ kind: 'change cart', instance: '', cartId: cart?.id ?? null },
      ...{ change: this.change(random), commandId: random.newId() },
      ...(cartToken !== undefined && { cartToken }),
    };
    return [{ ...this.unanswered, instance: random.pick(this.instances) }];
  }

  hears(_intent: Intent, reply: Reply): void {
    this.isWaiting = false;
    if (reply.kind === 'failed' && reply.code !== 'EVENT_NOT_UNDERSTOOD') return;
    this.unanswered = undefined;
    if (reply.kind === 'accepted' && reply.order === null && reply.cart !== null) {
      this.cart = reply.cart;
      this.cartToken = reply.cartToken ?? this.cartToken;
      if (this.cartToken !== undefined) this.known.isShown(reply.cart, this.cartToken);
      return;
    }
    if (reply.kind === 'accepted' && reply.order !== null) this.known.isOrdered(reply.order.id);
    [this.cart, this.cartToken, this.filled, this.changed] = [undefined, undefined, 0, 0];
  }

  private change(random: Randomness): CartChangeAsked {
    const { cart, filled, skus } = this;
    if (cart === undefined) return { type: 'OpenCart', currency: 'GBP' };
    if (filled < skus.length) {
      this.filled += AT_ONCE;
      const some = skus.slice(filled, filled + AT_ONCE);
      return {
        type: 'AddItems',
        lines: some.map((sku) => ({ sku, quantity: 1 + random.below(9) })),
      };
    }
    this.changed += 1;
    const sku = random.pick(skus);
    if (this.changed <= CHANGES) return { type: 'ChangeQuantity', sku, quantity: random.below(5) };
    const expectedTotal = cart.totals.total;
    const checkOut = { type: 'CheckOut', email: 'bulk@example.com', expectedTotal } as const;
    const { paymentToken } = this;
    return paymentToken === undefined
      ? checkOut
      : { ...checkOut, paymentToken: `${paymentToken}#${random.newId()}` };
  }
}
