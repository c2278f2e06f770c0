// Decides that lines take the prices of now.
import { accept, reject } from '../decider.js';
import type { AcceptPrices } from './commands.js';
import { priceIn } from './decide-lines.js';
import type { CartDecision } from './decision.js';
import { categoriesBefore } from './delivery/categories.js';
import { methodOfNow, taxRulesOfNow } from './delivery/decide.js';
import type { AcceptedPrice, CartEvent } from './events.js';
import { pricesUnchanged } from './rejections.js';
import type { OpenCartState } from './state.js';

/** The tax rules and the shipping price of now are taken as well. */
export function acceptPrices(
  { at, offers, delivery }: AcceptPrices,
  state: OpenCartState,
): CartDecision {
  const prices = state.lines.flatMap(({ sku, portions }): AcceptedPrice[] => {
    const offer = offers.get(sku);
    const unitPrice = offer && priceIn(offer, state.currency);
    const moved = portions.find((portion) => portion.unitPrice !== unitPrice);
    if (offer === undefined || unitPrice === undefined || moved === undefined) return [];
    return [{ sku, from: moved.unitPrice, unitPrice, offerRevision: offer.revision }];
  });
  const accepted: readonly CartEvent[] =
    prices.length === 0 ? [] : [{ type: 'PricesAccepted', data: { prices } }];
  const events = [
    ...categoriesBefore(accepted, [...offers.values()], state.delivery),
    ...taxRulesOfNow(state, delivery, at),
    ...methodOfNow(state, delivery),
    ...accepted,
  ];
  return events.length === 0 ? reject(pricesUnchanged) : accept(...events);
}
