// Caches offers from the read models: a busy shop reads the same few hundred products thousands of
// times a second, and their prices change a few times a day. Missing or doubtful offers are not
// cached; the caller reads them from the log. So commands depend on the log alone: unavailable or
// slow read models count as a miss.
import { LRUCache } from 'lru-cache';
import type { OfferSource } from '../commands/offers.js';
import type { CouponOffer, Offer } from '../domain/cart/commands.js';
import { offerOf, type ProductState } from '../domain/catalog/state.js';
import { couponOfferOf } from '../domain/coupon/state.js';
import type { ReadModels } from '../read-models/read-models.js';
import { systemTime, type Time } from '../waiting/time.js';
import { withTimeout } from '../waiting/with-timeout.js';
import { ReadModelsUnavailableError } from '../read-models/unavailable.js';

const REMEMBERED = 10_000;
/** Expiry for changes that cause no notification, such as a promotion of other read models. */
const REMEMBERED_MS = 500;
/** Timeout of the read models; a command has 2.8 s in all. */
const ANSWER_MS = 500;
/** Pause after the read models were unavailable. */
const AWAY_MS = 1_000;

interface RememberedOffer {
  readonly product: ProductState;
  /** On the monotonic clock. */
  readonly until: number;
}

export class OfferCache implements OfferSource {
  private readonly offers = new LRUCache<string, RememberedOffer>({
    // By size: with a number of entries alone it takes the room for all of them at once.
    maxSize: REMEMBERED,
    sizeCalculation: () => 1,
  });
  /** Counts changes, so that a value read before a change is not cached after it. */
  private changes = 0;
  /** On the monotonic clock. */
  private awayUntil = 0;

  constructor(
    private readonly reads: Pick<ReadModels, 'product' | 'coupon' | 'isDoubtful'>,
    progress: { onProgress(listener: (changed: readonly string[]) => void): void },
    private readonly time: Pick<Time, 'now' | 'monotonicMs' | 'after'> = systemTime,
  ) {
    progress.onProgress((changed) => {
      if (!changed.includes('catalogue')) return;
      this.changes += 1;
      this.offers.clear();
    });
  }

  async offer(sku: string): Promise<Offer | null> {
    const known = this.offers.get(sku);
    if (known !== undefined && known.until > this.time.monotonicMs()) {
      return offerOf(known.product, this.time.now());
    }
    const changesBefore = this.changes;
    const product = await this.unlessAway(async () => {
      const [row, isDoubtful] = await Promise.all([
        this.reads.product(sku),
        this.reads.isDoubtful(`product-${sku}`),
      ]);
      return isDoubtful ? null : row;
    });
    if (product !== null && this.changes === changesBefore) {
      this.offers.set(sku, { product, until: this.time.monotonicMs() + REMEMBERED_MS });
    }
    return product && offerOf(product, this.time.now());
  }

  /** Coupons are read too rarely to cache. */
  async coupon(code: string): Promise<CouponOffer | null> {
    return this.unlessAway(async () => {
      const [coupon, isDoubtful] = await Promise.all([
        this.reads.coupon(code),
        this.reads.isDoubtful(`coupon-${code}`),
      ]);
      return isDoubtful ? null : coupon && couponOfferOf(coupon);
    });
  }

  private async unlessAway<Found>(look: () => Promise<Found | null>): Promise<Found | null> {
    if (this.time.monotonicMs() < this.awayUntil) return null;
    try {
      return await withTimeout(look(), ANSWER_MS, late, this.time);
    } catch (error) {
      if (!(error instanceof ReadModelsUnavailableError)) throw error;
      this.awayUntil = this.time.monotonicMs() + AWAY_MS;
      return null;
    }
  }
}

const late = () => new ReadModelsUnavailableError(new Error('It did not answer'));
