// The cart's events about where it goes: address, taxes, shipping and gift note. They store the
// terms of that moment. Stored format: change only by adding a version and an upcaster.
import type { Place } from '../../countries.js';
import type { TaxRule } from '../../tax/rule.js';

/** Personal data, encrypted with a key that is kept outside of the log: see src/personal-data. */
export interface SealedWords {
  readonly keyId: string;
  readonly sealed: string;
}

/** What of a cart's delivery an undo is about. */
export type DeliveryPart = 'ADDRESS' | 'SHIPPING_METHOD' | 'GIFT_NOTE';

/** The cart goes there. What depends on the place needs no more than the country and the region. */
export interface ShippingAddressSet {
  readonly type: 'ShippingAddressSet';
  readonly data: Place & {
    /** Null: only the place is known yet. */
    readonly address: SealedWords | null;
  };
}

/** Nothing is known of where the cart goes, so it has no taxes. */
export interface ShippingAddressRemoved {
  readonly type: 'ShippingAddressRemoved';
  readonly data: Place;
}

/** The tax rules of the cart's place, of now and to come. They replace those before. */
export interface TaxRulesApplied {
  readonly type: 'TaxRulesApplied';
  readonly data: Place & { readonly rules: readonly TaxRule[] };
}

/** What kind of goods products are. Products that no event names are standard goods. */
export interface TaxCategoriesApplied {
  readonly type: 'TaxCategoriesApplied';
  readonly data: { readonly products: readonly TaxedProduct[] };
}

export interface TaxedProduct {
  readonly sku: string;
  readonly taxCategory: string;
}

export interface ShippingMethodChosen {
  readonly type: 'ShippingMethodChosen';
  readonly data: ChosenTerms & {
    readonly code: string;
    /** Revision of the stream of shipping methods that offered the terms. */
    readonly offerRevision: number;
  };
}

/** A shipping method's terms for one cart. */
export interface ChosenTerms {
  readonly name: string;
  /** In minor units of the cart's currency. */
  readonly price: number;
  /** Shipping is free when the goods cost as much, after discounts; null: never. */
  readonly freeFrom: number | null;
  /** ISO 3166-1; null: every country. */
  readonly countries: readonly string[] | null;
  readonly taxCategory: string;
}

export interface ShippingMethodRemoved {
  readonly type: 'ShippingMethodRemoved';
  readonly data: { readonly code: string };
}

/** What the giver writes; it goes with the goods. It replaces the note before. */
export interface GiftNoteSet {
  readonly type: 'GiftNoteSet';
  readonly data: { readonly note: SealedWords };
}

export interface GiftNoteRemoved {
  readonly type: 'GiftNoteRemoved';
  /** The key of the note that goes. */
  readonly data: { readonly keyId: string };
}

export type DeliveryEvent =
  | ShippingAddressSet
  | ShippingAddressRemoved
  | TaxRulesApplied
  | TaxCategoriesApplied
  | ShippingMethodChosen
  | ShippingMethodRemoved
  | GiftNoteSet
  | GiftNoteRemoved;

/** Compiled from the types, so that no type can be missing. */
const types: Readonly<Record<DeliveryEvent['type'], true>> = {
  ShippingAddressSet: true,
  ShippingAddressRemoved: true,
  TaxRulesApplied: true,
  TaxCategoriesApplied: true,
  ShippingMethodChosen: true,
  ShippingMethodRemoved: true,
  GiftNoteSet: true,
  GiftNoteRemoved: true,
};

export const deliveryEventTypes = Object.keys(types) as readonly DeliveryEvent['type'][];
