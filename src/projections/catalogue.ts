// The rows of products, for queries and as offers to carts.
import { evolve, initialProduct, type ProductState } from '../domain/catalog/state.js';
import { tagWord, wordsOf, wordsOfSku } from '../domain/catalog/words.js';
import type { CatalogEvent } from '../domain/catalog/events.js';
import type { Recorded } from '../domain/decider.js';
import { catalogueTable } from '../read-models/catalogue-table.js';
import type { ProjectedEvent, Projection } from './projection.js';

/** The columns are explained where the table is. */
interface ProductRow {
  readonly sku: string;
  readonly listed: number;
  readonly by_name: string;
  readonly price: number;
  readonly currency: string;
  readonly first_listed_at: number;
  readonly next_price_at: number | null;
  readonly title_words: string;
  readonly tag_words: string;
  readonly description_words: string;
  readonly facets: string;
  readonly state: ProductState;
}

const types: Readonly<Record<CatalogEvent['type'], true>> = {
  ProductListed: true,
  ProductRenamed: true,
  ProductDescribed: true,
  ProductTagged: true,
  ProductPictured: true,
  ProductTaxCategorized: true,
  ProductPriceChanged: true,
  ProductPricePlanned: true,
  PlannedPriceDropped: true,
  ProductDelisted: true,
  ProductRestored: true,
};

/** Long enough to sort by, and short enough for a cursor. */
const SORTED_LENGTH = 60;
/** Postgres refuses a text whose words come to more than a megabyte. */
const SEARCHED_LENGTH = 10_000;

function isCatalogEvent(event: ProjectedEvent): event is Recorded<CatalogEvent> & ProjectedEvent {
  return Object.hasOwn(types, event.type);
}

export const catalogue: Projection<ProductRow> = {
  name: 'catalogue',
  version: 1,
  table: catalogueTable,
  keyOf: (event) => (isCatalogEvent(event) ? event.data.sku : undefined),
  evolve(row, event) {
    if (!isCatalogEvent(event)) throw new TypeError(`${event.type} is not about a product`);
    return rowOf(event.data.sku, evolve(row?.state ?? initialProduct, event));
  },
};

function rowOf(sku: string, state: ProductState): ProductRow {
  const { name, tags, currency } = state;
  const nameWords = wordsOf(name);
  return {
    sku,
    listed: state.listed ? 1 : 0,
    by_name: joined(nameWords, SORTED_LENGTH),
    price: state.prices[currency] ?? 0,
    currency,
    first_listed_at: state.firstListedAt,
    next_price_at: state.planned[0]?.holdsFrom ?? null,
    title_words: joined([...wordsOfSku(sku), ...nameWords], SEARCHED_LENGTH),
    tag_words: joined(wordsOf(tags.join(' ')), SEARCHED_LENGTH),
    description_words: joined(wordsOf(state.description ?? ''), SEARCHED_LENGTH),
    facets: joined(tags.map(tagWord), SEARCHED_LENGTH),
    state,
  };
}

/** Cut between characters: no database keeps half of one. */
function joined(words: readonly string[], length: number): string {
  return words
    .join(' ')
    .slice(0, length)
    .replace(/[\uD800-\uDBFF]$/, '');
}
