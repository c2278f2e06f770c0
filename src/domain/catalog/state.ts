// A product's state, folded from its events.
import { assertNever } from '../assert-never.js';
import type { Offer } from '../cart/commands.js';
import type { Recorded } from '../decider.js';
import type { CatalogEvent } from './events.js';

/** A price that holds from an instant on. */
export interface PlannedPrice {
  readonly currency: string;
  readonly minorUnits: number;
  /** In milliseconds since 1970. */
  readonly holdsFrom: number;
}

export interface ProductState {
  readonly sku: string | null;
  readonly name: string;
  readonly description: string | null;
  readonly tags: readonly string[];
  /** The address of its image. */
  readonly imageUrl: string | null;
  /** What tax rules are by; null: the standard category. */
  readonly taxCategory: string | null;
  /** Currency of the last listing. Catalogue pages show the price in it. */
  readonly currency: string;
  /** Prices in minor units, by currency. */
  readonly prices: Readonly<Record<string, number>>;
  /** In the order of their instants. One whose instant has come counts as the price. */
  readonly planned: readonly PlannedPrice[];
  readonly listed: boolean;
  /** When it was first listed, in milliseconds since 1970. */
  readonly firstListedAt: number;
  readonly revision: number;
}

export const initialProduct: ProductState = {
  sku: null,
  name: '',
  description: null,
  tags: [],
  imageUrl: null,
  taxCategory: null,
  currency: '',
  prices: {},
  planned: [],
  listed: false,
  firstListedAt: 0,
  revision: -1,
};

export function evolve(state: ProductState, event: Recorded<CatalogEvent>): ProductState {
  const { revision } = event;
  switch (event.type) {
    case 'ProductListed': {
      const { sku, name, price } = event.data;
      const { currency } = price;
      const prices = { ...state.prices, [currency]: price.minorUnits };
      const planned = notDue(state, event, currency);
      const firstListedAt = state.sku === null ? event.occurredAt : state.firstListedAt;
      const listing = { sku, name, currency, prices, planned, listed: true };
      return { ...state, ...listing, firstListedAt, revision };
    }
    case 'ProductRenamed':
      return { ...state, name: event.data.name, revision };
    case 'ProductDescribed':
      return { ...state, description: event.data.description, revision };
    case 'ProductTagged':
      return { ...state, tags: event.data.tags, revision };
    case 'ProductPictured':
      return { ...state, imageUrl: event.data.imageUrl, revision };
    case 'ProductTaxCategorized':
      return { ...state, taxCategory: event.data.taxCategory, revision };
    case 'ProductPriceChanged': {
      const { currency, minorUnits } = event.data.price;
      const prices = { ...state.prices, [currency]: minorUnits };
      return { ...state, prices, planned: notDue(state, event, currency), revision };
    }
    case 'ProductPricePlanned': {
      const { price, holdsFrom } = event.data;
      const others = without(state.planned, price.currency, holdsFrom);
      const planned = [...others, { ...price, holdsFrom }];
      planned.sort((a, b) => a.holdsFrom - b.holdsFrom);
      return { ...state, planned, revision };
    }
    case 'PlannedPriceDropped': {
      const { currency, holdsFrom } = event.data;
      return { ...state, planned: without(state.planned, currency, holdsFrom), revision };
    }
    case 'ProductDelisted':
      return { ...state, listed: false, revision };
    case 'ProductRestored':
      return { ...state, listed: true, revision };
    default:
      return assertNever(event);
  }
}

/** A price that is set after a planned one came due takes its place. */
function notDue(
  { planned }: ProductState,
  { occurredAt }: Pick<Recorded<CatalogEvent>, 'occurredAt'>,
  currency: string,
): readonly PlannedPrice[] {
  return planned.filter((one) => one.currency !== currency || one.holdsFrom > occurredAt);
}

function without(
  planned: readonly PlannedPrice[],
  currency: string,
  holdsFrom: number,
): PlannedPrice[] {
  return planned.filter((one) => one.currency !== currency || one.holdsFrom !== holdsFrom);
}

/** The prices at an instant, in minor units, by currency. */
export function pricesAt(
  { prices, planned }: Pick<ProductState, 'prices' | 'planned'>,
  at: number,
): Readonly<Record<string, number>> {
  const due = planned.filter(({ holdsFrom }) => holdsFrom <= at);
  if (due.length === 0) return prices;
  const later = due.map(({ currency, minorUnits }) => [currency, minorUnits]);
  return { ...prices, ...(Object.fromEntries(later) as Record<string, number>) };
}

/** The product's offer to carts at an instant; null when it is not on sale. */
export function offerOf(product: ProductState, at: number): Offer | null {
  const { sku, name, listed, revision, taxCategory } = product;
  if (sku === null || !listed) return null;
  return { sku, name, prices: pricesAt(product, at), revision, taxCategory };
}
