// The events of the shipping methods. All methods are in one stream. Stored format: change only by
// adding a version and an upcaster.
import type { ShippingTerms } from './terms.js';

/** A method is offered, or has other terms; carts keep those that they chose. */
export interface ShippingMethodDefined {
  readonly type: 'ShippingMethodDefined';
  readonly data: ShippingTerms & { readonly code: string };
}

/** No cart can choose it any more, and no checkout has it. */
export interface ShippingMethodWithdrawn {
  readonly type: 'ShippingMethodWithdrawn';
  readonly data: { readonly code: string };
}

export type ShippingEvent = ShippingMethodDefined | ShippingMethodWithdrawn;
