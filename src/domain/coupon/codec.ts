// How a coupon's events are stored. Stored format: change only by adding a version and an upcaster.
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
