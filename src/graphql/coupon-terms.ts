// Converts the API's coupon terms to the domain's.
import type { CouponTerms } from '../domain/cart/events.js';
import { badInput } from './api-error.js';
import type { RequestContext } from './context.js';
import * as rules from './input-rules.js';
import { namedSku } from './named-sku.js';
import type { CouponTermsInput, MoneyInput } from './types/admin-inputs.js';

export function priceOf({ minorUnits, currency }: MoneyInput, name: string) {
  return { minorUnits: rules.amountOf(minorUnits, name), currency: rules.currencyOf(currency) };
}

/** @throws ApiError BAD_USER_INPUT unless it has exactly one kind of discount */
export async function termsOf(
  context: RequestContext,
  input: CouponTermsInput,
): Promise<CouponTerms> {
  const { minimumSpend, skus, currency, usageLimit, perCustomerLimit } = input;
  return {
    discount: discountOf(input),
    minimumSpend: minimumSpend == null ? null : priceOf(minimumSpend, 'minimumSpend'),
    validFrom: input.validFrom ?? null,
    validUntil: input.validUntil ?? null,
    skus: skus == null ? null : await Promise.all(skus.map((sku) => namedSku(context, sku))),
    currency: currency == null ? null : rules.currencyOf(currency),
    usageLimit: usageLimit ?? null,
    perCustomerLimit: perCustomerLimit ?? null,
    exclusive: input.exclusive ?? false,
  };
}

function discountOf(input: CouponTermsInput): CouponTerms['discount'] {
  const { percentageBasisPoints: basisPoints, amount, freeUnits } = input;
  const given: CouponTerms['discount'][] = [];
  if (basisPoints != null) given.push({ kind: 'PERCENTAGE', basisPoints });
  if (amount != null) given.push({ kind: 'AMOUNT', ...priceOf(amount, 'amount') });
  if (freeUnits != null) {
    given.push({ kind: 'FREE_UNITS', buy: freeUnits.buy, free: freeUnits.free });
  }
  const [discount] = given;
  if (discount === undefined || given.length > 1) {
    throw badInput('A coupon needs exactly one of percentageBasisPoints, amount and freeUnits.');
  }
  return discount;
}
