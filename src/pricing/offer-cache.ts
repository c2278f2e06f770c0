// Offers from the read models, remembered until those change: a busy shop asks for the same few
// hundred products thousands of times a second, and their prices change a few times a day. What the
// read models do not have, or may have wrong, is not remembered; whoever asks looks it up in the log.
import { LRUCache } from 'lru-cache';
import type { Catalogue } from '../commands/cart-commands.js';
import type { CouponOffer, Offer } from '../domain/cart/commands.js';
import { offerOf } from '../domain/catalog/state.js';
import { couponOfferOf } from '../domain/coupon/state.js';
import type { ReadModels } from '../read-models/read-models.js';

const REMEMBERED = 10_000;
/** A change of which no word came, such as other read models being promoted, is seen after this. */
const REMEMBERED_MS = 500;

export class OfferCache implements Catalogue {
  private readonly offers = new LRUCache<string, Offer>({ max: REMEMBERED, ttl: REMEMBERED_MS });
  /** Counts changes, so that what was read before one is not remembered after it. */
  private changes = 0;

  constructor(
    private readonly reads: Pick<ReadModels, 'product' | 'coupon' | 'isDoubtful'>,
    progress: { onProgress(listener: (changed: readonly string[]) => void): void },
  ) {
    progress.onProgress((changed) => {
      if (!changed.includes('catalogue')) return;
      this.changes += 1;
      this.offers.clear();
    });
  }

  async offer(sku: string): Promise<Offer | null> {
    const known = this.offers.get(sku);
    if (known !== undefined) return known;
    const changesBefore = this.changes;
    const [product, isDoubtful] = await Promise.all([
      this.reads.product(sku),
      this.reads.isDoubtful(`product-${sku}`),
    ]);
    const offer = isDoubtful ? null : product && offerOf(product);
    if (offer !== null && this.changes === changesBefore) this.offers.set(sku, offer);
    return offer;
  }

  /** Coupons are asked for seldom enough. */
  async coupon(code: string): Promise<CouponOffer | null> {
    const [coupon, isDoubtful] = await Promise.all([
      this.reads.coupon(code),
      this.reads.isDoubtful(`coupon-${code}`),
    ]);
    return isDoubtful ? null : coupon && couponOfferOf(coupon);
  }
}
