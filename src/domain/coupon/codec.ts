// Stored shapes of a coupon's events. Stored format: change only by adding a version and an
// upcaster.
import { z } from 'zod';
import { couponTermsSchema } from '../cart/codec.js';
import { codecOf, firstVersion } from '../codec.js';
import type { CouponEvent } from './events.js';

const code = z.string().min(1);

export const couponCodec = codecOf<CouponEvent>({
  CouponDefined: firstVersion(
    z.object({ code, description: z.string(), terms: couponTermsSchema }),
  ),
  CouponWithdrawn: firstVersion(z.object({ code })),
});
