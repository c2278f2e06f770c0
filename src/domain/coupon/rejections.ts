// Every rejection of a coupon's command, with its stable code.
import type { Rejection } from '../rejection.js';

export type CouponRejection = Rejection;

export const couponNotDefined: CouponRejection = {
  code: 'NOT_FOUND',
  message: 'There is no such coupon.',
};

export const badCode: CouponRejection = {
  code: 'COUPON_CODE',
  message: 'A coupon code is 1 to 40 of A to Z, 0 to 9, hyphen and underscore.',
};

export const badTerms: CouponRejection = {
  code: 'COUPON_TERMS',
  message:
    'A coupon takes off 0.01 to 100 %, or a positive amount, in a currency of ISO 4217, and ends after it begins.',
};
