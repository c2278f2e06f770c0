// Turns the arguments of `products` into a question about the catalogue.
import { tagsFault } from '../domain/catalog/product-text.js';
import {
  orderOf,
  type PriceRange,
  type ProductOrder,
  type ProductPlace,
  type ProductsQuestion,
} from '../read-models/product-pages.js';
import { badInput } from './api-error.js';
import { decodePlace } from './cursors.js';
import * as rules from './input-rules.js';
import { askedPage } from './asked-page.js';
import type { PriceRangeInput, ProductFilter, ProductSort } from './types/product-questions.js';

const sales = { ON_SALE: 'LISTED', WITHDRAWN: 'DELISTED', ANY: 'ANY' } as const;

export interface ProductsArguments {
  readonly search?: string | null | undefined;
  readonly sort?: `${ProductSort}` | null | undefined;
  readonly filter?: ProductFilter | null | undefined;
}

export interface OrderedQuestion extends ProductsQuestion {
  readonly order: ProductOrder;
}

/** @throws ApiError BAD_USER_INPUT */
export function productsQuestion(
  pages: rules.PageInput,
  { search, sort, filter }: ProductsArguments,
): OrderedQuestion {
  const { after, before, ...range } = askedPage(pages, (cursor) => cursor);
  const sought = search == null || search === '' ? null : rules.textOf(search, 'search');
  const order = orderOf({ search: sought, size: 0, ...(sort != null && { order: sort }) });
  const placeOf = (cursor: string | null): ProductPlace | null =>
    cursor === null ? null : decodePlace(cursor, order);
  return {
    search: sought,
    tags: tagsOf(filter?.tags ?? []),
    sale: sales[filter?.sale ?? 'ON_SALE'],
    price: filter?.price == null ? null : rangeOf(filter.price),
    order,
    ...range,
    after: placeOf(after),
    before: placeOf(before),
  };
}

function tagsOf(tags: readonly string[]): readonly string[] {
  return rules.faultless(tags, tagsFault(tags));
}

function rangeOf({ currency, least, most }: PriceRangeInput): PriceRange {
  const range = {
    currency: rules.currencyOf(currency),
    least: least == null ? null : rules.amountOf(least, 'least'),
    most: most == null ? null : rules.amountOf(most, 'most'),
  };
  const { least: from, most: to } = range;
  if (from !== null && to !== null && from > to) throw badInput('least must not exceed most.');
  return range;
}
