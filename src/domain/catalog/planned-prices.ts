// Prices that hold from an instant on: planned, dropped, and taken up when their instant has come.
import type { Amount } from '../cart/events.js';
import type { CatalogEvent } from './events.js';
import { pricesAt, type ProductState } from './state.js';

export const MAX_PLANNED = 20;

/** What setting a price now appends: nothing where it is the price already. */
export function priceChanges(
  sku: string,
  price: Amount,
  state: ProductState,
  at: number,
): CatalogEvent[] {
  const { currency, minorUnits } = price;
  const isDue = state.planned.some((one) => one.currency === currency && one.holdsFrom <= at);
  if (!isDue && state.prices[currency] === minorUnits) return [];
  return [{ type: 'ProductPriceChanged', data: { sku, price } }];
}

export function planned(
  sku: string,
  price: Amount,
  holdsFrom: number,
  state: ProductState,
): CatalogEvent[] {
  const { currency, minorUnits } = price;
  const known = state.planned.find(
    (one) => one.currency === currency && one.holdsFrom === holdsFrom,
  );
  if (known?.minorUnits === minorUnits) return [];
  return [{ type: 'ProductPricePlanned', data: { sku, price, holdsFrom } }];
}

export function dropped(
  sku: string,
  currency: string,
  holdsFrom: number,
  state: ProductState,
): CatalogEvent[] {
  const isKnown = state.planned.some(
    (one) => one.currency === currency && one.holdsFrom === holdsFrom,
  );
  return isKnown ? [{ type: 'PlannedPriceDropped', data: { sku, currency, holdsFrom } }] : [];
}

/** One change for each currency with a price that is due: the last of them counts. */
export function takenUp(sku: string, state: ProductState, at: number): CatalogEvent[] {
  const due = state.planned.filter(({ holdsFrom }) => holdsFrom <= at);
  const prices = pricesAt(state, at);
  return [...new Set(due.map(({ currency }) => currency))].map((currency) => ({
    type: 'ProductPriceChanged',
    data: { sku, price: { currency, minorUnits: prices[currency] ?? 0 } },
  }));
}
