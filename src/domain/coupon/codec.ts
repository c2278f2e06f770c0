// Stored shapes of a coupon's events. Stored format: change only by adding a version and an
// upcaster.
import { z } from 'zod';
import { withCouponTerms } from '../cart/coupon-terms/codec.js';
import {
  codecOf,
  firstVersion,
  type StoredEventTypes,
  instantSchema as instant,
  keySchema as key,
} from '../codec.js';
import type { CouponEvent } from './events.js';

/** Of our own ids and codes; a read model has a row for each pair of them. */
const short = key.max(100);
const ofOrder = { code: short, orderId: short, attemptId: short.nullable() };

export const storedCouponEvents: StoredEventTypes<CouponEvent> = {
  CouponDefined: withCouponTerms({ code: key, description: z.string() }),
  CouponWithdrawn: firstVersion(z.object({ code: key })),
  CouponRedeemed: firstVersion(
    z.object({
      ...ofOrder,
      cartId: short,
      customerKey: short.nullable(),
      expiresAt: instant.nullable(),
    }),
  ),
  CouponUseReturned: firstVersion(
    z.object({ ...ofOrder, reason: z.enum(['CHECKOUT_REFUSED', 'EXPIRED', 'ORDER_CANCELLED']) }),
  ),
};

export const couponCodec = codecOf<CouponEvent>(storedCouponEvents, ({ data }) => data.code);
