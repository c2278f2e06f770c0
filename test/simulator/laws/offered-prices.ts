// No price comes from a shopper: whatever a cart stores as the price of a unit is what the product's
// own stream offered at some revision, and the coupon's terms are those of the coupon's stream.
import { canonical } from '../../../src/read-models/canonical.js';
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { Law } from './law.js';

export const offeredPrices: Law = {
  name: 'offered prices',
  promise: 'Every price and every coupon in a cart is one that the catalogue offered.',
  watch({ log, foreign }, report) {
    const offered = new Set<string>();
    const check = (event: StoredEvent, offer: string) => {
      if (!offered.has(offer))
        report(`${event.stream}@${event.revision}: ${offer} was never offered`);
    };
    return {
      stored(event) {
        for (const offer of offersOf(event)) offered.add(offer);
        if (foreign.has(event.id)) return;
        for (const offer of takenBy(event, (cartId) => currencyOf(log.cartEvents(cartId)))) {
          check(event, offer);
        }
      },
    };
  },
};

type Data = Readonly<Record<string, unknown>>;

function priceOffer(sku: unknown, currency: unknown, minorUnits: unknown): string {
  return `${String(sku)} at ${String(minorUnits)} ${String(currency)}`;
}

function couponOffer(code: unknown, terms: unknown): string {
  return `coupon ${String(code)} ${canonical(terms)}`;
}

function offersOf({ type, data }: StoredEvent): string[] {
  const { sku, price, code, terms } = data as Data;
  if (type === 'CouponDefined') return [couponOffer(code, terms)];
  if (type !== 'ProductListed' && type !== 'ProductPriceChanged') return [];
  const { currency, minorUnits } = price as Data;
  return [priceOffer(sku, currency, minorUnits)];
}

function takenBy(
  { stream, type, data }: StoredEvent,
  currencyIn: (cartId: string) => unknown,
): string[] {
  const { sku, unitPrice, code, terms } = data as Data;
  if (type === 'CouponApplied') return [couponOffer(code, terms)];
  if (type === 'ItemsAdded') {
    const currency = currencyIn(stream.slice('cart-'.length));
    const { lines } = data as { readonly lines: readonly Data[] };
    return lines.map((line) => priceOffer(line['sku'], currency, line['unitPrice']));
  }
  const isPriced = type === 'ItemAdded' || (type === 'QuantityChanged' && unitPrice !== null);
  if (!isPriced) return [];
  return [priceOffer(sku, currencyIn(stream.slice('cart-'.length)), unitPrice)];
}

function currencyOf(events: readonly StoredEvent[]): unknown {
  return (events.find(({ type }) => type === 'CartOpened')?.data as Data | undefined)?.['currency'];
}
