// The shipping methods of the shop, folded from their events.
import { assertNever } from '../assert-never.js';
import type { ShippingOffer } from '../cart/delivery/commands.js';
import type { Recorded } from '../decider.js';
import type { ShippingEvent } from './events.js';
import { serves, shippingPriceIn, type ShippingTerms } from './terms.js';

export interface ShippingMethod extends ShippingTerms {
  readonly code: string;
  /** False for a method that was withdrawn. */
  readonly available: boolean;
  /** Of the last event about it: while it is offered, the one that gave it its terms. */
  readonly revision: number;
}

export interface ShippingMethodsState {
  /** In the order of their first definition, withdrawn ones too. */
  readonly methods: readonly ShippingMethod[];
  readonly revision: number;
}

export const initialShippingMethods: ShippingMethodsState = { methods: [], revision: -1 };

export function evolve(
  { methods }: ShippingMethodsState,
  event: Recorded<ShippingEvent>,
): ShippingMethodsState {
  const { revision } = event;
  switch (event.type) {
    case 'ShippingMethodDefined': {
      const method = { ...event.data, available: true, revision };
      const index = methods.findIndex(({ code }) => code === method.code);
      return { methods: index < 0 ? [...methods, method] : methods.with(index, method), revision };
    }
    case 'ShippingMethodWithdrawn': {
      const { code } = event.data;
      const withdrawn = methods.map((one) =>
        one.code === code ? { ...one, available: false, revision } : one,
      );
      return { methods: withdrawn, revision };
    }
    default:
      return assertNever(event);
  }
}

/** The offer of a method to carts; null when it is not offered. */
export function shippingOfferOf(
  { methods }: ShippingMethodsState,
  wanted: string,
): ShippingOffer | null {
  const method = methods.find(({ code, available }) => available && code === wanted);
  if (method === undefined) return null;
  const { name, countries, taxCategory, prices, revision } = method;
  return { name, countries, taxCategory, prices, revision };
}

/** The methods that a cart can choose, in the order of their first definition. */
export function methodsFor(
  { methods }: ShippingMethodsState,
  country: string,
  currency: string,
): readonly ShippingMethod[] {
  return methods.filter(
    (method) =>
      method.available &&
      serves(method, country) &&
      shippingPriceIn(method, currency) !== undefined,
  );
}
