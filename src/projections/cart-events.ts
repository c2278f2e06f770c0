// Tells the events of carts from all others.
import { deliveryEventTypes } from '../domain/cart/delivery/events.js';
import type { CartEvent } from '../domain/cart/events.js';
import type { Recorded } from '../domain/decider.js';
import type { ProjectedEvent } from './projection.js';

const cartEvents = new Set<string>([
  'CartOpened',
  'ItemAdded',
  'ItemsAdded',
  'QuantityChanged',
  'ItemRemoved',
  'CouponApplied',
  'CouponRemoved',
  'CouponLapsed',
  'PricesAccepted',
  'ChangeUndone',
  'CartAbandoned',
  'CartRevived',
  'CartClaimed',
  'CartMerged',
  'CartForked',
  'CartCheckedOut',
  ...deliveryEventTypes,
] satisfies readonly CartEvent['type'][]);

export function isCartEvent(event: ProjectedEvent): event is Recorded<CartEvent> & ProjectedEvent {
  return cartEvents.has(event.type);
}
