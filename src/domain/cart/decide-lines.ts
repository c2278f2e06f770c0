// Decides what happens to the lines of an open cart: units that are added, changed and removed.
import { accept, reject } from '../decider.js';
import { spelledSku } from '../text.js';
import type { AddItem, ChangeQuantity, Offer, RemoveItem } from './commands.js';
import type { CartDecision } from './decision.js';
import type { CartLimits } from './limits.js';
import { type Line, quantityOf } from './lines.js';
import * as rejections from './rejections.js';
import type { OpenCartState } from './state.js';

export function addItem(command: AddItem, state: OpenCartState, limits: CartLimits): CartDecision {
  const { sku, quantity, offer } = command;
  if (!isCount(quantity, limits)) return reject(rejections.quantityLimit(limits.maxUnitsPerLine));
  if (offer === null) return reject(rejections.productNotFound(sku));
  const unitPrice = priceIn(offer, state.currency);
  if (unitPrice === undefined) return reject(rejections.currencyMismatch(sku, state.currency));
  const line = lineOf(state, sku);
  if (line === undefined && state.lines.length >= limits.maxLines) {
    return reject(rejections.lineLimit(limits.maxLines));
  }
  const inAll = quantity + (line === undefined ? 0 : quantityOf(line));
  if (inAll > limits.maxUnitsPerLine) {
    return reject(rejections.quantityLimit(limits.maxUnitsPerLine));
  }
  const { name, revision: offerRevision } = offer;
  return accept({ type: 'ItemAdded', data: { sku, name, quantity, unitPrice, offerRevision } });
}

/**
 * A change to the same quantity still appends an event. A retry after later changes must be
 * recognised, and only an event stores its command id.
 */
export function changeQuantity(
  command: ChangeQuantity,
  state: OpenCartState,
  limits: CartLimits,
): CartDecision {
  const { quantity: to, offer } = command;
  const line = anyLineOf(state, command.sku);
  if (line === undefined) return reject(rejections.lineNotFound(command.sku));
  const { sku } = line;
  const from = quantityOf(line);
  if (to === 0) return accept({ type: 'ItemRemoved', data: { sku, quantity: from } });
  if (!isCount(to, limits)) return reject(rejections.quantityLimit(limits.maxUnitsPerLine));
  if (to <= from) {
    return accept({ type: 'QuantityChanged', data: { sku, from, to, unitPrice: null } });
  }
  if (offer === null) return reject(rejections.productNotFound(sku));
  const unitPrice = priceIn(offer, state.currency);
  if (unitPrice === undefined) return reject(rejections.currencyMismatch(sku, state.currency));
  return accept({ type: 'QuantityChanged', data: { sku, from, to, unitPrice } });
}

export function removeItem(command: RemoveItem, state: OpenCartState): CartDecision {
  const line = anyLineOf(state, command.sku);
  if (line === undefined) return reject(rejections.lineNotFound(command.sku));
  const { sku } = line;
  return accept({ type: 'ItemRemoved', data: { sku, quantity: quantityOf(line) } });
}

function isCount(quantity: number, { maxUnitsPerLine }: CartLimits): boolean {
  return Number.isInteger(quantity) && quantity >= 1 && quantity <= maxUnitsPerLine;
}

export function lineOf(state: OpenCartState, sku: string): Line | undefined {
  return state.lines.find((line) => line.sku === sku);
}

/** Earlier releases stored a SKU as it was typed; such a line is also found by the one spelling. */
function anyLineOf(state: OpenCartState, sku: string): Line | undefined {
  return lineOf(state, sku) ?? state.lines.find((line) => spelledSku(line.sku) === sku);
}

export function priceIn({ prices }: Offer, currency: string): number | undefined {
  return Object.hasOwn(prices, currency) ? prices[currency] : undefined;
}
