// Converts the API's coupon terms to the domain's.
import type { CouponTerms } from '../domain/cart/events.js';
import { badInput } from './api-error.js';
import * as rules from './input-rules.js';
import type { CouponTermsInput, MoneyInput } from './types/admin-inputs.js';

export function priceOf({ minorUnits, currency }: MoneyInput, name: string) {
  return { minorUnits: rules.amountOf(minorUnits, name), currency: rules.currencyOf(currency) };
}

/** @throws ApiError BAD_USER_INPUT unless it has exactly one of a percentage and an amount */
export function termsOf(input: CouponTermsInput): CouponTerms {
  const { amount, percentageBasisPoints: basisPoints, minimumSpend } = input;
  if ((basisPoints == null) === (amount == null)) {
    throw badInput('A coupon needs exactly one of percentageBasisPoints and amount.');
  }
  return {
    discount:
      amount == null
        ? { kind: 'PERCENTAGE', basisPoints: basisPoints ?? 0 }
        : { kind: 'AMOUNT', ...priceOf(amount, 'amount') },
    minimumSpend: minimumSpend == null ? null : priceOf(minimumSpend, 'minimumSpend'),
    validFrom: input.validFrom ?? null,
    validUntil: input.validUntil ?? null,
  };
}
