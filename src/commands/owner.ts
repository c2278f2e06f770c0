// The owner of a cart, and who may act for the owner.
import { cartNotFound } from '../domain/cart/rejections.js';
import type { CartState } from '../domain/cart/state.js';
import type { Rejection } from '../domain/rejection.js';

/** The cart's first event states it; a claim changes it. */
export interface Owner {
  readonly customerId: string | null;
  readonly tokenHash: string | null;
}

export type MayAct = (owner: Owner) => boolean;

/** No owner: only callers with access to every cart may act. */
export const UNOWNED: Owner = { customerId: null, tokenHash: null };

/** An absent cart has no owner. */
export function ownerOf(cart: CartState): Owner {
  return cart.status === 'ABSENT' ? UNOWNED : cart;
}

/** The answer to a caller who may not act for the cart's owner: that of an absent cart. */
export function ownerRejection(
  state: CartState,
  { mayAct }: { readonly mayAct?: MayAct },
): Rejection | undefined {
  return mayAct === undefined || mayAct(ownerOf(state)) ? undefined : cartNotFound;
}
