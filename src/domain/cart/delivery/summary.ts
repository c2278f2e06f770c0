// Describes in one line each event about where a cart goes. Personal data has no part in it.
import { assertNever } from '../../assert-never.js';
import type { Place } from '../../countries.js';
import { taxInWords, type TaxRule } from '../../tax/rule.js';
import type { DeliveryEvent } from './events.js';

export function summarizeDelivery(
  event: DeliveryEvent,
  money: (minorUnits: number) => string,
): string {
  switch (event.type) {
    case 'ShippingAddressSet':
      return event.data.address === null
        ? `Set the place to ship to: ${placeInWords(event.data)}`
        : `Set the shipping address, in ${placeInWords(event.data)}`;
    case 'ShippingAddressRemoved':
      return `Removed the shipping address in ${placeInWords(event.data)}`;
    case 'TaxRulesApplied':
      return `Taxed by the rules of ${placeInWords(event.data)}: ${rulesInWords(event.data.rules)}`;
    case 'TaxCategoriesApplied':
      return `Taxed ${event.data.products
        .map(({ sku, taxCategory }) => `${sku} as ${taxCategory}`)
        .join(', ')}`;
    case 'ShippingMethodChosen': {
      const { name, price, freeFrom } = event.data;
      const free = freeFrom === null ? '' : `, free from ${money(freeFrom)}`;
      return `Chose shipping by ${name} for ${money(price)}${free}`;
    }
    case 'ShippingMethodRemoved':
      return `Removed the shipping method ${event.data.code}`;
    case 'GiftNoteSet':
      return 'Set the gift note';
    case 'GiftNoteRemoved':
      return 'Removed the gift note';
    default:
      return assertNever(event);
  }
}

/** For example `US, CA`. */
function placeInWords({ country, region }: Place): string {
  return region === null ? country : `${country}, ${region}`;
}

const MOST_NAMED = 3;

function rulesInWords(rules: readonly TaxRule[]): string {
  if (rules.length === 0) return 'none';
  const named = rules.slice(0, MOST_NAMED).map((rule) => `${taxInWords(rule)} on ${rule.category}`);
  const more = rules.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
