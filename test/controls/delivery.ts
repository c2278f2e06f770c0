// Events and offers about where a cart goes, with what a test does not care about filled in.
import type { DeliveryOffers, ShippingOffer } from '../../src/domain/cart/delivery/commands.js';
import type {
  ChosenTerms,
  GiftNoteSet,
  SealedWords,
  ShippingAddressSet,
  ShippingMethodChosen,
  TaxCategoriesApplied,
  TaxRulesApplied,
} from '../../src/domain/cart/delivery/events.js';
import type { ShippingTerms } from '../../src/domain/shipping/terms.js';
import type { TaxRule } from '../../src/domain/tax/rule.js';

export const GB = { country: 'GB', region: null };
export const sealed: SealedWords = { keyId: 'a key', sealed: 'c2VhbGVk' };

export function addressSet(
  place: { readonly country: string; readonly region: string | null } = GB,
  address: SealedWords | null = sealed,
): ShippingAddressSet {
  return { type: 'ShippingAddressSet', data: { ...place, address } };
}

export function taxedBy(...rules: readonly TaxRule[]): TaxRulesApplied {
  return { type: 'TaxRulesApplied', data: { ...GB, rules } };
}

export function categorizedAs(taxCategory: string, ...skus: string[]): TaxCategoriesApplied {
  const products = skus.map((sku) => ({ sku, taxCategory }));
  return { type: 'TaxCategoriesApplied', data: { products } };
}

const everywhere = { countries: null, taxCategory: 'standard' } as const;

export function methodChosen(
  price: number,
  terms: Partial<ChosenTerms> = {},
  code = 'POST',
): ShippingMethodChosen {
  const chosen = { name: 'Post', price, freeFrom: null, ...everywhere, ...terms };
  return { type: 'ShippingMethodChosen', data: { code, ...chosen, offerRevision: 0 } };
}

export function methodOffered(price: number, terms: Partial<ShippingTerms> = {}): ShippingOffer {
  const prices = [{ currency: 'GBP', minorUnits: price, freeFrom: null }];
  return { name: 'Post', ...everywhere, prices, revision: 0, ...terms };
}

export function shopOffers(offers: Partial<DeliveryOffers> = {}): DeliveryOffers {
  return { taxRules: [], method: null, isShippingOffered: false, ...offers };
}

export const noteSet: GiftNoteSet = { type: 'GiftNoteSet', data: { note: sealed } };
