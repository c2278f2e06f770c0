// The rows of products, for queries and as offers to carts.
import { evolve, initialProduct, type ProductState } from '../domain/catalog/state.js';
import type { CatalogEvent } from '../domain/catalog/events.js';
import { storable } from '../domain/text.js';
import type { Recorded } from '../domain/decider.js';
import type { ProjectedEvent, Projection } from './projection.js';

interface ProductRow {
  readonly sku: string;
  readonly listed: number;
  /** The text that a search matches, in lower case. */
  readonly searchable: string;
  readonly state: ProductState;
}

function isCatalogEvent(event: ProjectedEvent): event is Recorded<CatalogEvent> & ProjectedEvent {
  return (
    event.type === 'ProductListed' ||
    event.type === 'ProductPriceChanged' ||
    event.type === 'ProductDelisted'
  );
}

export const catalogue: Projection<ProductRow> = {
  name: 'catalogue',
  version: 1,
  table: {
    key: 'sku',
    columns: { sku: 'text', listed: 'integer', searchable: 'text', state: 'json' },
  },
  keyOf: (event) => (isCatalogEvent(event) ? event.data.sku : undefined),
  evolve(row, event) {
    if (!isCatalogEvent(event)) throw new TypeError(`${event.type} is not about a product`);
    const state = evolve(row?.state ?? initialProduct, event);
    const { sku } = event.data;
    return {
      sku,
      listed: state.listed ? 1 : 0,
      searchable: storable(`${sku} ${state.name}`.toLowerCase()),
      state,
    };
  },
};
