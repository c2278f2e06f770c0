// Stored shapes of a coupon's events. Stored format: change only by adding a version and an
// upcaster.
import { z } from 'zod';
import { couponTermsSchema } from '../cart/codec.js';
import { codecOf, firstVersion, type StoredEventTypes, keySchema as code } from '../codec.js';
import type { CouponEvent } from './events.js';

export const storedCouponEvents: StoredEventTypes<CouponEvent> = {
  CouponDefined: firstVersion(
    z.object({ code, description: z.string(), terms: couponTermsSchema }),
  ),
  CouponWithdrawn: firstVersion(z.object({ code })),
};

export const couponCodec = codecOf<CouponEvent>(storedCouponEvents, ({ data }) => data.code);
