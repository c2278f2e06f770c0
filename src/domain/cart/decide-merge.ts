// Decides how the contents of a claimed cart join another one. What passes a limit is left out and
// named; the merge as a whole is never refused for it, because the claim is stored already.
import { accept, reject } from '../decider.js';
import type { MergeCart } from './commands.js';
import { carriedCoupons } from './decide-coupons.js';
import { cartOpened, stateOnceOpen } from './decide-lifecycle.js';
import { lineOf } from './decide-lines.js';
import { codeOf } from './decide-several.js';
import { type CartDecision, openAfter, overflowAfter } from './decision.js';
import { carriedInto } from './delivery/carry.js';
import { categoriesFrom } from './delivery/categories.js';
import type { CartEvent } from './events.js';
import type { CartMerged, ClaimStrategy, MergedLine } from './lifecycle-events.js';
import type { CartLimits } from './limits.js';
import { type Line, type Portion, quantityOf } from './lines.js';
import * as rejections from './rejections.js';
import type { OpenCartState } from './state.js';

type Taken = MergedLine['taken'];

/** Opens the cart that takes the contents, where the customer's own could not. */
export function openMerged(command: MergeCart, limits: CartLimits): CartDecision {
  const opened = cartOpened(command.opening);
  const state = stateOnceOpen(opened, command.at);
  return accept(opened, ...mergeEvents(command, state, limits));
}

export function mergeCart(
  command: MergeCart,
  state: OpenCartState,
  limits: CartLimits,
): CartDecision {
  const { customerId, opening } = command;
  const isTheirs = state.customerId === customerId && state.currency === opening.currency;
  return isTheirs
    ? accept(...mergeEvents(command, state, limits))
    : reject(rejections.cartNotFound);
}

function mergeEvents(
  { at, from, fromCartId, fromRevision, strategy, delivery }: MergeCart,
  asFound: OpenCartState,
  limits: CartLimits,
): readonly CartEvent[] {
  const carried = carriedInto(asFound, delivery, at, strategy === 'GUEST');
  const cart = openAfter(asFound, carried, at);
  const offered = from.coupons.map(({ code, description, terms, lapsed }) => ({
    code,
    coupon: lapsed === undefined ? { description, terms } : null,
  }));
  const { applications, coupons } = carriedCoupons(offered, cart, limits, at);
  const merged = (lines: readonly MergedLine[]): CartMerged => ({
    type: 'CartMerged',
    data: { fromCartId, fromRevision, strategy, lines, coupons },
  });
  let state = openAfter(cart, applications, at);
  const lines = from.lines.map((line) => {
    const wanted = mergedLine(line, state, strategy, limits);
    const overflow = overflowAfter(state, [merged([wanted])], at);
    const taken = overflow === undefined ? wanted : leftOut(wanted, codeOf(overflow));
    state = openAfter(state, [merged([taken])], at);
    return taken;
  });
  const taken = lines.filter((line) => line.taken.length > 0).map(({ sku }) => sku);
  const categories = categoriesFrom(taken, from.delivery, cart.delivery);
  return [...carried, ...applications, ...categories, merged(lines)];
}

function mergedLine(
  line: Line,
  state: OpenCartState,
  strategy: ClaimStrategy,
  limits: CartLimits,
): MergedLine {
  const own = lineOf(state, line.sku);
  const guestQuantity = quantityOf(line);
  const customerQuantity = own === undefined ? 0 : quantityOf(own);
  const { sku, name } = line;
  const merged = { sku, name, guestQuantity, customerQuantity };
  const all = { ...merged, keepsCustomers: own !== undefined, taken: unitsOf(line.portions) };
  if (own === undefined && state.lines.length >= limits.maxLines) {
    return leftOut({ ...all, refusal: null }, rejections.lineLimit(limits.maxLines).code);
  }
  if (own !== undefined && !takesGuests(strategy, guestQuantity, customerQuantity)) {
    return { ...all, taken: [], refusal: null };
  }
  const keepsCustomers = own !== undefined && strategy === 'SUM';
  const room = limits.maxUnitsPerLine - (keepsCustomers ? customerQuantity : 0);
  const taken = atMost(all.taken, room);
  const refusal = guestQuantity > room ? rejections.quantityLimit(room).code : null;
  return { ...merged, keepsCustomers, taken, refusal };
}

/** Of the larger quantity, its prices count too; the customer's, when both are equal. */
function takesGuests(strategy: ClaimStrategy, guests: number, customers: number): boolean {
  return strategy === 'MAX' ? guests > customers : strategy !== 'CUSTOMER';
}

function leftOut(line: MergedLine, refusal: string): MergedLine {
  return { ...line, keepsCustomers: line.customerQuantity > 0, taken: [], refusal };
}

function unitsOf(portions: readonly Portion[]): Taken {
  return portions.map(({ quantity, unitPrice }) => ({ quantity, unitPrice }));
}

function atMost(units: Taken, quantity: number): Taken {
  let left = Math.max(0, quantity);
  return units.flatMap((each) => {
    const taken = Math.min(each.quantity, left);
    left -= taken;
    return taken === 0 ? [] : [{ ...each, quantity: taken }];
  });
}
