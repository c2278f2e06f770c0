// Decides a product's commands.
import { assertNever } from '../assert-never.js';
import type { Amount } from '../cart/events.js';
import { accept, type Decider, type Decision, reject } from '../decider.js';
import { isCurrency } from '../currencies.js';
import type { Rejection } from '../rejection.js';
import type { CatalogCommand, ListProduct } from './commands.js';
import type { CatalogEvent } from './events.js';
import { notAPrice, productNotListed } from './rejections.js';
import { evolve, initialProduct, type ProductState } from './state.js';

type CatalogDecision = Decision<CatalogEvent, Rejection>;

export type CatalogDecider = Decider<ProductState, CatalogCommand, CatalogEvent, Rejection>;

export const catalogDecider: CatalogDecider = {
  category: 'product',
  initial: initialProduct,
  evolve,
  decide,
};

function decide(command: CatalogCommand, state: ProductState): CatalogDecision {
  if (command.type === 'ListProduct') return list(command, state);
  if (!state.listed || state.sku === null) return reject(productNotListed);
  switch (command.type) {
    case 'ChangeProductPrice':
      return changePrice(state.sku, command.price, state);
    case 'DelistProduct':
      return accept({ type: 'ProductDelisted', data: { sku: state.sku } });
    default:
      return assertNever(command);
  }
}

/**
 * Listing a listed product again appends only the change: a new name appends a listing, a new price
 * a price change.
 */
function list({ sku, name, price }: ListProduct, state: ProductState): CatalogDecision {
  if (!isPrice(price)) return reject(notAPrice);
  if (!state.listed || state.name !== name) {
    return accept({ type: 'ProductListed', data: { sku, name, price } });
  }
  return changePrice(sku, price, state);
}

function changePrice(sku: string, price: Amount, state: ProductState): CatalogDecision {
  if (!isPrice(price)) return reject(notAPrice);
  if (state.prices[price.currency] === price.minorUnits) return accept();
  return accept({ type: 'ProductPriceChanged', data: { sku, price } });
}

function isPrice({ minorUnits, currency }: Amount): boolean {
  return Number.isSafeInteger(minorUnits) && minorUnits >= 0 && isCurrency(currency);
}
