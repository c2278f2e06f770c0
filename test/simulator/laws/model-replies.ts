// What a shop without faults says where it shows nothing.
import type { Rejection } from '../../../src/domain/rejection.js';
import type { AcceptedReply, ChangeCart, FailedReply, RefusedReply } from '../history.js';
import type { SeenCart } from '../seen-cart.js';

export function paymentIn({ change }: ChangeCart): string | undefined {
  return change.type === 'CheckOut' ? change.paymentToken : undefined;
}

export function refusal({ code, ...more }: Rejection, cart: SeenCart | null): RefusedReply {
  const { currentTotal } = more as { readonly currentTotal?: number };
  return { kind: 'refused', code, cart, ...(currentTotal !== undefined && { currentTotal }) };
}

export function notUnderstood({ message }: Error): FailedReply {
  return { kind: 'failed', code: 'EVENT_NOT_UNDERSTOOD', words: message };
}

export const done: AcceptedReply = { kind: 'accepted', cart: null, order: null, cartToken: null };

export const barred: FailedReply = {
  ...{ kind: 'failed', code: 'NOT_FOUND' },
  words: 'the cart is that of a customer',
};
