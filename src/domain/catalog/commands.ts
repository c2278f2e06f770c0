// A product's commands. `at` is the instant of the command, in milliseconds since 1970.
import type { Amount } from '../cart/events.js';

export interface ListProduct {
  readonly type: 'ListProduct';
  readonly at: number;
  readonly sku: string;
  readonly name: string;
  readonly price: Amount;
}

export interface ChangeProductPrice {
  readonly type: 'ChangeProductPrice';
  readonly at: number;
  readonly price: Amount;
}

export interface DelistProduct {
  readonly type: 'DelistProduct';
  readonly at: number;
}

export type CatalogCommand = ListProduct | ChangeProductPrice | DelistProduct;
