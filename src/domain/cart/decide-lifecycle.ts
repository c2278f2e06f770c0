// Decides the life of a cart besides its contents: it is opened, copied, abandoned and claimed.
import { isCurrency } from '../currencies.js';
import { accept, reject } from '../decider.js';
import type { AbandonCart, ClaimCart, ForkCart, OfferedLine, OpenCart } from './commands.js';
import { carriedCoupons } from './decide-coupons.js';
import { itemsAdded, severalLines, storedRefusal } from './decide-several.js';
import { type CartDecision, openAfter, unrecorded } from './decision.js';
import { carriedInto } from './delivery/carry.js';
import { categoriesBefore } from './delivery/categories.js';
import type { CartEvent, CartOpened } from './events.js';
import type { CartLimits } from './limits.js';
import * as rejections from './rejections.js';
import { applied, type ExistingCartState, initialCart, type OpenCartState } from './state.js';

/** What of an opening command becomes the first event. */
type Opening = Omit<OpenCart, 'type' | 'at' | 'lines'>;

export function openCart(
  { at, lines = [], ...opening }: OpenCart,
  limits: CartLimits,
): CartDecision {
  if (!isCurrency(opening.currency)) return reject(rejections.unknownCurrency(opening.currency));
  const opened = cartOpened(opening);
  if (lines.length === 0) return accept<CartEvent>(opened);
  const first = itemsAdded(severalLines(lines, stateOnceOpen(opened, at), limits, at));
  const categories = categoriesBefore([first], offersOf(lines), undefined);
  return accept<CartEvent>(opened, ...categories, first);
}

/** The lines come last: what else the copy has does not depend on them. */
export function forkCart(command: ForkCart, limits: CartLimits): CartDecision {
  const { at, fromCartId, fromRevision, lines } = command;
  const opened = cartOpened(command);
  const delivery = carriedInto(stateOnceOpen(opened, at), command.delivery, at);
  const empty = openAfter(stateOnceOpen(opened, at), delivery, at);
  const { applications, coupons } = carriedCoupons(command.coupons, empty, limits, at);
  const { added, refusals } = severalLines(lines, openAfter(empty, applications, at), limits, at);
  const refused = refusals.map(storedRefusal);
  const data = { fromCartId, fromRevision, lines: added, refused, coupons };
  const forked = { type: 'CartForked', data } as const;
  const categories = categoriesBefore([forked], offersOf(lines), undefined);
  return accept<CartEvent>(opened, ...delivery, ...applications, ...categories, forked);
}

function offersOf(lines: readonly OfferedLine[]) {
  return lines.map(({ offer }) => offer);
}

/** Only the last change that the caller knows of counts: a later one keeps the cart open. */
export function abandonCart({ idleSince }: AbandonCart, state: ExistingCartState): CartDecision {
  if (state.status !== 'OPEN' || state.updatedAt !== idleSince) return accept();
  return accept({ type: 'CartAbandoned', data: { idleSince } });
}

export function claimCart(
  { customerId, tokenHash, strategy, customersCarts }: ClaimCart,
  state: OpenCartState,
): CartDecision {
  if (state.customerId !== null) return reject(rejections.alreadyClaimed);
  const taking = customersCarts.find(
    ({ cartId, currency }) => currency === state.currency && cartId !== state.id,
  );
  const intoCartId = taking?.cartId ?? null;
  return accept({ type: 'CartClaimed', data: { customerId, tokenHash, strategy, intoCartId } });
}

export function cartOpened({ cartId, currency, customerId, tokenHash }: Opening): CartOpened {
  return { type: 'CartOpened', data: { cartId, currency, customerId, tokenHash } };
}

export function stateOnceOpen(opened: CartOpened, at: number): OpenCartState {
  const state = applied(initialCart, unrecorded(opened, initialCart, at));
  if (state.status !== 'OPEN') throw new TypeError(`A new cart would be ${state.status}`);
  return state;
}
