// What of a cart's delivery another cart takes along, and an undo brings back: the address and the
// note as they were written, taxes and shipping on the terms of now.
import type { Place } from '../../countries.js';
import type { TaxRule } from '../../tax/rule.js';
import { openAfter, overflowAfter } from '../decision.js';
import type { CartEvent } from '../events.js';
import type { OpenCartState } from '../state.js';
import type { DeliveryCommand, ShippingOffer } from './commands.js';
import { decideDelivery } from './decide.js';
import type { DeliveryPart, SealedWords } from './events.js';
import { noDelivery } from './state.js';

/** The delivery of a cart at some revision, as far as it can be had now. */
export interface CarriedDelivery {
  /** The address is null when only the place is known, or its person was erased. */
  readonly shipTo: (Place & { readonly address: SealedWords | null }) | null;
  /** Of the place, now. */
  readonly taxRules: readonly TaxRule[];
  /** The offer is null when the method was withdrawn. */
  readonly method: { readonly code: string; readonly offer: ShippingOffer | null } | null;
  /** Null also when its person was erased. */
  readonly giftNote: SealedWords | null;
}

/** The command that makes a part of a cart's delivery what was carried; without it, removes it. */
export function takingOver(
  part: DeliveryPart,
  { shipTo, taxRules, method, giftNote }: CarriedDelivery,
  at: number,
): DeliveryCommand {
  switch (part) {
    case 'ADDRESS':
      return shipTo === null
        ? { type: 'RemoveShippingAddress', at }
        : { type: 'SetShippingAddress', at, ...shipTo, taxRules };
    case 'SHIPPING_METHOD':
      return method === null
        ? { type: 'RemoveShippingMethod', at }
        : { type: 'ChooseShippingMethod', at, ...method };
    case 'GIFT_NOTE':
      return giftNote === null
        ? { type: 'RemoveGiftNote', at }
        : { type: 'SetGiftNote', at, note: giftNote };
  }
}

/**
 * The events by which a cart takes over the delivery of another one. What it has itself stays,
 * unless the other one counts more. What cannot be had any more is left out: the next checkout asks
 * for it.
 */
export function carriedInto(
  cart: OpenCartState,
  carried: CarriedDelivery | undefined,
  at: number,
  countsMore = false,
): readonly CartEvent[] {
  if (carried === undefined) return [];
  const taken: CartEvent[] = [];
  for (const part of partsToTake(cart, carried, countsMore)) {
    const state = openAfter(cart, taken, at);
    const decision = decideDelivery(takingOver(part, carried, at), state);
    if ('rejected' in decision) continue;
    if (overflowAfter(state, decision.accepted, at) === undefined) taken.push(...decision.accepted);
  }
  return taken;
}

/** The address first: a method is chosen for a place. */
function partsToTake(
  { delivery }: OpenCartState,
  { shipTo, method, giftNote }: CarriedDelivery,
  countsMore: boolean,
): readonly DeliveryPart[] {
  const own = delivery ?? noDelivery;
  const parts: DeliveryPart[] = [];
  // A place alone never replaces an address.
  const isBetter = shipTo?.address != null && (countsMore || own.shipTo?.address == null);
  if (shipTo !== null && (own.shipTo === null || isBetter)) parts.push('ADDRESS');
  if (method !== null && (own.method === null || countsMore)) parts.push('SHIPPING_METHOD');
  if (giftNote !== null && (own.giftNote === null || countsMore)) parts.push('GIFT_NOTE');
  return parts;
}
