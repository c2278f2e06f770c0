// A log of a given size, to measure by: a shop's products, coupons, carts, orders, stock and looks
// of staff. The same size and seed give the same events, with the same ids and hash chains; only
// the times at which the store records them differ.
import type { Pricing } from '../domain/cart/pricing.js';
import { FilledCarts, type FilledCartPlan } from './filled-carts.js';
import { FILLED_FROM, filledCoupon, filledProduct } from './filled-catalogue.js';
import { type FilledAppend, FilledStreams } from './filled-streams.js';
import { SeededNumbers } from './numbers.js';

export interface FilledSize {
  /** In all, give or take the last cart. The other numbers may need more. */
  readonly events: number;
  readonly carts: number;
  readonly products: number;
  readonly coupons: number;
  /** Orders that use a coupon; each has one at most. */
  readonly couponUses: number;
  readonly seed: number;
}

const CUSTOMERS_A_CART = 0.25;
/** One cart of so many is looked at by staff. */
const LOOKED_AT_ONE_OF = 100;
const MOST_LINES = 4;
/** The carts of a year, whatever their number. */
const PERIOD_MS = 300 * 24 * 3_600_000;
/** What an order and a coupon's use add to a cart's events, about. */
const ORDER_EVENTS = 5;
const USE_EVENTS = 2;
const MOST_CHANGES = 5_000;

export class FilledLog {
  private readonly numbers: SeededNumbers;
  private readonly streams: FilledStreams;
  private readonly carts: FilledCarts;
  private usesLeft: number;

  constructor(
    private readonly size: FilledSize,
    pricing: Pricing,
  ) {
    this.numbers = new SeededNumbers(size.seed);
    this.streams = new FilledStreams(this.numbers);
    this.carts = new FilledCarts(this.streams, this.numbers, pricing);
    this.usesLeft = size.couponUses;
  }

  /** In the order in which they must be appended. */
  *appends(): Generator<FilledAppend> {
    const { products, coupons, carts } = this.size;
    for (let product = 0; product < products; product += 1) {
      yield* filledProduct(this.streams, product);
    }
    for (let coupon = 0; coupon < coupons; coupon += 1) {
      yield* filledCoupon(this.streams, coupon);
    }
    for (let cart = 0; cart < carts; cart += 1) {
      yield* this.carts.cart(this.planOf(cart));
    }
    yield* this.streams.rest();
  }

  private planOf(cart: number): FilledCartPlan {
    const { numbers, size } = this;
    const cartsLeft = size.carts - cart;
    const isUsing = this.usesLeft > 0 && numbers.below(cartsLeft) < this.usesLeft;
    if (isUsing) this.usesLeft -= 1;
    const products = this.someProducts();
    const isOrdered = isUsing || numbers.below(2) === 0;
    const budget = Math.ceil((size.events - this.streams.made) / cartsLeft);
    const needed =
      2 + products.length + (isOrdered ? ORDER_EVENTS : 0) + (isUsing ? USE_EVENTS : 0);
    const customers = Math.max(1, Math.floor(size.carts * CUSTOMERS_A_CART));
    return {
      at: FILLED_FROM + Math.floor((cart / size.carts) * PERIOD_MS),
      customerId: numbers.below(3) === 0 ? null : `customer-${numbers.below(customers)}`,
      products,
      changes: Math.min(MOST_CHANGES, Math.max(0, budget - needed)),
      coupon: isUsing ? numbers.below(size.coupons) : null,
      isOrdered,
      isLookedAt: cart % LOOKED_AT_ONE_OF === 0,
    };
  }

  private someProducts(): readonly number[] {
    const lines = 1 + this.numbers.below(Math.min(MOST_LINES, this.size.products));
    const chosen = new Set<number>();
    while (chosen.size < lines) chosen.add(this.numbers.below(this.size.products));
    return [...chosen];
  }
}
