// What is compared of where a cart goes: where, how, and what it costs. Personal data is only told
// by the revision that set it.
import type { CartView } from '../domain/cart/view.js';
import { taxInWords } from '../domain/tax/rule.js';

/** Pairs of a path and its text, of what there is. */
export function deliveryFacts(
  { delivery }: CartView,
  money: (minorUnits: number) => string,
): readonly (readonly [string, string])[] {
  if (delivery === undefined) return [];
  const { shipTo, shipping, taxes, giftNoteRevision } = delivery;
  const facts: [string, string][] = [];
  if (shipTo !== null) {
    const { country, region, addressRevision } = shipTo;
    facts.push(['delivery.shipTo', region === null ? country : `${country}, ${region}`]);
    if (addressRevision !== null) facts.push(['delivery.address', setBy(addressRevision)]);
  }
  if (shipping !== null) {
    facts.push(['delivery.shippingMethod', shipping.reason ?? shipping.name]);
    facts.push(['totals.shipping', money(shipping.amount)]);
  }
  if (giftNoteRevision !== null) facts.push(['delivery.giftNote', setBy(giftNoteRevision)]);
  for (const { included, amount, category, ...tax } of taxes) {
    const name = taxInWords(tax);
    facts.push([
      `totals.tax.${category}`,
      `${name}${included ? ' in prices' : ''}: ${money(amount)}`,
    ]);
  }
  return facts;
}

function setBy(revision: number): string {
  return `set at revision ${revision}`;
}
