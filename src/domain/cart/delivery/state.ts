// Where a cart goes and on which terms, folded from its events. It is plain JSON and has no
// computed amounts. A cart without such events has none of it.
import { assertNever } from '../../assert-never.js';
import { isSamePlace, type Place } from '../../countries.js';
import type { Recorded } from '../../decider.js';
import { STANDARD_TAX, type TaxRule } from '../../tax/rule.js';
import type {
  ChosenTerms,
  DeliveryEvent,
  SealedWords,
  ShippingAddressSet,
  TaxedProduct,
} from './events.js';

/** The event that a part of the cart comes from. */
interface Cited {
  readonly eventId: string;
  readonly revision: number;
}

export interface ShipTo extends Place, Cited {
  readonly address: SealedWords | null;
}

export interface HeldTaxRules extends Cited {
  readonly rules: readonly TaxRule[];
}

export interface ChosenMethod extends ChosenTerms, Cited {
  readonly code: string;
}

export interface HeldGiftNote extends Cited {
  readonly note: SealedWords;
}

export interface CartDelivery {
  readonly shipTo: ShipTo | null;
  /** Of the place of `shipTo`. */
  readonly tax: HeldTaxRules | null;
  /** Products that are not standard goods, or were not once; each once. */
  readonly categories: readonly TaxedProduct[];
  readonly method: ChosenMethod | null;
  readonly giftNote: HeldGiftNote | null;
}

export const noDelivery: CartDelivery = {
  shipTo: null,
  tax: null,
  categories: [],
  method: null,
  giftNote: null,
};

export function evolveDelivery(
  state: CartDelivery = noDelivery,
  event: Recorded<DeliveryEvent>,
): CartDelivery {
  const { id: eventId, revision } = event;
  const cited = { eventId, revision };
  switch (event.type) {
    case 'ShippingAddressSet':
      return shippedTo(state, event.data, cited);
    case 'ShippingAddressRemoved':
      return { ...state, shipTo: null, tax: null };
    case 'TaxRulesApplied':
      return { ...state, tax: { rules: event.data.rules, ...cited } };
    case 'TaxCategoriesApplied':
      return { ...state, categories: categorized(state.categories, event.data.products) };
    case 'ShippingMethodChosen': {
      const { code, name, price, freeFrom, countries, taxCategory } = event.data;
      const method = { code, name, price, freeFrom, countries, taxCategory, ...cited };
      return { ...state, method };
    }
    case 'ShippingMethodRemoved':
      return { ...state, method: null };
    case 'GiftNoteSet':
      return { ...state, giftNote: { ...event.data, ...cited } };
    case 'GiftNoteRemoved':
      return { ...state, giftNote: null };
    default:
      return assertNever(event);
  }
}

/** The taxes of another place do not count here. */
function shippedTo(
  state: CartDelivery,
  to: ShippingAddressSet['data'],
  cited: Cited,
): CartDelivery {
  const stays = state.shipTo !== null && isSamePlace(state.shipTo, to);
  return { ...state, shipTo: { ...to, ...cited }, tax: stays ? state.tax : null };
}

function categorized(
  known: readonly TaxedProduct[],
  products: readonly TaxedProduct[],
): readonly TaxedProduct[] {
  const bySku = new Map([...known, ...products].map((one) => [one.sku, one]));
  return [...bySku.values()];
}

/** Answers the tax category of a product in the cart. */
export function categoryIn(delivery: CartDelivery | undefined): (sku: string) => string {
  const bySku = new Map(delivery?.categories.map(({ sku, taxCategory }) => [sku, taxCategory]));
  return (sku) => bySku.get(sku) ?? STANDARD_TAX;
}

/** What shipping and taxes can add to an amount at most, exactly; 0 for a cart without them. */
export function mostAdded({ method, tax }: CartDelivery, amount: number): bigint {
  const price = BigInt(method?.price ?? 0);
  const highest = Math.max(
    0,
    ...(tax?.rules.map((rule) => (rule.pricesIncludeTax ? 0 : rule.partsPerMillion)) ?? []),
  );
  const taxes = ((BigInt(amount) + price) * BigInt(highest)) / 1_000_000n;
  // Each rule is rounded by itself.
  return price + taxes + BigInt(highest === 0 ? 0 : (tax?.rules.length ?? 0));
}
