// Every acknowledged change of a cart is in the log exactly once, as it was asked for, at the
// revision that the answer shows.
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { ChangeCart } from '../history.js';
import type { SeenCart } from '../seen-cart.js';
import { deedAsked, deedDone } from './deed.js';
import { type Answered, inWords, type Law, type World } from './law.js';

export const acknowledgedOnce: Law = {
  name: 'acknowledged once',
  promise: 'Every acknowledged change is in the log exactly once.',
  watch(world, report) {
    const done = new Map<string, { readonly types: Set<string>; last: number }>();
    const claims = new Map<string, string>();
    return {
      stored(event) {
        const key = keyOf(world, event);
        if (key === undefined) return;
        const { revision } = event;
        const type = partOf(event);
        const { types, last } = done.get(key) ?? { types: new Set(), last: revision - 1 };
        // One command may append several events together, each of another type or another coupon.
        if (types.has(type) || revision !== last + 1) {
          report(`${placeOf(event)} repeats what is in the log: ${key}`);
        }
        done.set(key, { types: types.add(type), last: revision });
      },
      replied(answered) {
        const { asked, reply } = answered;
        if (asked.intent.kind !== 'change cart' || reply.kind !== 'accepted') return;
        const { cart } = reply;
        const problem =
          cart === null
            ? 'the answer shows no cart'
            : (problemOf(world, asked.intent, cart) ??
              claimedBefore(claims, answered, asked.intent, cart));
        if (problem !== undefined) report(`${inWords(answered)} was accepted, but ${problem}`);
      },
    };
  },
};

function partOf({ type, data }: StoredEvent): string {
  return type === 'CouponApplied' ? `${type} ${String((data as { code: unknown }).code)}` : type;
}

/** By which a second event would be a repetition; undefined where there may be several. */
function keyOf(world: World, { stream, id, type, metadata }: StoredEvent): string | undefined {
  if (world.foreign.has(id)) return undefined;
  if (type === 'CartOpened' || type === 'OrderPlaced') return `${type} in ${stream}`;
  const { commandId } = metadata;
  return commandId === undefined ? undefined : `${commandId} in ${stream}`;
}

function problemOf(
  { log }: World,
  { change, commandId, cartId }: ChangeCart,
  { id, revision }: SeenCart,
): string | undefined {
  if (cartId !== null && cartId !== id) return `the answer shows cart ${id}`;
  const event = log.cartEvents(id)[revision];
  if (event === undefined) return `cart-${id}@${revision} is not in the log`;
  const { type, data, metadata } = event;
  if (deedDone(type, data) !== deedAsked(change)) return `${placeOf(event)} is ${type}`;
  // The log keeps the key of an opening sealed.
  if (change.type !== 'OpenCart' && metadata.commandId !== commandId) {
    return `${placeOf(event)} is that of another command`;
  }
  return undefined;
}

/** Two commands, each accepted, cannot both have led to one event. */
function claimedBefore(
  claims: Map<string, string>,
  { asked }: Answered,
  { commandId }: ChangeCart,
  { id, revision }: SeenCart,
): string | undefined {
  const place = `cart-${id}@${revision}`;
  const claim = commandId ?? `ask ${asked.ask}`;
  const earlier = claims.get(place) ?? claim;
  claims.set(place, earlier);
  return earlier === claim ? undefined : `${place} was the answer to ${earlier} before`;
}

function placeOf({ stream, revision }: StoredEvent): string {
  return `${stream}@${revision}`;
}
