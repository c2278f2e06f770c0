// Every rejection of a coupon's command, with its stable code.
import { rejection } from '../rejection.js';

export const couponNotDefined = rejection('NOT_FOUND', 'There is no such coupon.');

export const badCode = rejection(
  'COUPON_CODE',
  'A coupon code is 1 to 40 of A to Z, 0 to 9, hyphen and underscore.',
);

export const badTerms = rejection(
  'COUPON_TERMS',
  'A coupon takes off 0.01 to 100 %, or a positive amount, in a currency of ISO 4217, and ends after it begins.',
);
