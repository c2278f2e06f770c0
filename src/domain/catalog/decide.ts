// Decides a product's commands.
import { assertNever } from '../assert-never.js';
import type { Amount } from '../cart/events.js';
import { isCurrency } from '../currencies.js';
import { accept, type Decider, type Decision, reject } from '../decider.js';
import type { Rejection } from '../rejection.js';
import type {
  CatalogCommand,
  ListProduct,
  ProductDetails,
  ReviseProduct,
  SetProduct,
} from './commands.js';
import type { CatalogEvent } from './events.js';
import { dropped, MAX_PLANNED, planned, priceChanges, takenUp } from './planned-prices.js';
import { notANewProduct, notAPrice, plannedPriceLimit, productNotListed } from './rejections.js';
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
  if (command.type === 'SetProduct') return set(command, state);
  const { sku, listed } = state;
  if (sku === null) return reject(productNotListed);
  const { at } = command;
  switch (command.type) {
    case 'ReviseProduct':
      return accept(...revisions(sku, command, state));
    case 'RestoreProduct':
      return listed ? accept() : accept({ type: 'ProductRestored', data: { sku } });
    case 'ChangeProductPrice':
      return listed ? price(sku, command.price, at, at, state) : reject(productNotListed);
    case 'PlanProductPrice':
      return listed
        ? price(sku, command.price, command.holdsFrom, at, state)
        : reject(productNotListed);
    case 'DropPlannedPrice':
      return accept(...dropped(sku, command.currency, command.holdsFrom, state));
    case 'TakeUpPrices':
      return accept(...takenUp(sku, state, at));
    case 'DelistProduct':
      return listed ? accept({ type: 'ProductDelisted', data: { sku } }) : reject(productNotListed);
    default:
      return assertNever(command);
  }
}

/**
 * Listing a listed product again appends only the change: a new name appends a listing, a new price
 * a price change.
 */
function list(command: ListProduct, state: ProductState): CatalogDecision {
  const { sku, name, price: asked, at } = command;
  if (!isPrice(asked)) return reject(notAPrice);
  const listing: CatalogEvent[] =
    state.listed && state.name === name
      ? priceChanges(sku, asked, state, at)
      : [{ type: 'ProductListed', data: { sku, name, price: asked } }];
  return accept(...listing, ...detailChanges(sku, command, state));
}

/** One append for all that a line of a catalogue file says. */
function set(command: SetProduct, state: ProductState): CatalogDecision {
  const { sku, name, price: asked, listed, at } = command;
  const holdsFrom = command.holdsFrom ?? at;
  if (state.sku === null) {
    const isNew = name !== undefined && asked !== undefined && listed !== false;
    if (!isNew || holdsFrom > at) return reject(notANewProduct);
    return list({ ...command, type: 'ListProduct', name, price: asked }, state);
  }
  const priced: CatalogDecision =
    asked === undefined ? accept() : price(sku, asked, holdsFrom, at, state);
  if ('rejected' in priced) return priced;
  const sale: CatalogEvent[] =
    listed === undefined || listed === state.listed
      ? []
      : [{ type: listed ? 'ProductRestored' : 'ProductDelisted', data: { sku } }];
  const revised = revisions(sku, { ...command, type: 'ReviseProduct' }, state);
  return accept(...revised, ...priced.accepted, ...sale);
}

function revisions(sku: string, command: ReviseProduct, state: ProductState): CatalogEvent[] {
  const { name } = command;
  const renamed: CatalogEvent[] =
    name === undefined || name === state.name
      ? []
      : [{ type: 'ProductRenamed', data: { sku, name } }];
  return [...renamed, ...detailChanges(sku, command, state)];
}

function detailChanges(
  sku: string,
  { description, tags, imageUrl, taxCategory }: ProductDetails,
  state: ProductState,
): CatalogEvent[] {
  const changes: CatalogEvent[] = [];
  if (description !== undefined && description !== state.description) {
    changes.push({ type: 'ProductDescribed', data: { sku, description } });
  }
  if (tags !== undefined && tags.join(' ') !== state.tags.join(' ')) {
    changes.push({ type: 'ProductTagged', data: { sku, tags } });
  }
  if (imageUrl !== undefined && imageUrl !== state.imageUrl) {
    changes.push({ type: 'ProductPictured', data: { sku, imageUrl } });
  }
  if (taxCategory !== undefined && taxCategory !== state.taxCategory) {
    changes.push({ type: 'ProductTaxCategorized', data: { sku, taxCategory } });
  }
  return changes;
}

function price(
  sku: string,
  asked: Amount,
  holdsFrom: number,
  at: number,
  state: ProductState,
): CatalogDecision {
  if (!isPrice(asked)) return reject(notAPrice);
  if (holdsFrom <= at) return accept(...priceChanges(sku, asked, state, at));
  const plan = planned(sku, asked, holdsFrom, state);
  const isTooMany = plan.length > 0 && state.planned.length >= MAX_PLANNED;
  return isTooMany ? reject(plannedPriceLimit) : accept(...plan);
}

function isPrice({ minorUnits, currency }: Amount): boolean {
  return Number.isSafeInteger(minorUnits) && minorUnits >= 0 && isCurrency(currency);
}
