// A stored event → the API's CartEvent, without what its reader may not see.
import type { Recorded } from '../domain/decider.js';
import type { CartEvent as DomainEvent } from '../domain/cart/events.js';
import { summarize } from '../domain/cart/summary.js';
import type { CartState } from '../domain/cart/state.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { owns, type Principal } from './policy.js';
import type { CartEvent } from './types/event-types.js';

/**
 * The guest's secret is shown to nobody, not even as a hash, and neither is the id of the command
 * that opened the cart: it is kept sealed, and in logs of earlier releases it is the bare id. Who the
 * customer is, is personal.
 */
export function shownEvent(
  stored: StoredEvent,
  event: Recorded<DomainEvent>,
  cart: CartState,
  principal: Principal,
): CartEvent {
  const isOwner = owns(principal, cart);
  const opened = event.type === 'CartOpened';
  const { commandId, schemaVersion } = stored.metadata;
  return {
    id: event.id,
    type: event.type,
    revision: event.revision,
    occurredAt: event.occurredAt,
    recordedAt: stored.recordedAt,
    schemaVersion,
    commandId: opened ? null : (commandId ?? null),
    get summary() {
      return summarize(event, cart.currency);
    },
    get data() {
      return opened ? shownOpening(event.data, isOwner) : event.data;
    },
  };
}

function shownOpening(
  { cartId, currency, customerId }: Extract<DomainEvent, { type: 'CartOpened' }>['data'],
  isOwner: boolean,
) {
  return { cartId, currency, customerId: isOwner ? customerId : null };
}
