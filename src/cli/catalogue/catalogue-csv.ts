// The catalogue as a catalogue file: the log's products, with a further row for each other currency
// and each planned price. The import takes it as it is.
import { catalogCodec } from '../../domain/catalog/codec.js';
import { catalogDecider } from '../../domain/catalog/decide.js';
import { pricesAt, type ProductState } from '../../domain/catalog/state.js';
import { decimal } from '../../domain/money.js';
import type { EventStore } from '../../event-store/event-store.js';
import { decoded } from '../../event-store/recorded.js';
import { catalogueColumns } from '../../import/catalogue/catalogue-file.js';
import { csvCell } from '../csv-cell.js';

/** As they stand in the file. */
type Cells = Partial<Record<(typeof catalogueColumns)[number], string>>;

/** It stands for what a product does not have. */
const NONE = '-';

/**
 * Lines without their ends, in the order of sku.
 *
 * @param now the instant of the prices, in milliseconds since 1970
 * @throws UnreadableEventError
 */
export async function* catalogueCsv(
  store: Pick<EventStore, 'readAll'>,
  prefixes: readonly string[],
  now: number,
): AsyncIterable<string> {
  const products = new Map<string, ProductState>();
  for await (const stored of store.readAll({ prefixes })) {
    const state = products.get(stored.stream) ?? catalogDecider.initial;
    products.set(stored.stream, catalogDecider.evolve(state, decoded(catalogCodec, stored)));
  }
  yield catalogueColumns.join(',');
  const sorted = [...products.values()].sort((a, b) => ((a.sku ?? '') < (b.sku ?? '') ? -1 : 1));
  for (const product of sorted) {
    for (const cells of cellsOf(product, now)) {
      yield catalogueColumns.map((column) => cells[column] ?? '').join(',');
    }
  }
}

function cellsOf(product: ProductState, now: number): Cells[] {
  const { name, description, tags, imageUrl, taxCategory, currency, planned, listed } = product;
  const sku = csvCell(product.sku ?? '');
  const prices = pricesAt(product, now);
  const priced = (minorUnits: number, of: string): Cells => ({
    sku,
    price: decimal(minorUnits, of),
    currency: of,
  });
  const first = {
    ...priced(prices[currency] ?? 0, currency),
    name: csvCell(name),
    description: textOrNone(description),
    tags: textOrNone(tags.length === 0 ? null : tags.join(' ')),
    image_url: textOrNone(imageUrl),
    on_sale: listed ? 'yes' : 'no',
    tax_category: textOrNone(taxCategory),
  };
  const others = Object.entries(prices).filter(([other]) => other !== currency);
  const later = planned.filter(({ holdsFrom }) => holdsFrom > now);
  return [
    first,
    ...others.map(([other, minorUnits]) => priced(minorUnits, other)),
    ...later.map(({ minorUnits, currency: of, holdsFrom }) => ({
      ...priced(minorUnits, of),
      price_from: csvCell(new Date(holdsFrom).toISOString()),
    })),
  ];
}

/** A text that is a hyphen is told from none by an apostrophe. */
function textOrNone(text: string | null): string {
  if (text === null) return NONE;
  return text === NONE ? `'${NONE}` : csvCell(text);
}
