// Looks up what the shop offers now: prices of products and terms of coupons.
import type { CouponOffer, Offer, OfferedLine } from '../domain/cart/commands.js';
import { offerOf } from '../domain/catalog/state.js';
import { couponOfferOf } from '../domain/coupon/state.js';
import { couponAggregate, productAggregate } from './aggregates.js';
import type { AskedLine } from './cart-requests.js';
import type { CommandRunner } from './command-runner.js';
import { inParallel } from './in-parallel.js';

/**
 * The first place to look up offers. It can be behind the log, so a miss is looked up in the log.
 */
export interface OfferSource {
  offer(sku: string): Promise<Offer | null>;
  coupon(code: string): Promise<CouponOffer | null>;
}

/** Look-ups of one command at a time. */
const WIDTH = 16;

export class Offers {
  constructor(
    private readonly catalogue: OfferSource,
    private readonly runner: CommandRunner,
  ) {}

  /**
   * Null when the product is not on sale. A miss can mean that the product was delisted and the
   * read model is behind, so the log decides.
   */
  async product(sku: string): Promise<Offer | null> {
    const known = await this.catalogue.offer(sku);
    if (known !== null) return known;
    const product = await this.runner.stateOf(productAggregate, sku, 'fresh');
    return offerOf(product, this.runner.time.now());
  }

  /** Null when the coupon cannot be applied now. */
  async coupon(code: string): Promise<CouponOffer | null> {
    const known = await this.catalogue.coupon(code);
    if (known !== null && known.terms.usageLimit === null) return known;
    // Rows do not count uses. A count that is behind is enough while there are some left.
    const cached = known && couponOfferOf(await this.runner.stateOf(couponAggregate, code));
    if (known !== null && cached?.isExhausted === false) return known;
    return couponOfferOf(await this.runner.stateOf(couponAggregate, code, 'fresh'));
  }

  /** The products that are on sale, by sku. */
  async products(skus: readonly string[]): Promise<ReadonlyMap<string, Offer>> {
    const found = new Map<string, Offer>();
    await inParallel(new Set(skus), WIDTH, async (sku) => {
      const offer = await this.product(sku);
      if (offer !== null) found.set(sku, offer);
    });
    return found;
  }

  /** Each line with its product's offer. */
  async lines(asked: readonly AskedLine[]): Promise<readonly OfferedLine[]> {
    const offers = await this.products(asked.map(({ sku }) => sku));
    return asked.map(({ sku, quantity }) => ({ sku, quantity, offer: offers.get(sku) ?? null }));
  }
}
