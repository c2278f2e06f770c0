// Supposes that a cart goes elsewhere, or by another method. It is pure and changes nothing.
import type { Place } from '../../countries.js';
import type { TaxRule } from '../../tax/rule.js';
import type { ExistingCartState } from '../state.js';
import type { ShippingOffer } from './commands.js';
import { chosenFrom } from './decide.js';
import type { DeliveryEvent } from './events.js';

export interface SupposedGoing {
  /** Null: where it goes anyway. */
  readonly to: { readonly place: Place; readonly taxRules: readonly TaxRule[] } | null;
  /** Null: the method that it has. */
  readonly method: { readonly code: string; readonly offer: ShippingOffer | null } | null;
}

/** As if it had happened; undefined when the method cannot bring the cart there. */
export function supposedDelivery(
  { delivery, currency }: ExistingCartState,
  { to, method }: SupposedGoing,
): readonly DeliveryEvent[] | undefined {
  const moved: readonly DeliveryEvent[] = to === null ? [] : movedTo(to);
  if (method === null) return moved;
  const { code, offer } = method;
  const place = to?.place ?? delivery?.shipTo ?? null;
  const chosen = place && offer && chosenFrom(code, offer, place, currency);
  return chosen === null ? undefined : [...moved, chosen];
}

function movedTo({ place, taxRules }: NonNullable<SupposedGoing['to']>): readonly DeliveryEvent[] {
  const { country, region } = place;
  return [
    { type: 'ShippingAddressSet', data: { country, region, address: null } },
    { type: 'TaxRulesApplied', data: { country, region, rules: taxRules } },
  ];
}
