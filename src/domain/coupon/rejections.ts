// Every rejection of a coupon's command, with its stable code.
import { type Rejection, rejection } from '../rejection.js';

export interface CouponExhausted extends Rejection {
  readonly code: 'COUPON_EXHAUSTED';
  readonly couponCode: string;
}

export const couponNotDefined = rejection('NOT_FOUND', 'There is no such coupon.');

export const badCode = rejection(
  'COUPON_CODE',
  'A coupon code is 1 to 40 of A to Z, 0 to 9, hyphen and underscore.',
);

export const badTerms = rejection(
  'COUPON_TERMS',
  'A coupon takes off 0.01 to 100 %, a positive amount, or makes units free; in one currency of ' +
    'ISO 4217; for 1 to 500 different products or all; with limits of 1 or ' +
    'more; and it ends after it begins.',
);

export const couponExhausted = (couponCode: string): CouponExhausted => ({
  code: 'COUPON_EXHAUSTED',
  message: `${couponCode} has been used as often as it can be.`,
  couponCode,
});

export const couponUsedUp = (couponCode: string): CouponExhausted => ({
  code: 'COUPON_EXHAUSTED',
  message: `You have used ${couponCode} as often as you can.`,
  couponCode,
});
