// Describes each event of a cart's history in one line.
import { assertNever } from '../assert-never.js';
import { decimal } from '../money.js';
import type { CartEvent, CouponTerms } from './events.js';

export function summarize({ type, data }: CartEvent, currency: string): string {
  const money = (minorUnits: number) => `${decimal(minorUnits, currency)} ${currency}`;
  switch (type) {
    case 'CartOpened':
      return `Opened a cart in ${data.currency}`;
    case 'ItemAdded':
      return `Added ${data.quantity} × ${data.name}`;
    case 'QuantityChanged':
      return `Changed the quantity of ${data.sku} from ${data.from} to ${data.to}`;
    case 'ItemRemoved':
      return `Removed ${data.quantity} × ${data.sku}`;
    case 'CouponApplied':
      return `Applied coupon ${data.code}: ${termsInWords(data.terms)}`;
    case 'CouponRemoved':
      return `Removed coupon ${data.code}`;
    case 'CartCheckedOut':
      return `Checked out for ${money(data.total)}`;
    default:
      return assertNever(type);
  }
}

/** For example `10 % off` or `5.00 GBP off from 30.00 GBP`. */
export function termsInWords({ discount, minimumSpend }: CouponTerms): string {
  const off =
    discount.kind === 'PERCENTAGE'
      ? `${discount.basisPoints / 100} %`
      : `${decimal(discount.minorUnits, discount.currency)} ${discount.currency}`;
  if (minimumSpend === null) return `${off} off`;
  const { minorUnits, currency } = minimumSpend;
  return `${off} off from ${decimal(minorUnits, currency)} ${currency}`;
}
