// What a command asks of a cart and what an event did to it, in words that can be compared: the
// same for a command and for the event that it leads to.
import { normalizedCode } from '../../../src/domain/coupon/decide.js';
import type { ItemsAdded } from '../../../src/domain/cart/events.js';
import type { LineAsked } from '../staff-changes.js';
import type { CartChangeAsked } from '../history.js';

export function deedAsked(change: CartChangeAsked): string {
  switch (change.type) {
    case 'OpenCart':
      return `open in ${change.currency}`;
    case 'AddItem':
      return `add ${change.quantity} of ${change.sku}`;
    case 'AddItems':
      return linesAdded(change.lines);
    case 'ChangeQuantity':
      return change.quantity === 0
        ? `remove ${change.sku}`
        : `set ${change.sku} to ${change.quantity}`;
    case 'RemoveItem':
      return `remove ${change.sku}`;
    case 'ApplyCoupon':
      return `apply ${normalizedCode(change.code)}`;
    case 'RemoveCoupon':
      return `take off ${normalizedCode(change.code)}`;
    case 'SetShippingAddress':
      return `ship to ${change.country} ${change.region}`;
    case 'ChooseShippingMethod':
      return `ship by ${change.code}`;
    case 'CheckOut':
      return `check out at ${change.expectedTotal}`;
  }
}

function linesAdded(lines: readonly LineAsked[]): string {
  return lines.map(({ sku, quantity }) => `add ${quantity} of ${sku}`).join(', ');
}

/** Undefined for an event that no command leads to. */
export function deedDone(type: string, data: unknown): string | undefined {
  const of = data as Readonly<Record<string, unknown>>;
  const text = (name: string) => String(of[name]);
  switch (type) {
    case 'CartOpened':
      return `open in ${text('currency')}`;
    case 'ItemAdded':
      return `add ${text('quantity')} of ${text('sku')}`;
    case 'ItemsAdded':
      return linesAdded((data as ItemsAdded['data']).lines);
    case 'QuantityChanged':
      return `set ${text('sku')} to ${text('to')}`;
    case 'ItemRemoved':
      return `remove ${text('sku')}`;
    case 'CouponApplied':
      return `apply ${text('code')}`;
    case 'CouponRemoved':
      return `take off ${text('code')}`;
    // The tax rules of a place are stored behind it.
    case 'ShippingAddressSet':
    case 'TaxRulesApplied':
      return `ship to ${text('country')} ${text('region')}`;
    case 'ShippingMethodChosen':
      return `ship by ${text('code')}`;
    case 'CartCheckedOut':
      return `check out at ${text('total')}`;
    default:
      return undefined;
  }
}
