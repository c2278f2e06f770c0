// What a coupon gives, and when, as short sentences.
import { date, money, number } from '../../format.ts';
import { operationsTexts } from '../texts.ts';
import type { ListedCoupon } from './coupons-page.tsx';

const words = operationsTexts.coupons;

export function termsInWords({ terms }: Pick<ListedCoupon, 'terms'>): readonly string[] {
  const { minimumSpend, validFrom, validUntil, usageLimit, perCustomerLimit, skus } = terms;
  return [
    discountInWords(terms),
    ...(minimumSpend === null ? [] : [words.above(money(minimumSpend))]),
    ...(skus === null ? [] : [words.forProducts(number(skus.length))]),
    ...(terms.currency === null ? [] : [words.inCurrency(terms.currency)]),
    ...(validFrom === null ? [] : [words.from(date(validFrom))]),
    ...(validUntil === null ? [] : [words.until(date(validUntil))]),
    ...(usageLimit === null ? [] : [words.limit(number(usageLimit))]),
    ...(perCustomerLimit === null ? [] : [words.limitEach(number(perCustomerLimit))]),
    ...(terms.exclusive ? [words.alone] : []),
  ];
}

function discountInWords(terms: ListedCoupon['terms']): string {
  const { percentageBasisPoints, amount, freeUnits } = terms;
  if (percentageBasisPoints !== null) return words.percent(number(percentageBasisPoints / 100));
  if (amount !== null) return words.off(money(amount));
  if (freeUnits !== null) return words.free(number(freeUnits.buy), number(freeUnits.free));
  return '';
}
