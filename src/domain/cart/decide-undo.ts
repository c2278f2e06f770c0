// Decides an undo: what the caller's last change touched becomes again what it was before, unless
// another caller has changed it since.
import { isSamePlace } from '../countries.js';
import { accept, reject } from '../decider.js';
import type { CartContentsAt, Undo, UndoableChange } from './commands.js';
import { applyCoupon } from './decide-coupons.js';
import { type CartDecision, stateAfter } from './decision.js';
import { takingOver } from './delivery/carry.js';
import { decideDelivery } from './delivery/decide.js';
import type { DeliveryPart } from './delivery/events.js';
import type { CartEvent, ChangeUndone, RestoredLine } from './events.js';
import type { CartLimits } from './limits.js';
import { changedSince, lineLimit, nothingToUndo } from './rejections.js';
import type { OpenCartState } from './state.js';

type Touched = Pick<UndoableChange, 'skus' | 'coupon' | 'delivery'>;

/**
 * What a change touched; null for one that cannot be undone.
 *
 * @param event its last one
 * @param earlier what the same append has before it, the newest first
 */
export function touchedBy(event: CartEvent, earlier: readonly CartEvent[] = []): Touched | null {
  const nothing = { skus: [], coupon: null, delivery: null };
  switch (event.type) {
    case 'ItemAdded':
    case 'QuantityChanged':
    case 'ItemRemoved':
      return { ...nothing, skus: [event.data.sku] };
    case 'ItemsAdded':
      return { ...nothing, skus: distinct(event.data.lines) };
    case 'PricesAccepted':
      return { ...nothing, skus: distinct(event.data.prices) };
    case 'CouponApplied':
    case 'CouponRemoved':
      return { ...nothing, coupon: event.data.code };
    case 'ShippingAddressSet':
    case 'ShippingAddressRemoved':
      return { ...nothing, delivery: 'ADDRESS' };
    case 'TaxRulesApplied':
      return isOfNewAddress(event, earlier) ? { ...nothing, delivery: 'ADDRESS' } : null;
    case 'ShippingMethodChosen':
    case 'ShippingMethodRemoved':
      return { ...nothing, delivery: 'SHIPPING_METHOD' };
    case 'GiftNoteSet':
    case 'GiftNoteRemoved':
      return { ...nothing, delivery: 'GIFT_NOTE' };
    case 'ChangeUndone': {
      const { lines, coupon, delivery } = event.data;
      return { skus: distinct(lines), coupon, delivery };
    }
    default:
      return null;
  }
}

/** How many events an append has for one change; the parameters are those of `touchedBy`. */
export function eventsOfChange(event: CartEvent, earlier: readonly CartEvent[] = []): number {
  if (isOfNewAddress(event, earlier)) return 2;
  if (event.type !== 'ChangeUndone') return 1;
  const { coupon, delivery } = event.data;
  if (delivery === null) return coupon === null ? 1 : 2;
  const [last, ...others] = earlier;
  return last === undefined ? 1 : 1 + eventsOfChange(last, others);
}

/** Taxes also come without an address, with the prices of now. */
function isOfNewAddress(event: CartEvent, [last]: readonly CartEvent[]): boolean {
  if (event.type !== 'TaxRulesApplied' || last?.type !== 'ShippingAddressSet') return false;
  return isSamePlace(event.data, last.data);
}

function distinct(lines: readonly { readonly sku: string }[]): readonly string[] {
  return [...new Set(lines.map(({ sku }) => sku))];
}

export function undo(command: Undo, state: OpenCartState, limits: CartLimits): CartDecision {
  const { change, at } = command;
  if (change === null) return reject(nothingToUndo);
  if (isChangedSince(change, state)) return reject(changedSince);
  const coupon = couponUndone(command, change, state, limits);
  if ('rejected' in coupon) return coupon;
  const delivery = deliveryUndone(command, change, state);
  if ('rejected' in delivery) return delivery;
  const lines = change.skus.map((sku) => restoredLine(sku, change)).sort(byPosition);
  const { type, revision } = change.event;
  const undone: ChangeUndone = {
    type: 'ChangeUndone',
    data: { undone: { type, revision }, lines, coupon: change.coupon, delivery: change.delivery },
  };
  const events = [...coupon.accepted, ...delivery.accepted, undone];
  const after = stateAfter(state, events, at).lines.length;
  // Lines of others may have taken the place of one that was removed.
  if (after > state.lines.length && after > limits.maxLines) {
    return reject(lineLimit(limits.maxLines));
  }
  return accept(...events);
}

/** Whether anything that the change touched is no longer what it made of it. */
function isChangedSince(
  { skus, coupon, delivery, after }: UndoableChange,
  state: OpenCartState,
): boolean {
  if (coupon !== null && isHeld(coupon, after) !== isHeld(coupon, state)) return true;
  if (delivery !== null && citedBy(delivery, after) !== citedBy(delivery, state)) return true;
  return skus.some((sku) => !isSameLine(sku, after, state));
}

function isHeld(code: string, { coupons }: CartContentsAt): boolean {
  return coupons.some((held) => held.code === code);
}

function isLapsed(code: string, { coupons }: CartContentsAt): boolean {
  return coupons.some((held) => held.code === code && held.lapsed !== undefined);
}

/** The revision that a part of the delivery comes from; undefined where there is none. */
function citedBy(part: DeliveryPart, { delivery }: CartContentsAt): number | undefined {
  switch (part) {
    case 'ADDRESS':
      return delivery?.shipTo?.revision;
    case 'SHIPPING_METHOD':
      return delivery?.method?.revision;
    case 'GIFT_NOTE':
      return delivery?.giftNote?.revision;
  }
}

function isSameLine(sku: string, one: CartContentsAt, other: CartContentsAt): boolean {
  return JSON.stringify(portionsIn(one, sku)) === JSON.stringify(portionsIn(other, sku));
}

function portionsIn({ lines }: CartContentsAt, sku: string) {
  const portions = lines.find((line) => line.sku === sku)?.portions ?? [];
  return portions.map(({ quantity, unitPrice, revision }) => [quantity, unitPrice, revision]);
}

/** A coupon that comes back is applied anew, so a withdrawn one does not. */
function couponUndone(
  { at, couponOffer }: Undo,
  { coupon: code, before }: UndoableChange,
  state: OpenCartState,
  limits: CartLimits,
): CartDecision {
  if (code === null) return accept();
  // The change put it in the place of one that was withdrawn, and gave nothing.
  const isInstead = isLapsed(code, before) && isHeld(code, state) && !isLapsed(code, state);
  if (isHeld(code, before) === isHeld(code, state) && !isInstead) return accept();
  if (isHeld(code, state)) return accept({ type: 'CouponRemoved', data: { code } });
  return applyCoupon({ type: 'ApplyCoupon', at, code, coupon: couponOffer }, state, limits);
}

/** Address and note come back as they were, taxes and shipping on the terms of now. */
function deliveryUndone(
  { at, delivery: carried }: Undo,
  { delivery: part, before, after }: UndoableChange,
  state: OpenCartState,
): CartDecision {
  if (part === null) return accept();
  if (carried === undefined) return reject(nothingToUndo);
  // New terms of the same method are prices: those of before are not to be had any more.
  const isPriceOnly = before.delivery?.method?.code === after.delivery?.method?.code;
  if (part === 'SHIPPING_METHOD' && isPriceOnly) return reject(nothingToUndo);
  const command = takingOver(part, carried, at);
  // A note that its person's erasure has taken cannot come back.
  if (command.type === 'RemoveGiftNote' && citedBy(part, state) === undefined) {
    return reject(nothingToUndo);
  }
  return decideDelivery(command, state);
}

function restoredLine(sku: string, { before, after }: UndoableChange): RestoredLine {
  const position = before.lines.findIndex((line) => line.sku === sku);
  const line = before.lines[position];
  if (line === undefined) {
    const { name = sku, addedAt = 0 } = after.lines.find((other) => other.sku === sku) ?? {};
    return { sku, name, addedAt, position: 0, portions: [] };
  }
  const portions = line.portions.map(({ quantity, unitPrice }) => ({ quantity, unitPrice }));
  return { sku, name: line.name, addedAt: line.addedAt, position, portions };
}

function byPosition(one: RestoredLine, other: RestoredLine): number {
  return one.position - other.position;
}
