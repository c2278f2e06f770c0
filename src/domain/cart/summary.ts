// Describes each event of a cart's history in one line.
import { assertNever } from '../assert-never.js';
import { decimal } from '../money.js';
import { summarizeDelivery } from './delivery/summary.js';
import type { CartEvent, CouponTerms, ItemsAdded } from './events.js';

export function summarize(event: CartEvent, currency: string): string {
  const { type, data } = event;
  const money = (minorUnits: number) => `${decimal(minorUnits, currency)} ${currency}`;
  switch (type) {
    case 'CartOpened':
      return `Opened a cart in ${data.currency}`;
    case 'ItemAdded':
      return `Added ${data.quantity} × ${data.name}`;
    case 'ItemsAdded':
      return `Added ${linesInWords(data.lines)}`;
    case 'PricesAccepted':
      return `Accepted ${data.prices
        .map(({ sku, from, unitPrice }) => `${money(unitPrice)} for ${sku}, before ${money(from)}`)
        .join('; ')}`;
    case 'ChangeUndone':
      return `Undid ${data.undone.type} of revision ${data.undone.revision}`;
    case 'CartAbandoned':
      return 'Abandoned: nobody changed the cart';
    case 'CartRevived':
      return 'Revived the abandoned cart';
    case 'CartClaimed':
      return data.intoCartId === null
        ? 'Claimed by a customer'
        : `Claimed by a customer, into cart ${data.intoCartId}`;
    case 'CartMerged':
      return `Took over the contents of cart ${data.fromCartId}`;
    case 'CartForked':
      return `Copied revision ${data.fromRevision} of cart ${data.fromCartId}`;
    case 'QuantityChanged':
      return `Changed the quantity of ${data.sku} from ${data.from} to ${data.to}`;
    case 'ItemRemoved':
      return `Removed ${data.quantity} × ${data.sku}`;
    case 'CouponApplied':
      return `Applied coupon ${data.code}: ${termsInWords(data.terms)}`;
    case 'CouponRemoved':
      return `Removed coupon ${data.code}`;
    case 'CouponLapsed':
      return `Coupon ${data.code} lapsed: it was withdrawn`;
    case 'ShippingAddressSet':
    case 'ShippingAddressRemoved':
    case 'TaxRulesApplied':
    case 'TaxCategoriesApplied':
    case 'ShippingMethodChosen':
    case 'ShippingMethodRemoved':
    case 'GiftNoteSet':
    case 'GiftNoteRemoved':
      return summarizeDelivery(event, money);
    case 'CartCheckedOut':
      return `Checked out for ${money(data.total)}`;
    default:
      return assertNever(type);
  }
}

/** One line that was added is named; of several, how many. */
function linesInWords(lines: ItemsAdded['data']['lines']): string {
  const [line] = lines;
  if (line !== undefined && lines.length === 1) return `${line.quantity} × ${line.name}`;
  const units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return `${units} units in ${lines.length} lines`;
}

/**
 * For example `10 % off`, `5.00 GBP off from 30.00 GBP` or `1 of every 3 units of MUG, PEN free,
 * alone`.
 */
export function termsInWords(terms: CouponTerms): string {
  const { minimumSpend, currency, exclusive } = terms;
  const from =
    minimumSpend === null
      ? ''
      : ` from ${decimal(minimumSpend.minorUnits, minimumSpend.currency)} ${minimumSpend.currency}`;
  const carts = currency === null ? '' : ` in ${currency}`;
  return `${discountInWords(terms)}${from}${carts}${exclusive ? ', alone' : ''}`;
}

function discountInWords({ discount, skus }: CouponTerms): string {
  const goods = skus === null ? '' : ` ${skusInWords(skus)}`;
  switch (discount.kind) {
    case 'PERCENTAGE':
      return `${discount.basisPoints / 100} % off${goods}`;
    case 'AMOUNT':
      return `${decimal(discount.minorUnits, discount.currency)} ${discount.currency} off${goods}`;
    case 'FREE_UNITS':
      return `${discount.free} of every ${discount.buy + discount.free} units${goods && ` of${goods}`} free`;
    default:
      return assertNever(discount);
  }
}

const MOST_NAMED = 3;

function skusInWords(skus: readonly string[]): string {
  const named = skus.slice(0, MOST_NAMED).join(', ');
  return skus.length > MOST_NAMED ? `${named} and ${skus.length - MOST_NAMED} more` : named;
}
