// A product's commands. `at` is the instant of the command, in milliseconds since 1970.
import type { Amount } from '../cart/events.js';

/** What a product is besides its name and price. Undefined leaves it as it is. */
export interface ProductDetails {
  readonly description?: string | null | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly imageUrl?: string | null | undefined;
  /** Null: the standard one. */
  readonly taxCategory?: string | null | undefined;
}

export interface ListProduct extends ProductDetails {
  readonly type: 'ListProduct';
  readonly at: number;
  readonly sku: string;
  readonly name: string;
  readonly price: Amount;
}

/** Changes the given parts of a listed or delisted product. */
export interface ReviseProduct extends ProductDetails {
  readonly type: 'ReviseProduct';
  readonly at: number;
  readonly name?: string | undefined;
}

export interface ChangeProductPrice {
  readonly type: 'ChangeProductPrice';
  readonly at: number;
  readonly price: Amount;
}

/** A price from an instant on; one that has come already is a change of the price. */
export interface PlanProductPrice {
  readonly type: 'PlanProductPrice';
  readonly at: number;
  readonly price: Amount;
  readonly holdsFrom: number;
}

export interface DropPlannedPrice {
  readonly type: 'DropPlannedPrice';
  readonly at: number;
  readonly currency: string;
  readonly holdsFrom: number;
}

/** Makes planned prices whose instant has come the prices, for those who sort by price. */
export interface TakeUpPrices {
  readonly type: 'TakeUpPrices';
  readonly at: number;
}

/** Whatever a line of a catalogue file says of a product. Undefined leaves it as it is. */
export interface SetProduct extends ProductDetails {
  readonly type: 'SetProduct';
  readonly at: number;
  readonly sku: string;
  readonly name?: string | undefined;
  readonly price?: Amount | undefined;
  /** When the price begins to hold; default: now. */
  readonly holdsFrom?: number | undefined;
  readonly listed?: boolean | undefined;
}

export interface DelistProduct {
  readonly type: 'DelistProduct';
  readonly at: number;
}

export interface RestoreProduct {
  readonly type: 'RestoreProduct';
  readonly at: number;
}

export type CatalogCommand =
  | ListProduct
  | ReviseProduct
  | ChangeProductPrice
  | PlanProductPrice
  | DropPlannedPrice
  | TakeUpPrices
  | SetProduct
  | DelistProduct
  | RestoreProduct;
