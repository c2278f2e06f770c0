// Supposes that a cart goes elsewhere, or by another method, on the terms of now.
import type { DeliveryEvent } from '../domain/cart/delivery/events.js';
import { supposedDelivery } from '../domain/cart/delivery/supposed.js';
import type { ExistingCartState } from '../domain/cart/state.js';
import type { Place } from '../domain/countries.js';
import { badInput } from './api-error.js';
import { placeOf } from './delivery-rules.js';
import { couponCodeOf } from './input-rules.js';
import type { ApiServices } from './services.js';
import type { PlaceInput } from './types/delivery-inputs.js';

interface Going {
  readonly place: Place | null;
  readonly method: string | null;
}

/** @throws ApiError BAD_USER_INPUT */
export function goingOf(
  shipTo: PlaceInput | null | undefined,
  method: string | null | undefined,
): Going {
  return {
    place: shipTo == null ? null : placeOf(shipTo),
    method: method == null ? null : couponCodeOf(method),
  };
}

/** @throws ApiError BAD_USER_INPUT for a method that does not go there */
export async function deliverySupposed(
  { tax, shipping }: Pick<ApiServices, 'tax' | 'shipping'>,
  cart: ExistingCartState,
  { place, method }: Going,
  now: number,
): Promise<readonly DeliveryEvent[]> {
  const to = place && { place, taxRules: await tax.ofPlace(place, now) };
  const by = method === null ? null : { code: method, offer: await shipping.offer(method) };
  const events = supposedDelivery(cart, { to, method: by });
  if (events === undefined) throw badInput(`The cart cannot go by ${method}.`);
  return events;
}
