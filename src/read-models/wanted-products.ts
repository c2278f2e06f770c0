// What a question about products asks besides words.
import type { Value } from './database.js';
import type { ProductsQuestion } from './product-pages.js';

/** The conditions on a product besides its words. */
export function wantedProducts(
  { price, sale = 'LISTED' }: ProductsQuestion,
  table: string,
  param: (value: Value) => string,
): readonly string[] {
  return [
    ...(sale === 'ANY' ? [] : [`${table}.listed = ${sale === 'LISTED' ? 1 : 0}`]),
    ...(price == null ? [] : [`${table}.currency = ${param(price.currency)}`]),
    ...(price?.least == null ? [] : [`${table}.price >= ${param(price.least)}`]),
    ...(price?.most == null ? [] : [`${table}.price <= ${param(price.most)}`]),
  ];
}
